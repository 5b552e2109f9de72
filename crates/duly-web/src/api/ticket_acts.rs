//! What is done to a ticket: each the same act as on its page, with the ticket as it is then for an
//! answer.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use duly_core::id::{DutyId, PersonId, StepId};
use duly_core::scope::Client;
use duly_core::verdict::Verdict;
use duly_store::{
    Assigning, ClosedBy, Closing, Fill, HandOver, NewNote, Reopen, Reopened, RowFill, Snooze,
    Snoozing, StepChange, random_id,
};
use duly_work::acts::{self, OnStep};
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use super::failed::{Failed, conflict, refused};
use super::sent::{Sent, words};
use super::tickets::{TicketWhole, read};
use crate::page::beside::is_technician;
use crate::page::gates;
use crate::page::visit::Visit;
use crate::problem;

/// Which ticket of which client.
type Which = Path<(String, String)>;

/// The ticket as it is after an act.
type After = Result<Json<TicketWhole>, Failed>;

/// What a person found.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Found {
    /// It is in order.
    Pass,
    /// It is not.
    Fail,
    /// There was nothing to look at. For assets of a ticket, not for steps.
    NotApplicable,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answer {
    /// It was done and is in order.
    Pass,
    /// It was done and is not in order.
    Fail,
    /// It was left out; not for a critical step.
    Skip,
    /// What was found is mended, and it is to be measured again.
    Again,
}

/// What was done for a step.
#[derive(Clone, Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct StepAnswer {
    #[schema(inline)]
    answer: Answer,
    /// What was done and seen; why it was left out; what was mended.
    note: String,
    /// Why evidence that the process asks for is not there.
    excuse: Option<String>,
    /// The revision of the step that was read.
    revision: u64,
}

/// Records what was done for a step, why it was left out, or that it is to be measured again.
#[utoipa::path(post, path = "/api/v1/clients/{client}/tickets/{ticket}/steps/{step}",
    request_body = StepAnswer, responses((status = 200, body = TicketWhole)))]
pub(crate) async fn step(
    visit: Visit,
    Path((client, ticket, step)): Path<(String, String, String)>,
    Sent(answer): Sent<StepAnswer>,
) -> After {
    let on = OnStep {
        client: visit.client(&client)?.scope.id.clone(),
        ticket: DutyId::from(ticket.as_str()),
        step: StepId::from(step),
        revision: answer.revision,
        person: visit.person.id.clone(),
    };
    let (store, now) = (visit.store(), visit.now);
    let missing = match answer.answer {
        Answer::Pass | Answer::Fail => "Write what you did and what you saw.",
        Answer::Skip => "Say why the step was left out.",
        Answer::Again => "Say what was mended.",
    };
    let note = words(&answer.note, missing)?;
    let excuse = answer.excuse.map(|excuse| excuse.trim().to_owned());
    let fill = |verdict, note| Fill {
        verdict,
        note,
        excuse: excuse.filter(|excuse| !excuse.is_empty()),
    };
    let change = match answer.answer {
        Answer::Pass => acts::fill_step(store, on, fill(Verdict::Pass, note), now).await?,
        Answer::Fail => acts::fill_step(store, on, fill(Verdict::Fail, note), now).await?,
        Answer::Skip => acts::skip_step(store, on, note, now).await?,
        Answer::Again => acts::ask_again(store, on, note, now).await?,
    };
    changed(change)?;
    Ok(Json(read(&visit, &client, &ticket).await?))
}

fn changed(change: StepChange) -> Result<(), Failed> {
    Err(match change {
        StepChange::Changed { .. } => return Ok(()),
        StepChange::NoSuch => problem::not_found().into(),
        StepChange::Raced { revision } => conflict(
            "raced",
            format!("Somebody else recorded it in the meantime; it has revision {revision} now."),
        ),
        StepChange::Ended(_) => conflict("ended", "The ticket has ended; nothing was recorded."),
        StepChange::Critical => {
            conflict("critical", "This step is critical and cannot be left out.")
        }
        StepChange::NoReason => refused("no-reason", "Say why, or what is not in order."),
        StepChange::NoEvidence => conflict(
            "no-evidence",
            "The process asks for a file or picture here; add it and record the step again.",
        ),
        StepChange::NothingToMend => {
            conflict("nothing-to-mend", "There is nothing to measure again.")
        }
    })
}

/// What was found of an asset that a ticket lists.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RowFound {
    #[schema(inline)]
    verdict: Found,
    /// Asked for where it is not in order.
    #[serde(default)]
    note: String,
    /// The revision of the row that was read.
    revision: u64,
}

/// Records what was found of one of the assets that a ticket lists.
#[utoipa::path(post, path = "/api/v1/clients/{client}/tickets/{ticket}/assets/{asset}",
    request_body = RowFound, responses((status = 200, body = TicketWhole)))]
pub(crate) async fn row(
    visit: Visit,
    Path((client, ticket, asset)): Path<(String, String, String)>,
    Sent(found): Sent<RowFound>,
) -> After {
    let fill = RowFill {
        client: visit.client(&client)?.scope.id.clone(),
        ticket: DutyId::from(ticket.as_str()),
        asset: asset.into(),
        revision: found.revision,
        person: visit.person.id.clone(),
        verdict: match found.verdict {
            Found::Pass => Verdict::Pass,
            Found::Fail => Verdict::Fail,
            Found::NotApplicable => Verdict::NotApplicable,
        },
        note: found.note.trim().to_owned(),
    };
    changed(acts::fill_row(visit.store(), fill, visit.now).await?)?;
    Ok(Json(read(&visit, &client, &ticket).await?))
}

/// Words of a person.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Words {
    words: String,
}

/// Leaves a comment on a ticket, closed or not.
#[utoipa::path(post, path = "/api/v1/clients/{client}/tickets/{ticket}/comments",
    request_body = Words, responses((status = 201, body = TicketWhole)))]
pub(crate) async fn comment(
    visit: Visit,
    Path((client, ticket)): Which,
    Sent(sent): Sent<Words>,
) -> Result<(StatusCode, Json<TicketWhole>), Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    if visit.store().ticket(&id, &duty).await?.is_none() {
        return Err(problem::not_found().into());
    }
    let note = NewNote {
        id: random_id()?,
        client: id,
        ticket: duty,
        step: None,
        person: visit.person.id.clone(),
        words: words(&sent.words, "Write what you want to say.")?,
    };
    acts::comment(visit.store(), note, visit.now).await?;
    let after = read(&visit, &client, &ticket).await?;
    Ok((StatusCode::CREATED, Json(after)))
}

/// A ticket to be handed over.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Handing {
    /// A technician of the staff, by id.
    to: String,
    /// Whom it was handed to last, as it was read.
    from: Option<String>,
    /// What the next one has to know.
    words: String,
    /// The count that was read.
    handovers: u64,
}

/// Hands a ticket over to another technician.
#[utoipa::path(post, path = "/api/v1/clients/{client}/tickets/{ticket}/hand-over",
    request_body = Handing, responses((status = 200, body = TicketWhole)))]
pub(crate) async fn hand_over(
    visit: Visit,
    Path((client, ticket)): Which,
    Sent(sent): Sent<Handing>,
) -> After {
    let id = visit.client(&client)?.scope.id.clone();
    let to = PersonId::from(sent.to);
    let word = words(&sent.words, "Say what the next one has to know.")?;
    if !is_technician(&visit, &to).await? {
        return Err(refused("no-technician", "Name a technician of the staff."));
    }
    let what = HandOver {
        client: id,
        ticket: DutyId::from(ticket.as_str()),
        handovers: sent.handovers,
        from: sent.from.map(PersonId::from),
        to,
        by: visit.person.id.clone(),
        word,
    };
    let staff = Client::PROVIDER.into();
    match acts::hand_over(visit.store(), &staff, what, visit.now).await? {
        Assigning::Made => Ok(Json(read(&visit, &client, &ticket).await?)),
        Assigning::NoSuch => Err(problem::not_found().into()),
        Assigning::Raced => Err(conflict("raced", "Somebody else handed it over meanwhile.")),
        Assigning::Ended => Err(conflict("ended", "It has ended; nothing was changed.")),
        _ => Err(refused("not-taken", "It could not be handed over so.")),
    }
}

/// A word on closing.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ClosingWord {
    /// Asked for where something did not pass.
    words: Option<String>,
}

/// Closes a ticket, if its gates allow; several at once at `/api/v1/clients/{client}/close`.
#[utoipa::path(post, path = "/api/v1/clients/{client}/tickets/{ticket}/close",
    request_body = ClosingWord, responses((status = 200, body = TicketWhole)))]
pub(crate) async fn close(
    visit: Visit,
    Path((client, ticket)): Which,
    Sent(sent): Sent<ClosingWord>,
) -> After {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    let by = ClosedBy {
        person: visit.person.id.clone(),
        word: sent.words,
    };
    match acts::close_ticket(visit.store(), &id, &duty, by, visit.now).await? {
        Closing::Closed { .. } | Closing::Afterwards { .. } | Closing::Reworked { .. } => {
            Ok(Json(read(&visit, &client, &ticket).await?))
        }
        Closing::NoSuch => Err(problem::not_found().into()),
        Closing::GatesOpen(in_the_way) => {
            let steps = visit.store().ticket(&id, &duty).await?;
            let steps = steps.map_or_else(Vec::new, |(_, steps)| steps);
            let why = gates::sentences(&in_the_way, &steps).join(" ");
            Err(conflict(
                "gates-open",
                format!("It cannot be closed yet. {why}"),
            ))
        }
        Closing::Already(_) => Err(conflict("ended", "It had ended before.")),
    }
}

/// A ticket to be done again.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Again {
    /// The steps that are to be done again.
    #[schema(min_items = 1)]
    steps: Vec<String>,
    /// Why.
    reason: String,
}

/// Has a closed ticket done again. It stays counted as it was.
#[utoipa::path(post, path = "/api/v1/clients/{client}/tickets/{ticket}/reopen",
    request_body = Again, responses((status = 200, body = TicketWhole)))]
pub(crate) async fn reopen(
    visit: Visit,
    Path((client, ticket)): Which,
    Sent(sent): Sent<Again>,
) -> After {
    let reason = words(&sent.reason, "Say why it is to be done again.")?;
    if sent.steps.is_empty() {
        let why = "Name the steps that are to be done again.";
        return Err(refused("no-steps", why));
    }
    let what = Reopen {
        client: visit.client(&client)?.scope.id.clone(),
        ticket: DutyId::from(ticket.as_str()),
        steps: sent.steps.into_iter().map(StepId::from).collect(),
        person: visit.person.id.clone(),
        reason,
    };
    match acts::reopen(visit.store(), what, visit.now).await? {
        Reopened::Reopened { .. } => Ok(Json(read(&visit, &client, &ticket).await?)),
        Reopened::NoSuch => Err(problem::not_found().into()),
        Reopened::Owed => Err(conflict("owed", "It is owed already; nothing was changed.")),
        Reopened::Waived => Err(conflict("waived", "It was waived: nothing was done.")),
        Reopened::NoReason => Err(refused("no-reason", "Say why it is to be done again.")),
    }
}

/// A ticket that leaves the queue for a while.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Snoozed {
    /// Until when; not after it is missed.
    until: Timestamp,
    /// Why.
    reason: String,
}

/// Takes a ticket out of the queue for a while. Its times stay as they are.
#[utoipa::path(post, path = "/api/v1/clients/{client}/tickets/{ticket}/snooze",
    request_body = Snoozed, responses((status = 200, body = TicketWhole)))]
pub(crate) async fn snooze(
    visit: Visit,
    Path((client, ticket)): Which,
    Sent(sent): Sent<Snoozed>,
) -> After {
    let snooze = Snooze {
        client: visit.client(&client)?.scope.id.clone(),
        ticket: DutyId::from(ticket.as_str()),
        until: sent.until,
        reason: words(&sent.reason, "Say why.")?,
        person: visit.person.id.clone(),
    };
    snoozed(acts::snooze(visit.store(), snooze, visit.now).await?)?;
    Ok(Json(read(&visit, &client, &ticket).await?))
}

fn snoozed(done: Snoozing) -> Result<(), Failed> {
    Err(match done {
        Snoozing::Changed => return Ok(()),
        Snoozing::NoSuch => problem::not_found().into(),
        Snoozing::NoReason => refused("no-reason", "Say why."),
        Snoozing::NotAhead => refused("not-ahead", "That time is over already."),
        Snoozing::NotOpen(_) => conflict("not-open", "The ticket is not open, or not snoozed."),
        Snoozing::PastGrace(missed_at) => conflict(
            "past-grace",
            format!("It is missed at {missed_at}; it cannot be snoozed beyond that."),
        ),
    })
}

/// Brings a snoozed ticket back before its time.
#[utoipa::path(post, path = "/api/v1/clients/{client}/tickets/{ticket}/wake",
    responses((status = 200, body = TicketWhole)))]
pub(crate) async fn wake(visit: Visit, Path((client, ticket)): Which) -> After {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    let person = &visit.person.id;
    match acts::wake(visit.store(), &id, &duty, person, visit.now).await? {
        Snoozing::NoSuch => Err(problem::not_found().into()),
        // One that had come back by itself is where it was wanted.
        _ => Ok(Json(read(&visit, &client, &ticket).await?)),
    }
}
