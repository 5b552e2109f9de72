//! Warnings: listed, read, taken on, cleared; and silences: asked for, decided by somebody else.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use duly_core::permit::Action;
use duly_core::process::Severity;
use duly_store::{
    NewSilence, OnWarning, SILENCE_MAX, SilenceAct, WORD_BYTES_MAX, WarningAct, WarningFilter,
};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::failed::{Failed, conflict, refused};
use super::sent::{Asked, Paged, Sent, page, place};
use super::words;
use crate::page::visit::Visit;
use crate::problem;
use crate::view::control::WORD_CHARS_MAX;

/// A warning.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Warning {
    id: String,
    client: String,
    /// The rule that fired.
    rule: String,
    /// What it is of.
    about: String,
    #[schema(schema_with = words::severity)]
    severity: Severity,
    /// In a sentence.
    message: String,
    ticket: Option<String>,
    process: Option<String>,
    asset: Option<String>,
    /// The role that is to take it on, until a person does.
    owner: String,
    /// The number of this firing.
    firing: u64,
    raised_at: Timestamp,
    acknowledged_by: Option<String>,
    acknowledged_at: Option<Timestamp>,
    /// What is done about it.
    acknowledged_words: Option<String>,
    /// Who cleared it; nobody where its cause went away.
    cleared_by: Option<String>,
    cleared_at: Option<Timestamp>,
    cleared_words: Option<String>,
    /// Since when its cause is no longer seen.
    gone_since: Option<Timestamp>,
    /// Rungs of its ladder that were reached.
    rungs: u32,
}

impl From<duly_store::Warning> for Warning {
    fn from(warning: duly_store::Warning) -> Self {
        let raised = warning.raised;
        Self {
            id: warning.id,
            client: raised.client.to_string(),
            rule: raised.rule,
            about: raised.about,
            severity: raised.severity,
            message: raised.message,
            ticket: raised.ticket.map(|id| id.0),
            process: warning.process.map(|id| id.0),
            asset: warning.asset.map(|id| id.0),
            owner: warning.owner,
            firing: warning.firing,
            raised_at: warning.raised_at,
            acknowledged_by: warning.acknowledged_by.map(|id| id.0),
            acknowledged_at: warning.acknowledged_at,
            acknowledged_words: warning.acknowledged_word,
            cleared_by: warning.cleared_by.map(|id| id.0),
            cleared_at: warning.cleared_at,
            cleared_words: warning.cleared_word,
            gone_since: warning.gone_since,
            rungs: warning.rungs.count(),
        }
    }
}

/// A page of warnings.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Warnings {
    warnings: Vec<Warning>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// How bad a warning is.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
enum SeverityWord {
    High,
    Medium,
    Low,
}

/// Which warnings; everything absent means all that are not cleared.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct Which {
    /// Of this client.
    client: Option<String>,
    /// Of this process.
    process: Option<String>,
    /// Of this rule.
    rule: Option<String>,
    /// As bad as this.
    #[param(inline)]
    severity: Option<SeverityWord>,
    /// Taken on by somebody, or not.
    acknowledged: Option<bool>,
    /// Those that were cleared too.
    #[serde(default)]
    #[param(default = false)]
    cleared_too: bool,
    /// Where the page before ended: its `next`.
    after: Option<String>,
    /// How many rows at most.
    #[param(minimum = 1, maximum = 200, default = 50)]
    limit: Option<u32>,
}

/// A page of warnings, the oldest first; with those that were cleared the newest first.
#[utoipa::path(get, path = "/api/v1/warnings", params(Which),
    responses((status = 200, body = Warnings)))]
pub(crate) async fn list(
    visit: Visit,
    Asked(which): Asked<Which>,
) -> Result<Json<Warnings>, Failed> {
    let client = visit.asked_for(which.client.as_deref())?;
    let filter = WarningFilter {
        client,
        process: which.process.map(Into::into),
        rules: which.rule.into_iter().collect(),
        severity: which.severity.map(|word| match word {
            SeverityWord::High => Severity::High,
            SeverityWord::Medium => Severity::Medium,
            SeverityWord::Low => Severity::Low,
        }),
        acknowledged: which.acknowledged,
        cleared_too: which.cleared_too,
        ..WarningFilter::default()
    };
    let page = page(which.after, which.limit)?;
    let listed = visit.store().warnings_by(&filter, &page).await?;
    Ok(Json(Warnings {
        warnings: listed.rows.into_iter().map(Warning::from).collect(),
        next: place(listed.next),
    }))
}

/// One warning.
#[utoipa::path(get, path = "/api/v1/clients/{client}/warnings/{warning}",
    responses((status = 200, body = Warning)))]
pub(crate) async fn get(
    visit: Visit,
    Path((client, warning)): Path<(String, String)>,
) -> Result<Json<Warning>, Failed> {
    Ok(Json(read(&visit, &client, &warning).await?))
}

async fn read(visit: &Visit, client: &str, warning: &str) -> Result<Warning, Failed> {
    let id = &visit.client(client)?.scope.id;
    let found = visit.store().warning(id, warning).await?;
    Ok(Warning::from(found.ok_or_else(problem::not_found)?))
}

/// A word on a warning.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Word {
    words: String,
}

fn on(visit: &Visit, client: &str, warning: &str, words: &str) -> Result<OnWarning, Failed> {
    let word = words.trim().to_owned();
    if word.chars().count() > WORD_CHARS_MAX || word.len() > WORD_BYTES_MAX {
        let why = format!("It is longer than {WORD_CHARS_MAX} characters; shorten it.");
        return Err(refused("too-much", why));
    }
    Ok(OnWarning {
        client: visit.client(client)?.scope.id.clone(),
        warning: warning.to_owned(),
        person: visit.person.id.clone(),
        word,
    })
}

async fn acted(
    visit: &Visit,
    client: &str,
    warning: &str,
    act: WarningAct,
) -> Result<Json<Warning>, Failed> {
    match act {
        WarningAct::Done => {}
        WarningAct::NoSuch => return Err(problem::not_found().into()),
        WarningAct::NoWord => {
            return Err(refused(
                "no-words",
                "Say what is done about it, or why it is settled.",
            ));
        }
        WarningAct::Already => {
            let why = "Somebody was there before, or its cause went away.";
            return Err(conflict("already", why));
        }
    }
    visit.store().release_checkpoints(visit.now).await?;
    Ok(Json(read(visit, client, warning).await?))
}

/// Takes a warning on, with a word on what is done about it.
#[utoipa::path(post, path = "/api/v1/clients/{client}/warnings/{warning}/acknowledge",
    request_body = Word, responses((status = 200, body = Warning)))]
pub(crate) async fn acknowledge(
    visit: Visit,
    Path((client, warning)): Path<(String, String)>,
    Sent(sent): Sent<Word>,
) -> Result<Json<Warning>, Failed> {
    let on = on(&visit, &client, &warning, &sent.words)?;
    let act = visit.store().acknowledge_warning(on, visit.now).await?;
    acted(&visit, &client, &warning, act).await
}

/// Clears a warning, with a word on why it is settled.
#[utoipa::path(post, path = "/api/v1/clients/{client}/warnings/{warning}/clear",
    request_body = Word, responses((status = 200, body = Warning)))]
pub(crate) async fn clear(
    visit: Visit,
    Path((client, warning)): Path<(String, String)>,
    Sent(sent): Sent<Word>,
) -> Result<Json<Warning>, Failed> {
    let on = on(&visit, &client, &warning, &sent.words)?;
    let act = visit.store().settle_by_word(on, visit.now).await?;
    acted(&visit, &client, &warning, act).await
}

/// A silence: for a while, nobody is told of the warnings of a rule.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Silence {
    id: String,
    client: String,
    rule: String,
    reason: String,
    asked_by: String,
    asked_at: Timestamp,
    ends_at: Timestamp,
    decided_by: Option<String>,
    decided_at: Option<Timestamp>,
    granted: Option<bool>,
}

impl From<duly_store::Silence> for Silence {
    fn from(silence: duly_store::Silence) -> Self {
        let decided = silence.decided.as_ref();
        Self {
            client: silence.asked.client.to_string(),
            rule: silence.asked.rule,
            reason: silence.asked.reason,
            asked_by: silence.asked.person.to_string(),
            asked_at: silence.asked_at,
            ends_at: silence.asked.ends_at,
            decided_by: decided.map(|(person, ..)| person.to_string()),
            decided_at: decided.map(|(_, at, _)| *at),
            granted: decided.map(|(.., granted)| *granted),
            id: silence.id,
        }
    }
}

/// A page of silences.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Silences {
    silences: Vec<Silence>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// What is silent, or asked to be.
#[utoipa::path(get, path = "/api/v1/silences", params(Paged),
    responses((status = 200, body = Silences)))]
pub(crate) async fn silences(
    visit: Visit,
    Asked(paged): Asked<Paged>,
) -> Result<Json<Silences>, Failed> {
    let page = paged.page()?;
    let listed = visit.store().silences(visit.bound_to(), visit.now, &page);
    let listed = listed.await?;
    Ok(Json(Silences {
        silences: listed.rows.into_iter().map(Silence::from).collect(),
        next: place(listed.next),
    }))
}

/// A silence to be asked for.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SilenceWish {
    /// For how many days.
    #[schema(minimum = 1, maximum = 30)]
    days: u32,
    reason: String,
}

/// Asks that the rule of a warning be silent for a while. Somebody else decides.
#[utoipa::path(post, path = "/api/v1/clients/{client}/warnings/{warning}/silence",
    request_body = SilenceWish, responses((status = 201, body = Silence)))]
pub(crate) async fn ask_silence(
    visit: Visit,
    Path((client, warning)): Path<(String, String)>,
    Sent(sent): Sent<SilenceWish>,
) -> Result<(StatusCode, Json<Silence>), Failed> {
    let scope = visit.client(&client)?.scope.id.clone();
    let found = visit.store().warning(&scope, &warning).await?;
    let found = found.ok_or_else(problem::not_found)?;
    let reason = sent.reason.trim();
    if reason.chars().count() > WORD_CHARS_MAX {
        let why = format!("The reason is longer than {WORD_CHARS_MAX} characters; shorten it.");
        return Err(refused("too-much", why));
    }
    let length = SignedDuration::from_hours(24 * i64::from(sent.days));
    let silence = NewSilence {
        client: scope.clone(),
        rule: found.raised.rule,
        about: None,
        reason: reason.to_owned(),
        person: visit.person.id.clone(),
        ends_at: visit.now.saturating_add(length).unwrap_or(visit.now),
    };
    let id = match visit.store().ask_silence(silence, visit.now).await? {
        SilenceAct::Done(id) => id,
        SilenceAct::NoReason => {
            return Err(refused("no-reason", "Say why it should be silent."));
        }
        _ => {
            let most = SILENCE_MAX.as_hours() / 24;
            let why = format!("A silence lasts from 1 to {most} days.");
            return Err(refused("wrong-end", why));
        }
    };
    visit.store().release_checkpoints(visit.now).await?;
    let made = visit.store().silence(&scope, &id).await?;
    let made = made.ok_or_else(problem::not_found)?;
    Ok((StatusCode::CREATED, Json(Silence::from(made))))
}

/// An answer to a wish for silence.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct SilenceAnswer {
    grant: bool,
}

/// Grants or refuses a silence; never by whoever asked.
#[utoipa::path(post, path = "/api/v1/clients/{client}/silences/{silence}",
    request_body = SilenceAnswer, responses((status = 200, body = Silence)))]
pub(crate) async fn decide_silence(
    visit: Visit,
    Path((client, silence)): Path<(String, String)>,
    Sent(sent): Sent<SilenceAnswer>,
) -> Result<Json<Silence>, Failed> {
    let scope = visit.client(&client)?.scope.id.clone();
    let store = visit.store();
    let found = store.silence(&scope, &silence).await?;
    let found = found.ok_or_else(problem::not_found)?;
    visit.may_about(Action::GrantSilence, &scope, &[found.asked.person])?;
    let person = &visit.person.id;
    let done = store.decide_silence(&scope, &silence, person, sent.grant, visit.now);
    match done.await? {
        SilenceAct::OwnWish => return Err(problem::own_work().into()),
        SilenceAct::NoSuch => return Err(problem::not_found().into()),
        SilenceAct::Already => return Err(conflict("already", "It was decided before.")),
        _ => {}
    }
    store.release_checkpoints(visit.now).await?;
    let found = store.silence(&scope, &silence).await?;
    let found = found.ok_or_else(problem::not_found)?;
    Ok(Json(Silence::from(found)))
}
