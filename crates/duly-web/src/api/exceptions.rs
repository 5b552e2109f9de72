//! Exceptions: listed, read, asked for, decided by somebody else, withdrawn.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use duly_core::exception::Ask;
use duly_core::permit::Action;
use duly_core::scope::WaivedBy;
use duly_store::{Asking, Deciding, ExceptionRow, ExceptionState, random_id};
use duly_work::exceptions;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::failed::{Failed, conflict, refused};
use super::sent::{Asked, Paged, Sent, place};
use super::words;
use crate::page::visit::Visit;
use crate::problem;
use crate::view::exception::WORDS_CHARS_MAX;

/// An exception.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Exception {
    id: String,
    client: String,
    /// What need not be done; none for every process.
    process: Option<String>,
    /// For which asset; none for all.
    asset: Option<String>,
    /// First slot that it covers.
    from: Date,
    /// Last slot that it covers.
    to: Date,
    reason: String,
    /// What is done instead.
    measure: Option<String>,
    #[schema(schema_with = words::exception_state)]
    state: ExceptionState,
    /// By whose word it waives.
    #[schema(schema_with = words::waived_by_or_none)]
    by: Option<WaivedBy>,
    asked_by: Option<String>,
    asked_at: Timestamp,
    decided_by: Option<String>,
    decided_at: Option<Timestamp>,
    /// What who decided had to say.
    answer: Option<String>,
    withdrawn_by: Option<String>,
    withdrawn_at: Option<Timestamp>,
    /// Why it was withdrawn.
    withdrawal: Option<String>,
}

impl From<ExceptionRow> for Exception {
    fn from(row: ExceptionRow) -> Self {
        Self {
            id: row.id,
            client: row.client.to_string(),
            process: row.ask.process.map(|id| id.0),
            asset: row.ask.asset.map(|id| id.0),
            from: row.ask.from,
            to: row.ask.to,
            reason: row.ask.reason,
            measure: row.ask.measure,
            state: row.state,
            by: row.by,
            asked_by: row.asked_by.map(|id| id.0),
            asked_at: row.asked_at,
            decided_by: row.decided_by.map(|id| id.0),
            decided_at: row.decided_at,
            answer: row.answer,
            withdrawn_by: row.withdrawn_by.map(|id| id.0),
            withdrawn_at: row.withdrawn_at,
            withdrawal: row.withdrawal,
        }
    }
}

/// A page of exceptions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Exceptions {
    exceptions: Vec<Exception>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// Exceptions of a client, by id; decided and ended ones too.
#[utoipa::path(get, path = "/api/v1/clients/{client}/exceptions", params(Paged),
    responses((status = 200, body = Exceptions)))]
pub(crate) async fn list(
    visit: Visit,
    Path(client): Path<String>,
    Asked(paged): Asked<Paged>,
) -> Result<Json<Exceptions>, Failed> {
    let id = &visit.client(&client)?.scope.id;
    let listed = visit.store().exceptions(id, &paged.page()?).await?;
    Ok(Json(Exceptions {
        exceptions: listed.rows.into_iter().map(Exception::from).collect(),
        next: place(listed.next),
    }))
}

/// One exception.
#[utoipa::path(get, path = "/api/v1/clients/{client}/exceptions/{exception}",
    responses((status = 200, body = Exception)))]
pub(crate) async fn get(
    visit: Visit,
    Path((client, exception)): Path<(String, String)>,
) -> Result<Json<Exception>, Failed> {
    Ok(Json(read(&visit, &client, &exception).await?))
}

async fn read(visit: &Visit, client: &str, exception: &str) -> Result<Exception, Failed> {
    let id = &visit.client(client)?.scope.id;
    let row = visit.store().exception(id, exception).await?;
    Ok(Exception::from(row.ok_or_else(problem::not_found)?))
}

/// A wish.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Wish {
    /// What need not be done; none for every process.
    process: Option<String>,
    /// For which asset; none for all.
    asset: Option<String>,
    /// First slot that it covers.
    from: Date,
    /// Last slot that it covers.
    to: Date,
    reason: String,
    /// What is done instead.
    measure: Option<String>,
}

/// Asks for an exception. Somebody else decides.
#[utoipa::path(post, path = "/api/v1/clients/{client}/exceptions", request_body = Wish,
    responses((status = 201, body = Exception)))]
pub(crate) async fn ask(
    visit: Visit,
    Path(client): Path<String>,
    Sent(wish): Sent<Wish>,
) -> Result<(StatusCode, Json<Exception>), Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    short(&wish.reason)?;
    short(wish.measure.as_deref().unwrap_or_default())?;
    let some = |text: Option<String>| {
        let text = text.map(|text| text.trim().to_owned());
        text.filter(|text| !text.is_empty())
    };
    let ask = Ask {
        process: some(wish.process).map(Into::into),
        asset: some(wish.asset).map(Into::into),
        from: wish.from,
        to: wish.to,
        reason: wish.reason.trim().to_owned(),
        measure: some(wish.measure),
    };
    let exception = random_id()?;
    let (store, person) = (visit.store(), &visit.person.id);
    match exceptions::ask(store, &id, exception.clone(), ask, person, visit.now).await? {
        Asking::Asked | Asking::Already => {}
        Asking::Refused(problems) => {
            let all: Vec<String> = problems.iter().map(|one| one.message()).collect();
            let code = problems.first().map_or("not-taken", |one| one.code());
            return Err(refused(code, all.join(" ")));
        }
    }
    let made = read(&visit, &client, &exception).await?;
    Ok((StatusCode::CREATED, Json(made)))
}

/// The two answers to a wish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Decision {
    /// It need not be done.
    Grant,
    /// It is to be done.
    Refuse,
}

/// An answer to a wish.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    #[schema(inline)]
    decision: Decision,
    /// What there is to say; needed to refuse.
    #[serde(default)]
    words: String,
}

/// Grants or refuses an exception; never by whoever asked.
#[utoipa::path(post, path = "/api/v1/clients/{client}/exceptions/{exception}/decide",
    request_body = Answer, responses((status = 200, body = Exception)))]
pub(crate) async fn decide(
    visit: Visit,
    Path((client, exception)): Path<(String, String)>,
    Sent(sent): Sent<Answer>,
) -> Result<Json<Exception>, Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    let row = visit.store().exception(&id, &exception).await?;
    let row = row.ok_or_else(problem::not_found)?;
    visit.may_about(Action::GrantException, &id, row.asked_by.as_slice())?;
    let answer = sent.words.trim().to_owned();
    short(&answer)?;
    if sent.decision == Decision::Refuse && answer.is_empty() {
        return Err(refused("no-reason", "Say why it is refused."));
    }
    let by = exceptions::word_of(&visit.person.client);
    let grant = (sent.decision == Decision::Grant).then_some(by);
    let (store, person) = (visit.store(), &visit.person.id);
    let done = exceptions::decide(store, &id, &exception, person, grant, answer, visit.now);
    decided(done.await?)?;
    Ok(Json(read(&visit, &client, &exception).await?))
}

/// Why something is withdrawn.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Withdrawal {
    reason: String,
}

/// Withdraws an exception; what opens from now on is due again.
#[utoipa::path(post, path = "/api/v1/clients/{client}/exceptions/{exception}/withdraw",
    request_body = Withdrawal, responses((status = 200, body = Exception)))]
pub(crate) async fn withdraw(
    visit: Visit,
    Path((client, exception)): Path<(String, String)>,
    Sent(sent): Sent<Withdrawal>,
) -> Result<Json<Exception>, Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    read(&visit, &client, &exception).await?;
    let why = sent.reason.trim().to_owned();
    short(&why)?;
    if why.is_empty() {
        return Err(refused("no-reason", "Say why it is withdrawn."));
    }
    let (store, person) = (visit.store(), &visit.person.id);
    let done = exceptions::withdraw(store, &id, &exception, person, why, visit.now);
    decided(done.await?)?;
    Ok(Json(read(&visit, &client, &exception).await?))
}

fn short(text: &str) -> Result<(), Failed> {
    if text.chars().count() > WORDS_CHARS_MAX {
        let why = format!("Write at most {WORDS_CHARS_MAX} characters.");
        return Err(refused("too-much", why));
    }
    Ok(())
}

fn decided(done: Deciding) -> Result<(), Failed> {
    Err(match done {
        Deciding::Decided => return Ok(()),
        Deciding::NoSuch => problem::not_found().into(),
        Deciding::OwnWish => problem::own_work().into(),
        Deciding::Already => conflict("already", "It was decided or withdrawn before."),
        Deciding::Over => conflict("over", "Its last day is over; nothing was changed."),
    })
}
