//! `GET /clients/{client}/exceptions`, and below it: one by its id, deciding on it and withdrawing
//! it. The forms are read here; what they do is `duly-work`'s.

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::ClientId;
use duly_core::permit::Action;
use duly_store::{Deciding as Decided, ExceptionRow, ExceptionState, Page, TicketFilter};
use duly_work::exceptions::{self, Standing, standing};
use jiff::civil::Date;
use serde::Deserialize;

use crate::page::names::Names;
use crate::page::ticket::waived_by;
use crate::page::today::encoded;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::view::exception::{
    Act, Deciding, Exception, Exceptions, Group, LISTED_MAX, Row, WORDS_CHARS_MAX, Waived,
};
use crate::view::frame::Section;

/// The groups of the list, most pressing first.
const GROUPS: [(&str, &[Standing]); 5] = [
    ("To be decided", &[Standing::Asked]),
    ("Expiring", &[Standing::Expiring]),
    ("In force", &[Standing::InForce]),
    ("Granted, not begun", &[Standing::ToCome]),
    (
        "Ended",
        &[Standing::Ended, Standing::Withdrawn, Standing::Refused],
    ),
];

/// Shows the list.
pub(crate) async fn list(visit: Visit, Path(client): Path<String>) -> Shown {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let frame = visit.frame_of(client, Section::Clients);
    let today = frame.today();
    let all = exceptions::all(visit.store(), id).await?;
    let mut names = Names::new(visit.store());
    let mut groups = Vec::new();
    for (heading, standings) in GROUPS {
        let among: Vec<&ExceptionRow> = all
            .iter()
            .filter(|row| standings.contains(&standing(row, today)))
            .collect();
        let mut rows = Vec::new();
        for row in among.iter().take(LISTED_MAX) {
            rows.push(line(&mut names, row, today).await?);
        }
        if !rows.is_empty() {
            groups.push(Group {
                heading,
                rows,
                total: u64::try_from(among.len()).unwrap_or(u64::MAX),
            });
        }
    }
    shown(&Exceptions {
        client: named(client),
        groups,
        may_ask: visit.may(Action::AskException, id),
        frame,
    })
}

/// One exception in a line of a list.
pub(crate) async fn line(
    names: &mut Names<'_>,
    row: &ExceptionRow,
    today: Date,
) -> Result<Row, Problem> {
    Ok(Row {
        id: row.id.clone(),
        title: title(names, row).await?,
        asset: match &row.ask.asset {
            Some(asset) => Some(names.asset(&row.client, asset).await?),
            None => None,
        },
        from: row.ask.from,
        to: row.ask.to,
        reason: row.ask.reason.clone(),
        by: row.by.map(|by| waived_by(by).to_owned()),
        standing: standing(row, today),
    })
}

/// What need not be done, by name.
async fn title(names: &mut Names<'_>, row: &ExceptionRow) -> Result<String, Problem> {
    let Some(wanted) = &row.ask.process else {
        return Ok("Every process".to_owned());
    };
    let processes = names.processes(&row.client).await?;
    let newest = processes
        .iter()
        .filter(|process| process.process == *wanted)
        .max_by_key(|process| process.effective);
    Ok(newest.map_or_else(|| wanted.to_string(), |process| process.title.clone()))
}

/// `GET …/exceptions/{exception}`.
pub(crate) async fn show(visit: Visit, Path((client, id)): Path<(String, String)>) -> Shown {
    shown(&view(&visit, &client, &id, String::new(), Vec::new()).await?)
}

async fn view(
    visit: &Visit,
    client: &str,
    id: &str,
    typed: String,
    problems: Vec<String>,
) -> Result<Exception, Problem> {
    let client = visit.client(client)?;
    let store = visit.store();
    let row = store.exception(&client.scope.id, id).await?;
    let row = row.ok_or_else(problem::not_found)?;
    let frame = visit.frame_of(client, Section::Clients);
    let today = frame.today();
    let mut names = Names::new(store);
    let shown = line(&mut names, &row, today).await?;
    let (waived, is_cut) = waived(visit, &mut names, &row).await?;
    let decides = visit.may(Action::GrantException, &client.scope.id);
    Ok(Exception {
        client: named(client),
        id: row.id.clone(),
        title: shown.title,
        asset: shown.asset,
        from: row.ask.from,
        to: row.ask.to,
        resumes_on: resumes_on(&row),
        reason: shown.reason,
        measure: row.ask.measure.clone(),
        standing: shown.standing,
        by: shown.by,
        acts: acts(visit, &row),
        waived,
        is_cut,
        deciding: deciding(visit, &row, today),
        may_withdraw: decides && row.is_live(today),
        typed,
        problems,
        frame,
    })
}

/// The day after it, for one that is granted: what the rules make due then.
fn resumes_on(row: &ExceptionRow) -> Option<Date> {
    let is_granted = row.state == ExceptionState::Granted;
    is_granted.then(|| row.ask.to.tomorrow().ok()).flatten()
}

fn deciding(visit: &Visit, row: &ExceptionRow, today: Date) -> Deciding {
    if row.state != ExceptionState::Asked || !visit.may(Action::GrantException, &row.client) {
        return Deciding::NotOffered;
    }
    let by = row.asked_by.as_slice();
    if visit
        .may_about(Action::GrantException, &row.client, by)
        .is_err()
    {
        Deciding::OwnWish
    } else if row.ask.to < today {
        Deciding::OnlyRefusal
    } else {
        Deciding::Offered
    }
}

fn acts(visit: &Visit, row: &ExceptionRow) -> Vec<Act> {
    let named = |who: &Option<duly_core::id::PersonId>| {
        who.as_ref().map(|person| visit.person_named(person))
    };
    let mut acts = vec![Act {
        at: row.asked_at,
        what: "asked for",
        who: named(&row.asked_by),
        words: None,
    }];
    if let Some(at) = row.decided_at {
        let granted = row.state == ExceptionState::Granted;
        acts.push(Act {
            at,
            what: if granted { "granted" } else { "refused" },
            who: named(&row.decided_by),
            words: row.answer.clone(),
        });
    }
    if let Some(at) = row.withdrawn_at {
        acts.push(Act {
            at,
            what: "withdrawn",
            who: named(&row.withdrawn_by),
            words: row.withdrawal.clone(),
        });
    }
    acts
}

async fn waived(
    visit: &Visit,
    names: &mut Names<'_>,
    row: &ExceptionRow,
) -> Result<(Vec<Waived>, bool), Problem> {
    let filter = TicketFilter {
        client: Some(row.client.clone()),
        exception: Some(row.id.clone()),
        ..TicketFilter::default()
    };
    let listed = visit.store().tickets(&filter, &Page::widest()).await?;
    let is_cut = listed.next.is_some() || listed.rows.len() > LISTED_MAX;
    let mut waived = Vec::new();
    for ticket in listed.rows.iter().take(LISTED_MAX) {
        waived.push(Waived {
            ticket: ticket.id.to_string(),
            title: names.title_of(ticket).await?,
            asset: names.asset_of(ticket).await?,
            slot: ticket.slot,
        });
    }
    Ok((waived, is_cut))
}

/// A decision, or a withdrawal, as it comes in.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Answer {
    #[serde(default)]
    decision: String,
    #[serde(default)]
    answer: String,
}

/// `POST …/decide`: by somebody else than who asked.
pub(crate) async fn decide(
    visit: Visit,
    Path((client, id)): Path<(String, String)>,
    Form(form): Form<Answer>,
) -> Result<Response, Problem> {
    let whose = visit.client(&client)?.scope.id.clone();
    let row = visit.store().exception(&whose, &id).await?;
    let row = row.ok_or_else(problem::not_found)?;
    visit.may_about(Action::GrantException, &whose, row.asked_by.as_slice())?;
    let answer = form.answer.trim().to_owned();
    let problem = match (form.decision.as_str(), answer.is_empty()) {
        ("grant", _) | ("refuse", false) => too_long(&answer),
        ("refuse", true) => Some("Say why it is refused.".to_owned()),
        _ => Some("Choose whether to grant or to refuse it.".to_owned()),
    };
    if let Some(problem) = problem {
        return refuse(&visit, &client, &id, form.answer, problem).await;
    }
    let by = exceptions::word_of(&visit.person.client);
    let grant = (form.decision == "grant").then_some(by);
    let (store, person) = (visit.store(), &visit.person.id);
    let decided = exceptions::decide(store, &whose, &id, person, grant, answer, visit.now).await?;
    answered(&visit, &client, &id, form.answer, decided).await
}

/// `POST …/withdraw`.
pub(crate) async fn withdraw(
    visit: Visit,
    Path((client, id)): Path<(String, String)>,
    Form(form): Form<Answer>,
) -> Result<Response, Problem> {
    let whose = visit.client(&client)?.scope.id.clone();
    let why = form.answer.trim().to_owned();
    let problem = if why.is_empty() {
        Some("Say why it is withdrawn.".to_owned())
    } else {
        too_long(&why)
    };
    if let Some(problem) = problem {
        visit.store().exception(&whose, &id).await?;
        return refuse(&visit, &client, &id, form.answer, problem).await;
    }
    let (store, person) = (visit.store(), &visit.person.id);
    let decided = exceptions::withdraw(store, &whose, &id, person, why, visit.now).await?;
    answered(&visit, &client, &id, form.answer, decided).await
}

fn too_long(words: &str) -> Option<String> {
    let is_long = words.chars().count() > WORDS_CHARS_MAX;
    is_long.then(|| format!("Write at most {WORDS_CHARS_MAX} characters."))
}

async fn answered(
    visit: &Visit,
    client: &str,
    id: &str,
    typed: String,
    decided: Decided,
) -> Result<Response, Problem> {
    let problem = match decided {
        Decided::Decided => return Ok(to_one(&ClientId::from(client), id)),
        Decided::NoSuch => return Err(problem::not_found()),
        Decided::OwnWish => return Err(problem::own_work()),
        Decided::Already => "It was decided or withdrawn in the meantime; nothing was changed.",
        Decided::Over => "Its last day is over; nothing was changed.",
    };
    refuse(visit, client, id, typed, problem.to_owned()).await
}

async fn refuse(
    visit: &Visit,
    client: &str,
    id: &str,
    typed: String,
    problem: String,
) -> Result<Response, Problem> {
    let page = shown(&view(visit, client, id, typed, vec![problem]).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

pub(crate) fn to_one(client: &ClientId, id: &str) -> Response {
    let client = encoded(client.as_str());
    Redirect::to(&format!("/clients/{client}/exceptions/{}", encoded(id))).into_response()
}
