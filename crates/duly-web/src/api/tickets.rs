//! Tickets: listed by filter, and one with everything that was done for it.

use axum::Json;
use axum::extract::Path;
use duly_core::accounts::Outcome;
use duly_core::gate::StepState;
use duly_core::id::DutyId;
use duly_core::process::Gate;
use duly_core::verdict::Verdict;
use duly_store::{Evidence, Note, Snoozed, Ticket, TicketAsset, TicketFilter, TicketStep};
use duly_work::lists;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::failed::Failed;
use super::sent::{Asked, page, place};
use super::words;
use crate::page::visit::Visit;
use crate::problem;

/// A duty with how it stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketLine {
    /// The id of its duty: 64 hexadecimal digits.
    id: String,
    client: String,
    process: String,
    version: String,
    /// About which asset; none for one about the client as a whole.
    asset: Option<String>,
    /// Nominal local date.
    slot: Date,
    opens_at: Timestamp,
    /// Until when it can be closed in time.
    due_at: Timestamp,
    /// Until when it can be closed late.
    missed_at: Timestamp,
    #[schema(schema_with = words::outcome)]
    outcome: Outcome,
    #[schema(schema_with = words::verdict_or_none)]
    verdict: Option<Verdict>,
    /// When its outcome became final.
    ended_at: Option<Timestamp>,
    /// For a missed one: when it was done after all.
    afterwards_at: Option<Timestamp>,
    /// The exception that waived it.
    exception: Option<String>,
    /// Since when it is owed again, after it was re-opened.
    rework_at: Option<Timestamp>,
    /// Whether its work is still to be done.
    owed: bool,
}

impl From<&Ticket> for TicketLine {
    fn from(ticket: &Ticket) -> Self {
        Self {
            id: ticket.id.to_string(),
            client: ticket.client.to_string(),
            process: ticket.process.to_string(),
            version: ticket.version.clone(),
            asset: ticket.asset.as_ref().map(ToString::to_string),
            slot: ticket.slot,
            opens_at: ticket.opens_at,
            due_at: ticket.due_at,
            missed_at: ticket.missed_at,
            outcome: ticket.outcome,
            verdict: ticket.verdict,
            ended_at: ticket.ended_at,
            afterwards_at: ticket.afterwards_at,
            exception: ticket.exception.clone(),
            rework_at: ticket.rework_at,
            owed: ticket.is_owed(),
        }
    }
}

/// A page of tickets.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Tickets {
    tickets: Vec<TicketLine>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// How a ticket stands in the queue.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum Queue {
    /// Not snoozed.
    Awake,
    /// Snoozed.
    Snoozed,
}

/// How a duty stands.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum OutcomeWord {
    Done,
    Late,
    Missed,
    Waived,
    Open,
}

impl From<OutcomeWord> for Outcome {
    fn from(word: OutcomeWord) -> Self {
        match word {
            OutcomeWord::Done => Self::Done,
            OutcomeWord::Late => Self::Late,
            OutcomeWord::Missed => Self::Missed,
            OutcomeWord::Waived => Self::Waived,
            OutcomeWord::Open => Self::Open,
        }
    }
}

/// Which tickets; everything absent means all that may be seen.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Of this client.
    client: Option<String>,
    /// With this outcome.
    #[param(inline)]
    outcome: Option<OutcomeWord>,
    /// Only what is still owed: open, missed and not done afterwards, or re-opened.
    #[serde(default)]
    #[param(default = false)]
    owed: bool,
    /// Only what was re-opened and is owed again.
    #[serde(default)]
    #[param(default = false)]
    rework: bool,
    /// Of this process.
    process: Option<String>,
    /// About this asset.
    asset: Option<String>,
    /// With a slot from this day on.
    from: Option<Date>,
    /// With a slot up to this day.
    to: Option<Date>,
    /// In the queue, or snoozed.
    #[param(inline)]
    queue: Option<Queue>,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many rows at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// A page of tickets, the one due first first.
#[utoipa::path(get, path = "/api/v1/tickets", params(Which),
    responses((status = 200, body = Tickets)))]
pub(crate) async fn list(
    visit: Visit,
    Asked(which): Asked<Which>,
) -> Result<Json<Tickets>, Failed> {
    let client = visit.asked_for(which.client.as_deref())?;
    let filter = TicketFilter {
        client,
        outcome: which.outcome.map(Outcome::from),
        owed: which.owed,
        rework: which.rework,
        process: which.process.map(Into::into),
        asset: which.asset.map(Into::into),
        slot_from: which.from,
        slot_to: which.to,
        snoozed: which.queue.map(|queue| match queue {
            Queue::Awake => Snoozed::NotAt(visit.now),
            Queue::Snoozed => Snoozed::At(visit.now),
        }),
        ..TicketFilter::default()
    };
    let page = page(which.after, which.limit)?;
    let listed = visit.store().tickets(&filter, &page).await?;
    Ok(Json(Tickets {
        tickets: listed.rows.iter().map(TicketLine::from).collect(),
        next: place(listed.next),
    }))
}

/// A line of the checklist.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Step {
    id: String,
    /// What to do.
    instruction: String,
    #[schema(schema_with = words::gate)]
    gate: Gate,
    /// The probe that fills it.
    probe: Option<String>,
    /// What a person must leave.
    evidence: Vec<String>,
    #[schema(schema_with = words::step_state)]
    state: StepState,
    #[schema(schema_with = words::verdict_or_none)]
    verdict: Option<Verdict>,
    /// What was written; for a skipped one why.
    note: Option<String>,
    person: Option<String>,
    /// The run that filled it.
    run: Option<String>,
    changed_at: Option<Timestamp>,
    /// What a change has to name.
    revision: u64,
    /// Why evidence that the process asks for is not there.
    excuse: Option<String>,
}

impl From<TicketStep> for Step {
    fn from(step: TicketStep) -> Self {
        Self {
            id: step.id.to_string(),
            instruction: step.instruction,
            gate: step.gate,
            probe: step.probe,
            evidence: step.evidence,
            state: step.state,
            verdict: step.verdict,
            note: step.note,
            person: step.person.map(|id| id.0),
            run: step.run.map(|id| id.0),
            changed_at: step.changed_at,
            revision: step.revision,
            excuse: step.excuse,
        }
    }
}

/// An asset that a ticket lists.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Row {
    asset: String,
    #[schema(schema_with = words::verdict_or_none)]
    verdict: Option<Verdict>,
    note: Option<String>,
    person: Option<String>,
    changed_at: Option<Timestamp>,
    /// What a change has to name.
    revision: u64,
}

impl From<TicketAsset> for Row {
    fn from(row: TicketAsset) -> Self {
        Self {
            asset: row.asset.to_string(),
            verdict: row.verdict,
            note: row.note,
            person: row.person.map(|id| id.0),
            changed_at: row.changed_at,
            revision: row.revision,
        }
    }
}

/// A comment.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Comment {
    id: String,
    step: Option<String>,
    person: String,
    written_at: Timestamp,
    words: String,
}

impl From<Note> for Comment {
    fn from(note: Note) -> Self {
        Self {
            id: note.id,
            step: note.step.map(|id| id.0),
            person: note.person.to_string(),
            written_at: note.written_at,
            words: note.words,
        }
    }
}

/// A file.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct File {
    id: String,
    step: Option<String>,
    person: String,
    name: String,
    bytes: u64,
    /// SHA-256 of its content, hexadecimal.
    sha256: String,
    added_at: Timestamp,
    /// The entry that tells of it.
    entry: u64,
}

impl From<Evidence> for File {
    fn from(file: Evidence) -> Self {
        Self {
            id: file.id,
            step: file.step.map(|id| id.0),
            person: file.person.to_string(),
            name: file.name,
            bytes: file.bytes,
            sha256: file.sha256,
            added_at: file.added_at,
            entry: file.index,
        }
    }
}

/// A ticket with everything that was done for it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TicketWhole {
    ticket: TicketLine,
    /// Whom it was handed to last.
    handed_to: Option<String>,
    /// How often it was handed over: what a hand-over has to name.
    handovers: u64,
    /// Who closed it; nobody where it closed itself.
    closed_by: Option<String>,
    steps: Vec<Step>,
    /// The assets that it lists.
    assets: Vec<Row>,
    files: Vec<File>,
    comments: Vec<Comment>,
}

/// One ticket.
#[utoipa::path(get, path = "/api/v1/clients/{client}/tickets/{ticket}",
    responses((status = 200, body = TicketWhole)))]
pub(crate) async fn get(
    visit: Visit,
    Path((client, ticket)): Path<(String, String)>,
) -> Result<Json<TicketWhole>, Failed> {
    Ok(Json(read(&visit, &client, &ticket).await?))
}

/// A ticket as it is now.
pub(crate) async fn read(visit: &Visit, client: &str, ticket: &str) -> Result<TicketWhole, Failed> {
    let id = &visit.client(client)?.scope.id;
    let duty = DutyId::from(ticket);
    let store = visit.store();
    let found = store.ticket(id, &duty).await?;
    let (ticket, steps) = found.ok_or_else(problem::not_found)?;
    let assets = lists::ticket_assets(store, id, &duty).await?;
    let files = store.evidence_of(id, &duty).await?;
    let comments = lists::notes(store, id, &duty).await?;
    Ok(TicketWhole {
        handed_to: ticket.handed_to.as_ref().map(ToString::to_string),
        handovers: ticket.handovers,
        closed_by: ticket.closed_by.as_ref().map(ToString::to_string),
        ticket: TicketLine::from(&ticket),
        steps: steps.into_iter().map(Step::from).collect(),
        assets: assets.into_iter().map(Row::from).collect(),
        files: files.into_iter().map(File::from).collect(),
        comments: comments.into_iter().map(Comment::from).collect(),
    })
}
