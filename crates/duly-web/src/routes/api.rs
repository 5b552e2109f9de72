//! What programs ask: every address of `/api/v1`, but its document, which is for whoever comes.
//! Each needs what the page needs that does the same.

use duly_core::evidence::FILE_BYTES_MAX;
use duly_core::permit::Action;

use super::Line;
use crate::api::{
    acts, assets, clients, exceptions, files, me, people, pings, plan, processes, reviews,
    schedule, tickets, warnings,
};
use crate::permit::About;
use crate::serve::{BODY_BYTES_MAX, PACK_WITHIN, UPLOAD_WITHIN};

/// Largest body with a process file in it: its text with every character escaped, and a little
/// more.
const PROCESS_BYTES_MAX: usize = 8 * BODY_BYTES_MAX;

/// All of them.
pub(super) fn lines() -> Vec<Line> {
    [
        of_clients(),
        of_assets(),
        of_tickets(),
        beside_tickets(),
        of_exceptions(),
        of_quality(),
        of_reviews(),
        of_processes(),
        of_people(),
        of_pings(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

fn of_clients() -> Vec<Line> {
    use About::{Client, Everything, Home};
    use Action::{ConsentPlan, KeepClients, ReadClient, ReadProof, SignPlan};
    let plan = "/api/v1/clients/{client}/plan";
    let one = "/api/v1/clients/{client}";
    vec![
        Line::get("/api/v1/me", ReadClient, Home, me::show),
        Line::get("/api/v1/clients", ReadClient, Home, clients::list),
        Line::post("/api/v1/clients", KeepClients, Everything, clients::add),
        Line::get(one, ReadClient, Client, clients::get),
        Line::post(
            "/api/v1/clients/{client}/settings",
            KeepClients,
            Client,
            clients::change,
        ),
        Line::get(
            "/api/v1/clients/{client}/equation",
            ReadClient,
            Client,
            clients::equation,
        ),
        Line::get(
            "/api/v1/clients/{client}/uncovered",
            ReadClient,
            Client,
            clients::uncovered,
        ),
        Line::get(
            "/api/v1/clients/{client}/checkpoint",
            ReadProof,
            Client,
            clients::checkpoint,
        ),
        Line::get(
            "/api/v1/clients/{client}/pack.zip",
            ReadProof,
            Client,
            files::pack,
        )
        .within(PACK_WITHIN),
        Line::get(plan, ReadClient, Client, plan::get),
        Line::post(plan, SignPlan, Client, plan::take),
        Line::post(
            "/api/v1/clients/{client}/plan/{proposal}",
            ConsentPlan,
            Client,
            plan::answer,
        ),
    ]
}

fn of_assets() -> Vec<Line> {
    use About::Client;
    use Action::{KeepAssets, ReadClient, RetireAsset};
    let all = "/api/v1/clients/{client}/assets";
    let one = "/api/v1/clients/{client}/assets/{asset}";
    vec![
        Line::get(all, ReadClient, Client, assets::list),
        Line::post(all, KeepAssets, Client, assets::add),
        Line::get(one, ReadClient, Client, assets::get),
        Line::post(one, KeepAssets, Client, assets::change),
        Line::post(
            "/api/v1/clients/{client}/assets/{asset}/retire",
            RetireAsset,
            Client,
            assets::retire,
        ),
        Line::get(
            "/api/v1/clients/{client}/assets/{asset}/events",
            ReadClient,
            Client,
            assets::events,
        ),
    ]
}

fn of_tickets() -> Vec<Line> {
    use About::{Client, Home};
    use Action::{DoWork, ReadClient};
    vec![
        Line::get("/api/v1/tickets", ReadClient, Home, tickets::list),
        Line::get(
            "/api/v1/clients/{client}/tickets/{ticket}",
            ReadClient,
            Client,
            tickets::get,
        ),
        Line::post(
            "/api/v1/clients/{client}/tickets/{ticket}/steps/{step}",
            DoWork,
            Client,
            acts::step,
        ),
        Line::post(
            "/api/v1/clients/{client}/tickets/{ticket}/assets/{asset}",
            DoWork,
            Client,
            acts::row,
        ),
    ]
}

fn beside_tickets() -> Vec<Line> {
    use About::Client;
    use Action::{Assign, Comment, DoWork, ReadClient, Reopen};
    vec![
        Line::post(
            "/api/v1/clients/{client}/tickets/{ticket}/evidence",
            DoWork,
            Client,
            files::evidence,
        )
        .with_body(FILE_BYTES_MAX)
        .within(UPLOAD_WITHIN),
        Line::get(
            "/api/v1/clients/{client}/evidence/{evidence}",
            ReadClient,
            Client,
            files::download,
        ),
        Line::post(
            "/api/v1/clients/{client}/tickets/{ticket}/comments",
            Comment,
            Client,
            acts::comment,
        ),
        Line::post(
            "/api/v1/clients/{client}/tickets/{ticket}/hand-over",
            Assign,
            Client,
            acts::hand_over,
        ),
        Line::post(
            "/api/v1/clients/{client}/tickets/{ticket}/close",
            DoWork,
            Client,
            acts::close,
        ),
        Line::post(
            "/api/v1/clients/{client}/close",
            DoWork,
            Client,
            files::close,
        ),
        Line::post(
            "/api/v1/clients/{client}/tickets/{ticket}/reopen",
            Reopen,
            Client,
            acts::reopen,
        ),
        Line::post(
            "/api/v1/clients/{client}/tickets/{ticket}/snooze",
            DoWork,
            Client,
            acts::snooze,
        ),
        Line::post(
            "/api/v1/clients/{client}/tickets/{ticket}/wake",
            DoWork,
            Client,
            acts::wake,
        ),
    ]
}

fn of_exceptions() -> Vec<Line> {
    use About::Client;
    use Action::{AskException, GrantException, ReadClient};
    let all = "/api/v1/clients/{client}/exceptions";
    vec![
        Line::get(all, ReadClient, Client, exceptions::list),
        Line::post(all, AskException, Client, exceptions::ask),
        Line::get(
            "/api/v1/clients/{client}/exceptions/{exception}",
            ReadClient,
            Client,
            exceptions::get,
        ),
        Line::post(
            "/api/v1/clients/{client}/exceptions/{exception}/decide",
            GrantException,
            Client,
            exceptions::decide,
        ),
        Line::post(
            "/api/v1/clients/{client}/exceptions/{exception}/withdraw",
            GrantException,
            Client,
            exceptions::withdraw,
        ),
    ]
}

fn of_quality() -> Vec<Line> {
    use About::{Client, Home};
    use Action::{Acknowledge, AskSilence, GrantSilence, ReadQuality};
    vec![
        Line::get("/api/v1/warnings", ReadQuality, Home, warnings::list),
        Line::get("/api/v1/silences", ReadQuality, Home, warnings::silences),
        Line::get(
            "/api/v1/clients/{client}/warnings/{warning}",
            ReadQuality,
            Client,
            warnings::get,
        ),
        Line::post(
            "/api/v1/clients/{client}/warnings/{warning}/acknowledge",
            Acknowledge,
            Client,
            warnings::acknowledge,
        ),
        Line::post(
            "/api/v1/clients/{client}/warnings/{warning}/clear",
            Acknowledge,
            Client,
            warnings::clear,
        ),
        Line::post(
            "/api/v1/clients/{client}/warnings/{warning}/silence",
            AskSilence,
            Client,
            warnings::ask_silence,
        ),
        Line::post(
            "/api/v1/clients/{client}/silences/{silence}",
            GrantSilence,
            Client,
            warnings::decide_silence,
        ),
    ]
}

fn of_reviews() -> Vec<Line> {
    use About::{Client, Home};
    vec![
        Line::get("/api/v1/reviews", Action::ReadQuality, Home, reviews::list),
        Line::get(
            "/api/v1/clients/{client}/reviews/{ticket}",
            Action::Review,
            Client,
            reviews::get,
        ),
        Line::post(
            "/api/v1/clients/{client}/reviews/{ticket}/open",
            Action::Review,
            Client,
            reviews::open,
        ),
        Line::post(
            "/api/v1/clients/{client}/reviews/{ticket}/word",
            Action::Review,
            Client,
            reviews::word,
        ),
    ]
}

fn of_processes() -> Vec<Line> {
    use About::{Everything, Home};
    use Action::{PublishProcesses, ReadClient, ReadProcesses, ReadQueue};
    let all = "/api/v1/processes";
    vec![
        Line::get("/api/v1/duties", ReadClient, Home, schedule::duties),
        Line::get("/api/v1/load", ReadQueue, Everything, schedule::load),
        Line::get(all, ReadProcesses, Home, processes::list),
        Line::get(
            "/api/v1/processes/{process}",
            ReadProcesses,
            Home,
            processes::get,
        ),
        Line::post(
            "/api/v1/processes/proposal",
            PublishProcesses,
            Everything,
            processes::propose_one,
        )
        .with_body(PROCESS_BYTES_MAX),
        Line::post(all, PublishProcesses, Everything, processes::publish)
            .with_body(PROCESS_BYTES_MAX),
    ]
}

fn of_people() -> Vec<Line> {
    use About::{Client, Everything};
    use Action::{KeepPeople, ReadJournal, ReadPeople};
    vec![
        Line::get("/api/v1/people", ReadPeople, Everything, people::list),
        Line::post("/api/v1/people", KeepPeople, Everything, people::invite),
        Line::get(
            "/api/v1/clients/{client}/log",
            ReadJournal,
            Client,
            people::log,
        ),
    ]
}

fn of_pings() -> Vec<Line> {
    use About::Client;
    use Action::{KeepAssets, ReadClient};
    let all = "/api/v1/clients/{client}/pings";
    vec![
        Line::get(all, ReadClient, Client, pings::list),
        Line::post(all, KeepAssets, Client, pings::declare),
        Line::get(
            "/api/v1/clients/{client}/pings/{ping}",
            ReadClient,
            Client,
            pings::heard,
        ),
        Line::post(
            "/api/v1/clients/{client}/pings/{ping}/rotate",
            KeepAssets,
            Client,
            pings::rotate,
        ),
        Line::post(
            "/api/v1/clients/{client}/pings/{ping}/remove",
            KeepAssets,
            Client,
            pings::remove,
        ),
    ]
}
