//! Processes, and setting an installation up.

use duly_core::permit::Action;

use super::Line;
use crate::page::{
    calendar, draft, draft_changes, drafts, ending, load, process, processes, set_up,
};
use crate::permit::About;

/// Largest form with a draft: its text with every byte escaped, three for one, and a little more.
const DRAFT_FORM_BYTES_MAX: usize = 4 * duly_store::DRAFT_BYTES_MAX;

/// All of them.
pub(super) fn lines() -> Vec<Line> {
    [processes(), setting_up()].into_iter().flatten().collect()
}

/// Processes: what is published, what somebody is writing, what is to come.
fn processes() -> Vec<Line> {
    use About::{Everything, Home, Own};
    let read = Action::ReadProcesses;
    let publish = Action::PublishProcesses;
    vec![
        Line::get("/processes", read, Home, processes::show),
        Line::get("/processes/{process}", read, Home, process::show),
        Line::get(
            "/processes/{process}/end",
            publish,
            Everything,
            ending::show,
        ),
        Line::post(
            "/processes/{process}/end",
            publish,
            Everything,
            ending::take,
        ),
        Line::get("/drafts", publish, Everything, drafts::show),
        Line::post("/drafts", publish, Everything, drafts::begin),
        Line::get("/drafts/{draft}", publish, Everything, draft::show),
        Line::post("/drafts/{draft}", publish, Everything, draft::take)
            .with_body(DRAFT_FORM_BYTES_MAX),
        Line::post(
            "/drafts/{draft}/check",
            publish,
            Everything,
            draft::check_text,
        )
        .with_body(DRAFT_FORM_BYTES_MAX),
        Line::get(
            "/drafts/{draft}/changes",
            publish,
            Everything,
            draft_changes::show,
        ),
        Line::post(
            "/drafts/{draft}/publish",
            publish,
            Everything,
            draft_changes::publish,
        ),
        Line::get("/load", Action::ReadQueue, Everything, load::show),
        Line::get("/calendar", read, Home, calendar::show),
        Line::post(
            "/calendar/links",
            Action::KeepOwnAccount,
            Own,
            calendar::make,
        ),
        Line::post(
            "/calendar/links/{link}/revoke",
            Action::KeepOwnAccount,
            Own,
            calendar::revoke,
        ),
    ]
}

/// From a fresh installation to a working queue, a step each.
fn setting_up() -> Vec<Line> {
    use About::Everything;
    let keep = Action::KeepClients;
    let publish = Action::PublishProcesses;
    let people = Action::KeepPeople;
    vec![
        Line::get("/set-up", keep, Everything, set_up::overview),
        Line::get(
            "/set-up/provider",
            keep,
            Everything,
            set_up::place::provider,
        ),
        Line::post(
            "/set-up/provider",
            keep,
            Everything,
            set_up::place::keep_provider,
        ),
        Line::get("/set-up/client", keep, Everything, set_up::place::client),
        Line::post(
            "/set-up/client",
            keep,
            Everything,
            set_up::place::keep_client,
        ),
        Line::get("/set-up/assets", keep, Everything, set_up::assets::assets),
        Line::post(
            "/set-up/assets",
            keep,
            Everything,
            set_up::assets::keep_asset,
        ),
        Line::get(
            "/set-up/processes",
            publish,
            Everything,
            set_up::processes::processes,
        ),
        Line::post(
            "/set-up/processes",
            publish,
            Everything,
            set_up::processes::keep_processes,
        ),
        Line::get("/set-up/people", people, Everything, set_up::people::people),
        Line::post(
            "/set-up/people",
            people,
            Everything,
            set_up::people::keep_person,
        ),
    ]
}
