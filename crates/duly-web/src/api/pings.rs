//! Addresses that jobs ping: listed with how each job stands, declared, drawn anew, removed; and
//! what was heard, as observations.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use duly_core::id::AssetId;
use duly_core::observation::Observation;
use duly_core::ping::{Expected, JobState, PingSays};
use duly_core::verdict::Verdict;
use duly_store::{NewPingAddress, PingAddress, PingDeclared};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::failed::{Failed, all_well, refused};
use super::sent::{Asked, Paged, Sent, page, place};
use super::words;
use crate::came::Came;
use crate::page::about_client::name;
use crate::page::visit::Visit;
use crate::ping::address;
use crate::problem;

/// Most of a body that stands in a list: a page of it is then some megabytes at most.
const BODY_SHOWN_MAX: usize = 10_000;

/// The beginning of a body, as text.
pub(crate) fn beginning(body: &[u8]) -> String {
    let shown = body.get(..BODY_SHOWN_MAX).unwrap_or(body);
    String::from_utf8_lossy(shown).into_owned()
}

/// An address that a job pings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PingSource {
    /// Names it; nothing can be pinged with it.
    id: String,
    client: String,
    asset: Option<String>,
    /// What the job is called.
    name: String,
    every_minutes: u32,
    grace_minutes: u32,
    since: Timestamp,
    /// How the job stands, as far as its own word goes.
    #[schema(schema_with = words::job_state)]
    state: JobState,
    /// What that means; silence is `unknown`.
    #[schema(schema_with = words::verdict)]
    verdict: Verdict,
    /// When anything was last heard.
    heard_at: Option<Timestamp>,
    ended_at: Option<Timestamp>,
    began_at: Option<Timestamp>,
    /// Pings that ever came.
    pings: u64,
}

fn shown(one: &PingAddress, now: Timestamp) -> PingSource {
    let state = one.state(now);
    PingSource {
        id: one.id.clone(),
        client: one.client.to_string(),
        asset: one.asset.as_ref().map(ToString::to_string),
        name: one.name.clone(),
        every_minutes: one.expected.every_minutes,
        grace_minutes: one.expected.grace_minutes,
        since: one.since,
        state,
        verdict: state.verdict(),
        heard_at: one.heard_at,
        ended_at: one.heard.ended.map(|(_, at)| at),
        began_at: one.heard.began_at,
        pings: one.pings,
    }
}

/// A page of addresses.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PingSources {
    pings: Vec<PingSource>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// Which addresses.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Of this asset.
    asset: Option<String>,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many rows at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// Addresses that jobs ping, with how each job stands.
#[utoipa::path(get, path = "/api/v1/clients/{client}/pings", params(Which),
    responses((status = 200, body = PingSources)))]
pub(crate) async fn list(
    visit: Visit,
    Path(client): Path<String>,
    Asked(which): Asked<Which>,
) -> Result<Json<PingSources>, Failed> {
    let id = &visit.client(&client)?.scope.id;
    let asset = which.asset.map(AssetId::from);
    let page = page(which.after, which.limit)?;
    let listed = visit.store().ping_addresses(id, asset.as_ref(), &page);
    let listed = listed.await?;
    let rows = listed.rows.iter();
    Ok(Json(PingSources {
        pings: rows.map(|one| shown(one, visit.now)).collect(),
        next: place(listed.next),
    }))
}

/// An address to be declared.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPing {
    /// What the job is called.
    name: String,
    /// For which asset; none for the client as a whole.
    asset: Option<String>,
    /// It is to end well at least every so many minutes.
    #[schema(minimum = 15, maximum = 132_480)]
    every_minutes: u32,
    /// Minutes that it may be later than that, and that a run may take.
    #[schema(minimum = 1, maximum = 132_480)]
    grace_minutes: u32,
}

/// An address that was drawn.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PingDrawn {
    id: String,
    /// What the job is to ask for; it is never shown again.
    url: String,
}

/// Declares an address that a job is to ping.
#[utoipa::path(post, path = "/api/v1/clients/{client}/pings", request_body = NewPing,
    responses((status = 201, body = PingDrawn)))]
pub(crate) async fn declare(
    visit: Visit,
    came: Came,
    Path(client): Path<String>,
    Sent(sent): Sent<NewPing>,
) -> Result<(StatusCode, Json<PingDrawn>), Failed> {
    let mut problems = Vec::new();
    let new = NewPingAddress {
        client: visit.client(&client)?.scope.id.clone(),
        asset: sent.asset.map(AssetId::from),
        name: name(&sent.name, &mut problems),
        expected: Expected {
            every_minutes: sent.every_minutes,
            grace_minutes: sent.grace_minutes,
        },
        person: visit.person.id.clone(),
    };
    all_well(&problems)?;
    let made = visit.store().declare_ping(new, visit.now).await;
    let made = match made {
        Err(duly_store::Error::TooMuch { .. }) => return Err(problem::too_many_pings().into()),
        made => made?,
    };
    match made {
        PingDeclared::Declared { id, uuid } => {
            let url = address(&came, &uuid);
            Ok((StatusCode::CREATED, Json(PingDrawn { id, url })))
        }
        PingDeclared::NoSuchAsset => Err(refused("no-such-asset", "No such asset is in care.")),
        PingDeclared::Unsound => Err(refused(
            "wrong-interval",
            "An interval has from 15 minutes to 92 days, a grace from one minute to 92 days.",
        )),
    }
}

/// Draws an address anew; the old one is nobody's from then on.
#[utoipa::path(post, path = "/api/v1/clients/{client}/pings/{ping}/rotate",
    responses((status = 200, body = PingDrawn)))]
pub(crate) async fn rotate(
    visit: Visit,
    came: Came,
    Path((client, ping)): Path<(String, String)>,
) -> Result<Json<PingDrawn>, Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    let person = &visit.person.id;
    let drawn = visit.store().rotate_ping(&id, &ping, person, visit.now);
    let uuid = drawn.await?.ok_or_else(problem::not_found)?;
    Ok(Json(PingDrawn {
        url: address(&came, &uuid),
        id: ping,
    }))
}

/// Stops listening to an address.
#[utoipa::path(post, path = "/api/v1/clients/{client}/pings/{ping}/remove",
    responses((status = 204)))]
pub(crate) async fn remove(
    visit: Visit,
    Path((client, ping)): Path<(String, String)>,
) -> Result<StatusCode, Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    let person = &visit.person.id;
    match visit
        .store()
        .remove_ping(&id, &ping, person, visit.now)
        .await?
    {
        true => Ok(StatusCode::NO_CONTENT),
        false => Err(problem::not_found().into()),
    }
}

/// A ping as it was received.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Heard {
    /// Counts the pings of its address, from 1.
    number: u64,
    #[schema(schema_with = words::ping_says)]
    says: PingSays,
    exit_status: Option<u8>,
    /// The caller's own id of a run.
    rid: Option<String>,
    received_at: Timestamp,
    /// The beginning of what came with it; what is no UTF-8 stands as replacement characters.
    body: Option<String>,
    /// How much of it is kept, at most 100 kB.
    body_bytes: usize,
    /// The observation that it is: a claim of the job about itself.
    #[schema(value_type = Object)]
    observation: Observation,
}

/// What an address heard.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HeardPage {
    heard: Vec<Heard>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// The last pings of an address, the newest first.
#[utoipa::path(get, path = "/api/v1/clients/{client}/pings/{ping}", params(Paged),
    responses((status = 200, body = HeardPage)))]
pub(crate) async fn heard(
    visit: Visit,
    Path((client, ping)): Path<(String, String)>,
    Asked(paged): Asked<Paged>,
) -> Result<Json<HeardPage>, Failed> {
    let id = &visit.client(&client)?.scope.id;
    let source = visit.store().ping_address(id, &ping).await?;
    let source = source.ok_or_else(problem::not_found)?;
    let listed = visit.store().pings(id, &ping, &paged.page()?).await?;
    let heard = listed.rows.into_iter().map(|one| Heard {
        observation: one.observation(source.subject(), &source.name),
        number: one.number,
        says: one.says,
        exit_status: one.exit_status,
        rid: one.rid,
        received_at: one.received_at,
        body: (!one.body.is_empty()).then(|| beginning(&one.body)),
        body_bytes: one.body.len(),
    });
    Ok(Json(HeardPage {
        heard: heard.collect(),
        next: place(listed.next),
    }))
}
