//! People, their sign-ins, and whoever comes.

use axum::http::Method;
use duly_core::permit::Action;

use super::Line;
use crate::api::{self, document};
use crate::page::{account, calendar, log, people, person, roles, tokens};
use crate::permit::About;
use crate::ping::{self, READ_BYTES_MAX as PING_BYTES_MAX};
use crate::sign_in::{code, identity, invitation, link, passkey, password};

/// All of them.
pub(super) fn lines() -> Vec<Line> {
    [own_account(), people_and_log(), for_everybody()]
        .into_iter()
        .flatten()
        .collect()
}

/// What a person does about how they sign in.
fn own_account() -> Vec<Line> {
    use About::Own;
    use Action::KeepOwnAccount as Keep;
    vec![
        Line::get("/account", Keep, Own, account::show),
        Line::post("/account/password", Keep, Own, account::password),
        Line::post("/account/codes", Keep, Own, account::codes::offer),
        Line::post("/account/codes/confirm", Keep, Own, account::codes::confirm),
        Line::post("/account/codes/end", Keep, Own, account::codes::end),
        Line::post("/account/recovery-codes", Keep, Own, account::codes::renew),
        Line::post(
            "/account/passkey/options",
            Keep,
            Own,
            passkey::account_options,
        ),
        Line::post("/account/passkey", Keep, Own, passkey::account_add),
        Line::post(
            "/account/passkeys/{passkey}/remove",
            Keep,
            Own,
            account::remove_passkey,
        ),
        Line::post("/account/sessions/end", Keep, Own, account::end_sessions),
        Line::post(
            "/account/sessions/{session}/end",
            Keep,
            Own,
            account::end_session,
        ),
        Line::get("/account/tokens", Keep, Own, tokens::show),
        Line::post("/account/tokens", Keep, Own, tokens::make),
        Line::post(
            "/account/tokens/{api_token}/revoke",
            Keep,
            Own,
            tokens::revoke,
        ),
        Line::get("/roles", Keep, Own, roles::show),
    ]
}

/// Who is here, and what everybody did.
fn people_and_log() -> Vec<Line> {
    use About::{Client, Everything};
    use Action::{KeepPeople, ReadJournal, ReadPeople};
    vec![
        Line::get("/people", ReadPeople, Everything, people::show),
        Line::post("/people", KeepPeople, Everything, people::invite),
        Line::get(
            "/people/{client}/{person}",
            ReadPeople,
            Client,
            person::show,
        ),
        Line::post(
            "/people/{client}/{person}",
            KeepPeople,
            Client,
            person::change,
        ),
        Line::post(
            "/people/{client}/{person}/invite",
            KeepPeople,
            Client,
            person::invite,
        ),
        Line::post(
            "/people/{client}/{person}/reset",
            KeepPeople,
            Client,
            person::reset,
        ),
        Line::post(
            "/people/{client}/{person}/remove",
            KeepPeople,
            Client,
            person::remove,
        ),
        Line::post(
            "/people/{client}/{person}/sessions/end",
            KeepPeople,
            Client,
            person::end_sessions,
        ),
        Line::get("/clients/{client}/log", ReadJournal, Client, log::show),
    ]
}

/// For whoever comes.
fn for_everybody() -> Vec<Line> {
    vec![
        Line::open(Method::GET, "/sign-in", password::ask),
        Line::open(Method::POST, "/sign-in", password::take),
        Line::open(Method::POST, "/sign-in/code", code::take),
        Line::open(
            Method::POST,
            "/sign-in/passkey/options",
            passkey::sign_in_options,
        ),
        Line::open(Method::POST, "/sign-in/passkey", passkey::sign_in),
        Line::open(Method::GET, "/sign-in/identity", identity::begin),
        Line::open(Method::GET, "/sign-in/identity/answer", identity::answer),
        Line::open(Method::GET, "/sign-in/{token}", link::offer),
        Line::open(Method::POST, "/sign-in/{token}", link::redeem),
        Line::open(Method::GET, "/invitation/{token}", invitation::show),
        Line::open(Method::POST, "/invitation/{token}", invitation::take),
        Line::open(
            Method::POST,
            "/invitation/{token}/passkey/options",
            passkey::invitation_options,
        ),
        Line::open(
            Method::POST,
            "/invitation/{token}/passkey",
            passkey::invitation_accept,
        ),
        Line::open(Method::POST, "/sign-out", link::sign_out),
        Line::open(Method::GET, "/signed-out", link::signed_out),
        Line::open(Method::GET, "/assets/{name}", crate::asset::serve),
        Line::open(Method::GET, "/calendar/{file}", calendar::file),
        Line::open(Method::GET, "/healthz", api::health),
        Line::open(Method::GET, "/ping/{uuid}", ping::success),
        Line::open(Method::POST, "/ping/{uuid}", ping::success).with_body(PING_BYTES_MAX),
        Line::open(Method::GET, "/ping/{uuid}/{says}", ping::said),
        Line::open(Method::POST, "/ping/{uuid}/{says}", ping::said).with_body(PING_BYTES_MAX),
        Line::open(Method::GET, "/api/v1/openapi.json", document::show),
    ]
}
