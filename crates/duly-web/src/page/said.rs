//! What is said and decided about a ticket as a whole: comments, handing over, having it done
//! again, what was found of the assets it lists, and files. Each form leads back to the ticket, or
//! shows it with what is wrong and with what was written.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::{DutyId, PersonId, StepId};
use duly_core::scope::Client;
use duly_core::verdict::Verdict;
use duly_store::{
    Assigning, HandOver, NOTE_BYTES_MAX, NewNote, Reopen, Reopened, RowFill, StepChange, random_id,
};
use duly_work::acts;
use serde::Deserialize;

use crate::page::today::encoded;
use crate::page::upload::Upload;
use crate::page::visit::Visit;
use crate::page::{beside, ticket};
use crate::problem::{self, Problem};
use crate::view::step::NOTE_CHARS_MAX;

/// Which ticket of which client.
pub(crate) type Which = Path<(String, String)>;

/// The fields of a form in their order, some of them several times.
pub(crate) type Pairs = Vec<(String, String)>;

const WRONG: StatusCode = StatusCode::UNPROCESSABLE_ENTITY;

fn back(client: &str, ticket: &str, to: &str) -> Response {
    let (client, ticket) = (encoded(client), encoded(ticket));
    Redirect::to(&format!("/clients/{client}/tickets/{ticket}{to}")).into_response()
}

/// What is wrong with words that must be there.
pub(crate) fn wrong_with(words: &str, missing: &str) -> Option<String> {
    if words.trim().is_empty() {
        return Some(missing.to_owned());
    }
    let is_long = words.chars().count() > NOTE_CHARS_MAX || words.len() > NOTE_BYTES_MAX;
    is_long.then(|| format!("It is longer than {NOTE_CHARS_MAX} characters; shorten it."))
}

/// A comment.
#[derive(Debug, Deserialize)]
pub(crate) struct Comment {
    #[serde(default)]
    words: String,
}

/// `POST /clients/{client}/tickets/{ticket}/comments`.
pub(crate) async fn comment(
    visit: Visit,
    Path((client, ticket)): Which,
    Form(form): Form<Comment>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    if visit.store().ticket(&id, &duty).await?.is_none() {
        return Err(problem::not_found());
    }
    if let Some(wrong) = wrong_with(&form.words, "Write what you want to say.") {
        let words = form.words;
        return ticket::refused(
            &visit,
            &client,
            &ticket,
            "comment",
            words,
            vec![wrong],
            WRONG,
        )
        .await;
    }
    let note = NewNote {
        id: random_id()?,
        client: id,
        ticket: duty,
        step: None,
        person: visit.person.id.clone(),
        words: form.words.trim().to_owned(),
    };
    acts::comment(visit.store(), note, visit.now).await?;
    Ok(back(&client, &ticket, "#comments"))
}

/// A hand-over.
#[derive(Debug, Deserialize)]
pub(crate) struct Handing {
    #[serde(default)]
    to: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    word: String,
    handovers: u64,
}

/// `POST /clients/{client}/tickets/{ticket}/hand-over`.
pub(crate) async fn hand_over(
    visit: Visit,
    Path((client, ticket)): Which,
    Form(form): Form<Handing>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let to = PersonId::from(form.to.as_str());
    let mut wrong = wrong_with(&form.word, "Say what the next one has to know.");
    if wrong.is_none() && !beside::is_technician(&visit, &to).await? {
        wrong = Some("Choose a technician of the staff.".to_owned());
    }
    if wrong.is_none() {
        let what = HandOver {
            client: id,
            ticket: DutyId::from(ticket.as_str()),
            handovers: form.handovers,
            from: (!form.from.is_empty()).then(|| form.from.as_str().into()),
            to,
            by: visit.person.id.clone(),
            word: form.word.trim().to_owned(),
        };
        let staff = Client::PROVIDER.into();
        wrong = match acts::hand_over(visit.store(), &staff, what, visit.now).await? {
            Assigning::Made => return Ok(back(&client, &ticket, "")),
            Assigning::NoSuch => return Err(problem::not_found()),
            Assigning::Raced => Some("Somebody else handed it over in the meantime.".to_owned()),
            Assigning::Ended => Some("It has ended in the meantime.".to_owned()),
            _ => Some("It could not be handed over so.".to_owned()),
        };
    }
    let problems = wrong.into_iter().collect();
    ticket::refused(
        &visit,
        &client,
        &ticket,
        "hand-over",
        form.word,
        problems,
        WRONG,
    )
    .await
}

/// `POST /clients/{client}/tickets/{ticket}/reopen`.
pub(crate) async fn reopen(
    visit: Visit,
    Path((client, ticket)): Which,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let (mut steps, mut reason) = (Vec::<StepId>::new(), String::new());
    for (name, value) in pairs {
        match name.as_str() {
            "step" => steps.push(value.into()),
            "reason" => reason = value,
            _ => {}
        }
    }
    let mut wrong = wrong_with(&reason, "Say why it is to be done again.");
    if wrong.is_none() && steps.is_empty() {
        wrong = Some("Choose the steps that are to be done again.".to_owned());
    }
    if wrong.is_none() {
        let what = Reopen {
            client: id,
            ticket: DutyId::from(ticket.as_str()),
            steps,
            person: visit.person.id.clone(),
            reason: reason.trim().to_owned(),
        };
        wrong = match acts::reopen(visit.store(), what, visit.now).await? {
            Reopened::Reopened { .. } => return Ok(back(&client, &ticket, "")),
            Reopened::NoSuch => return Err(problem::not_found()),
            Reopened::Owed => Some("It is owed already; nothing was changed.".to_owned()),
            Reopened::Waived => Some("It was waived: nothing was done.".to_owned()),
            Reopened::NoReason => Some("Say why it is to be done again.".to_owned()),
        };
    }
    let problems = wrong.into_iter().collect();
    ticket::refused(&visit, &client, &ticket, "reopen", reason, problems, WRONG).await
}

/// `POST /clients/{client}/tickets/{ticket}/assets`: a verdict for each of several assets.
pub(crate) async fn rows(
    visit: Visit,
    Path((client, ticket)): Which,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let mut problems = Vec::new();
    for row in read_rows(pairs)? {
        let verdict = match row.verdict.as_str() {
            "pass" => Verdict::Pass,
            "fail" => Verdict::Fail,
            "not-applicable" => Verdict::NotApplicable,
            "" => continue,
            _ => return Err(problem::bad_request()),
        };
        let asset = visit.store().asset(&id, &row.asset.as_str().into()).await?;
        let name = asset.map_or_else(|| row.asset.clone(), |asset| asset.name);
        let fill = RowFill {
            client: id.clone(),
            ticket: DutyId::from(ticket.as_str()),
            asset: row.asset.as_str().into(),
            revision: row.revision,
            person: visit.person.id.clone(),
            verdict,
            note: row.note.trim().to_owned(),
        };
        let wrote = fill.note.clone();
        match acts::fill_row(visit.store(), fill, visit.now).await? {
            StepChange::Changed { .. } => {}
            StepChange::NoSuch => return Err(problem::not_found()),
            StepChange::NoReason => problems.push(format!("{name}: say what is not in order.")),
            StepChange::Raced { .. } => problems.push(format!(
                "{name}: somebody else recorded it in the meantime. You wrote: {wrote}"
            )),
            _ => problems.push(format!("{name}: the ticket has ended. You wrote: {wrote}")),
        }
    }
    if problems.is_empty() {
        return Ok(back(&client, &ticket, "#assets"));
    }
    ticket::refused(
        &visit,
        &client,
        &ticket,
        "rows",
        String::new(),
        problems,
        WRONG,
    )
    .await
}

/// One asset of the form, whose fields come in this order.
#[derive(Default)]
struct AssetRow {
    asset: String,
    revision: u64,
    verdict: String,
    note: String,
}

fn read_rows(pairs: Pairs) -> Result<Vec<AssetRow>, Problem> {
    let mut rows: Vec<AssetRow> = Vec::new();
    for (name, value) in pairs {
        if name == "asset" {
            rows.push(AssetRow {
                asset: value,
                ..AssetRow::default()
            });
            continue;
        }
        let row = rows.last_mut().ok_or_else(problem::bad_request)?;
        match name.as_str() {
            "revision" => row.revision = value.parse().map_err(|_| problem::bad_request())?,
            "verdict" => row.verdict = value,
            "note" => row.note = value,
            _ => {}
        }
    }
    Ok(rows)
}

/// `POST /clients/{client}/tickets/{ticket}/evidence`: files of the ticket as a whole.
pub(crate) async fn files(
    visit: Visit,
    Path((client, ticket)): Which,
    mut upload: Upload,
) -> Result<Response, Problem> {
    let id = visit.client(&client)?.scope.id.clone();
    let duty = DutyId::from(ticket.as_str());
    let problems = if upload.has_files() {
        upload.keep(&visit, &id, &duty, None).await?
    } else {
        vec!["No file was chosen.".to_owned()]
    };
    if problems.is_empty() {
        return Ok(back(&client, &ticket, "#files"));
    }
    ticket::refused(
        &visit,
        &client,
        &ticket,
        "file",
        String::new(),
        problems,
        WRONG,
    )
    .await
}
