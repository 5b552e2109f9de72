//! Processes: listed, read in the published form, proposed from a file's text, published.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use duly_core::id::{ClientId, ProcessId};
use duly_core::process::Process as Declared;
use duly_store::{Publishing, REASON_BYTES_MAX};
use duly_work::proposal::{Proposal, Wish, propose, publish_proposal};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::failed::{Failed, conflict, refused};
use super::sent::Sent;
use crate::page::proposed::stopped;
use crate::page::published;
use crate::page::visit::Visit;
use crate::problem;
use crate::view::frame::Section;

/// Longest process file that is read, in bytes; that of `duly check`.
const FILE_BYTES_MAX: usize = 64 * 1024;

/// A version of a process.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Version {
    version: String,
    /// From this day on.
    effective: Date,
    title: String,
    published_at: Timestamp,
    /// The clients that have it.
    clients: Vec<String>,
    /// Whether it ends the process.
    ended: bool,
}

/// A process with its versions, the oldest first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Process {
    process: String,
    versions: Vec<Version>,
}

/// Every process that is published for anybody who may be seen.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Processes {
    processes: Vec<Process>,
}

/// The published form of a process.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ProcessWhole {
    process: Process,
    /// The newest version as it was published, with `rules: 1`: what verifiers compute from.
    #[schema(value_type = Object)]
    newest: serde_json::Value,
}

/// Of each process the versions, and the newest of them.
type Known = BTreeMap<ProcessId, (BTreeMap<String, Version>, Declared)>;

async fn known(visit: &Visit) -> Result<Known, Failed> {
    let mut known = Known::new();
    for client in &visit.clients {
        let id = &client.scope.id;
        let Some(published) = published::of(visit.store(), id).await? else {
            continue;
        };
        for one in published.processes {
            let process = one.process;
            let slot = known
                .entry(process.process.clone())
                .or_insert_with(|| (BTreeMap::new(), process.clone()));
            if process.effective >= slot.1.effective {
                slot.1 = process.clone();
            }
            let version = process.version();
            let row = slot.0.entry(version.clone()).or_insert_with(|| Version {
                version,
                effective: process.effective,
                title: process.title.clone(),
                published_at: one.published_at,
                clients: Vec::new(),
                ended: process.is_ended(),
            });
            row.clients.push(id.to_string());
        }
    }
    Ok(known)
}

fn shown(id: &ProcessId, versions: BTreeMap<String, Version>) -> Process {
    let mut versions: Vec<Version> = versions.into_values().collect();
    versions.sort_by(|one, other| {
        (one.effective, &one.version).cmp(&(other.effective, &other.version))
    });
    Process {
        process: id.to_string(),
        versions,
    }
}

/// Every process with its versions. As many as a provider has: some dozens.
#[utoipa::path(get, path = "/api/v1/processes", responses((status = 200, body = Processes)))]
pub(crate) async fn list(visit: Visit) -> Result<Json<Processes>, Failed> {
    let known = known(&visit).await?;
    let processes = known.into_iter().map(|(id, (all, _))| shown(&id, all));
    Ok(Json(Processes {
        processes: processes.collect(),
    }))
}

/// One process with its newest version in the published form.
#[utoipa::path(get, path = "/api/v1/processes/{process}",
    responses((status = 200, body = ProcessWhole)))]
pub(crate) async fn get(
    visit: Visit,
    Path(process): Path<String>,
) -> Result<Json<ProcessWhole>, Failed> {
    let id = ProcessId::from(process);
    let found = known(&visit).await?.remove(&id);
    let (versions, newest) = found.ok_or_else(problem::not_found)?;
    let newest = serde_json::to_value(&newest).map_err(problem::Problem::unexpected)?;
    Ok(Json(ProcessWhole {
        process: shown(&id, versions),
        newest,
    }))
}

/// A process file, and for whom.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Draft {
    /// The file, as `duly check` takes it.
    text: String,
    /// For these clients. What they have otherwise than the common version they keep.
    #[schema(min_items = 1)]
    clients: Vec<String>,
}

/// What a process would change for a client.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ForClient {
    client: String,
    /// The newest version that it has: what publishing has to name as seen.
    before: Option<String>,
    after: String,
    /// In sentences.
    changes: Vec<String>,
    /// Whether it asks for less than before.
    loosens: bool,
}

/// Why a client cannot have it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Hindered {
    client: String,
    code: String,
    why: String,
}

/// What a process would change.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Proposed {
    process: String,
    clients: Vec<ForClient>,
    refused: Vec<Hindered>,
    /// Whether anybody would get less than before: publishing has to say that it is known.
    loosens: bool,
}

impl Proposed {
    fn of(process: &Declared, proposal: &Proposal) -> Self {
        let clients = proposal.clients.iter().map(|one| ForClient {
            client: one.client.to_string(),
            before: one.before.as_ref().map(Declared::version),
            after: one.after.version(),
            changes: one.changes.iter().map(|one| one.says.clone()).collect(),
            loosens: one.loosens(),
        });
        let refused = proposal.refused.iter().map(|one| Hindered {
            client: one.client.to_string(),
            code: one.code.to_owned(),
            why: one.why.clone(),
        });
        Self {
            process: process.process.to_string(),
            clients: clients.collect(),
            refused: refused.collect(),
            loosens: proposal.loosens(),
        }
    }
}

/// Reads a file and works out what it would change.
async fn proposed(visit: &Visit, draft: &Draft) -> Result<(Declared, Proposal), Failed> {
    if draft.text.len() > FILE_BYTES_MAX {
        return Err(refused(
            "too-much",
            "A process file is at most 64 KiB long.",
        ));
    }
    let today = visit.frame(Section::Processes, false).today();
    let read = duly_declare::load_on(draft.text.as_bytes(), "text", today);
    let process = read.map_err(|refusals| {
        let all = refusals.iter().map(|one| {
            let (line, column) = (one.line, one.column);
            format!("{line}:{column}: {} {}", one.message, one.help)
        });
        refused("refused", all.collect::<Vec<_>>().join(" "))
    })?;
    let ids: BTreeSet<&String> = draft.clients.iter().collect();
    if ids.is_empty() {
        return Err(refused("no-clients", "Name at least one client."));
    }
    let mut wishes = Vec::with_capacity(ids.len());
    for id in ids {
        let client: ClientId = visit.client(id)?.scope.id.clone();
        let origins = visit.store().origins(&client).await?;
        let published = visit.store().published(&client).await?;
        let versions = published.map_or_else(Vec::new, |found| found.processes);
        let mut versions = versions.into_iter().map(|version| version.process);
        let newest = versions.rfind(|known| known.process == process.process);
        let newest = newest.map(|known| known.version());
        let mut own = origins.into_iter();
        let had =
            own.find(|one| one.process == process.process && Some(&one.version) == newest.as_ref());
        wishes.push(Wish {
            client,
            overrides: had.map(|one| one.overrides).unwrap_or_default(),
        });
    }
    let proposal = propose(visit.store(), &process, &wishes, visit.now).await?;
    Ok((process, proposal))
}

/// Works out what a process file would change. Changes nothing.
#[utoipa::path(post, path = "/api/v1/processes/proposal", request_body = Draft,
    responses((status = 200, body = Proposed)))]
pub(crate) async fn propose_one(
    visit: Visit,
    Sent(draft): Sent<Draft>,
) -> Result<Json<Proposed>, Failed> {
    let (process, proposal) = proposed(&visit, &draft).await?;
    Ok(Json(Proposed::of(&process, &proposal)))
}

/// A client, and the version that was seen for it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SeenFor {
    client: String,
    /// The newest version that it had when the proposal was made; none where it had none.
    before: Option<String>,
}

/// A process file to be published.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Publish {
    /// The file, as `duly check` takes it.
    text: String,
    #[schema(min_items = 1)]
    clients: Vec<SeenFor>,
    /// Why; the clients read it.
    reason: String,
    /// Has to be true where anybody gets less than before.
    #[serde(default)]
    loosens: bool,
}

/// Publishes a process file for the clients named, for all of them or for none.
#[utoipa::path(post, path = "/api/v1/processes", request_body = Publish,
    responses((status = 201, body = Proposed)))]
pub(crate) async fn publish(
    visit: Visit,
    Sent(sent): Sent<Publish>,
) -> Result<(StatusCode, Json<Proposed>), Failed> {
    let reason = sent.reason.trim();
    if reason.is_empty() || reason.len() > REASON_BYTES_MAX {
        let why = format!("Say why, in at most {REASON_BYTES_MAX} bytes: the clients read it.");
        return Err(refused("no-reason", why));
    }
    let draft = Draft {
        clients: sent.clients.iter().map(|one| one.client.clone()).collect(),
        text: sent.text,
    };
    let (process, proposal) = proposed(&visit, &draft).await?;
    if let Some(one) = proposal.refused.first() {
        return Err(refused(one.code, format!("{}: {}", one.client, one.why)));
    }
    for one in &proposal.clients {
        let was = one.before.as_ref().map(Declared::version);
        let mut seen = sent.clients.iter();
        let seen = seen.find(|seen| seen.client == one.client.as_str());
        if seen.and_then(|seen| seen.before.clone()) != was {
            let why = "Another version was published since the proposal; look again.";
            return Err(conflict("raced", why));
        }
    }
    if proposal.loosens() && !sent.loosens {
        let why = "It asks for less than before: say that you know it.";
        return Err(refused("loosens", why));
    }
    let (store, person) = (visit.store(), &visit.person.id);
    let done = publish_proposal(store, &proposal, person, reason, &draft.text, visit.now);
    match done.await? {
        Publishing::Published => {
            let made = Proposed::of(&process, &proposal);
            Ok((StatusCode::CREATED, Json(made)))
        }
        other => Err(conflict("stopped", stopped(&visit, &other))),
    }
}
