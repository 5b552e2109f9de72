//! `GET /people/{client}/{person}`, and what an administrator does about that person.

use std::collections::BTreeMap;

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Redirect, Response};
use duly_core::id::PersonId;
use duly_core::permit::Action;
use duly_proof::hash::hash_parts;
use duly_store::{Changed, Invitation, Person as Found, PersonChange, PersonSet};

use crate::came::Came;
use crate::page::people::{INVITED_FOR, Typed, link, words};
use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::view::account::Sitting;
use crate::view::frame::Section;
use crate::view::people::{Form as Shape, Invited};
use crate::view::person::Person;

/// Shows it.
pub(crate) async fn show(visit: Visit, Path((client, person)): Path<(String, String)>) -> Shown {
    let found = found(&visit, &client, &person).await?;
    shown(&view(&visit, found, None, Vec::new(), None).await?)
}

async fn found(visit: &Visit, client: &str, person: &str) -> Result<Found, Problem> {
    let client = visit.client(client)?.scope.id.clone();
    let person = PersonId::from(person);
    let found = visit.store().person(&client, &person).await?;
    found.ok_or_else(problem::not_found)
}

async fn view(
    visit: &Visit,
    found: Found,
    form: Option<Shape>,
    problems: Vec<String>,
    invited: Option<Invited>,
) -> Result<Person, Problem> {
    let store = visit.store();
    let ways = store.ways_in(&found.client, &found.id, visit.now).await?;
    let sessions = store.sessions(&found.client, &found.id, visit.now).await?;
    let frame = visit.frame(Section::People, false);
    let seen = seen(&PersonSet::from(&found));
    let as_is = Shape {
        name: found.name.clone(),
        mail: found.mail.clone().unwrap_or_default(),
        home: found.client.to_string(),
        until: found.until.map_or_else(String::new, |until| {
            let last = until.to_zoned_datetime(frame.zone.clone());
            // The end is the midnight after the last day.
            let last = last.date().yesterday().unwrap_or(last.date());
            last.to_string()
        }),
        ticks: Vec::new(),
        roles: found.roles.clone(),
    };
    Ok(Person {
        home: visit.named(&found.client),
        id: found.id.to_string(),
        name: found.name.clone(),
        roles: words(&found.roles),
        added_at: found.added_at,
        removed_at: found.removed_at,
        until: found.until,
        ways,
        may_keep: visit.may(Action::KeepPeople, &found.client),
        may_read_log: visit.may(Action::ReadJournal, &found.client),
        sessions: sessions
            .into_iter()
            .map(|session| Sitting::of(session, &visit.session))
            .collect(),
        form: form.unwrap_or(as_is).with_ticks(),
        seen,
        problems,
        invited,
        frame,
    })
}

/// What a form was filled in against, in one word.
fn seen(set: &PersonSet) -> String {
    let until = set
        .until
        .map_or_else(String::new, |until| until.to_string());
    let (roles, mail) = (words(&set.roles), set.mail.clone().unwrap_or_default());
    let parts: [&[u8]; 4] = [
        set.name.as_bytes(),
        mail.as_bytes(),
        roles.as_bytes(),
        until.as_bytes(),
    ];
    hash_parts(&parts).to_hex()
}

async fn refuse(
    visit: &Visit,
    found: Found,
    typed: &Typed,
    problems: Vec<String>,
) -> Result<Response, Problem> {
    let page = shown(&view(visit, found, Some(typed.shape()), problems, None).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

fn back(client: &str, person: &str) -> Response {
    let (client, person) = (encoded(client), encoded(person));
    Redirect::to(&format!("/people/{client}/{person}")).into_response()
}

/// `POST /people/{client}/{person}`: changes what the person is.
pub(crate) async fn change(
    visit: Visit,
    _came: Came,
    Path((client, person)): Path<(String, String)>,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let found = found(&visit, &client, &person).await?;
    let typed = Typed::new(form);
    let before = PersonSet::from(&found);
    let raced = "Somebody else changed this person meanwhile; see below what holds now.";
    if typed.text("seen") != seen(&before) {
        return refuse(&visit, found, &typed, vec![raced.to_owned()]).await;
    }
    let zone = visit.frame(Section::People, false).zone;
    let to = match typed.read(&found.client, &zone, visit.now) {
        Ok(to) => to,
        Err(problems) => return refuse(&visit, found, &typed, problems).await,
    };
    let change = PersonChange {
        client: found.client.clone(),
        person: found.id.clone(),
        by: visit.person.id.clone(),
        seen: before,
        to,
    };
    let changed = visit.store().change_person(change, visit.now).await?;
    answer(&visit, found, Some(typed), changed, back(&client, &person)).await
}

async fn answer(
    visit: &Visit,
    found: Found,
    typed: Option<Typed>,
    changed: Changed,
    done: Response,
) -> Result<Response, Problem> {
    let problem = match changed {
        Changed::Done => return Ok(done),
        Changed::NoSuch => return Err(problem::not_found()),
        Changed::Raced => "Somebody else changed this person meanwhile; see below what holds now.",
        Changed::MailTaken => "Somebody else signs in with this mail address.",
        Changed::LastAdministrator => {
            "Nobody else could invite people and give roles then. Make somebody else an \
             administrator without an end first."
        }
    };
    let typed = typed.map(|typed| typed.shape());
    let page = shown(&view(visit, found, typed, vec![problem.to_owned()], None).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// `POST /people/{client}/{person}/invite`: another invitation.
pub(crate) async fn invite(
    visit: Visit,
    came: Came,
    Path((client, person)): Path<(String, String)>,
) -> Result<Response, Problem> {
    invited(&visit, &came, &client, &person, false).await
}

/// `POST /people/{client}/{person}/reset`: takes every way in away and invites again.
pub(crate) async fn reset(
    visit: Visit,
    came: Came,
    Path((client, person)): Path<(String, String)>,
) -> Result<Response, Problem> {
    invited(&visit, &came, &client, &person, true).await
}

async fn invited(
    visit: &Visit,
    came: &Came,
    client: &str,
    person: &str,
    is_reset: bool,
) -> Result<Response, Problem> {
    let (store, by) = (visit.store(), &visit.person.id);
    let person_found = found(visit, client, person).await?;
    let (home, id) = (&person_found.client, &person_found.id);
    let made = if is_reset {
        store
            .reset_person(home, id, by, INVITED_FOR, visit.now)
            .await?
    } else {
        store
            .invite_again(home, id, by, INVITED_FOR, visit.now)
            .await?
    };
    let Invitation::Made { token, .. } = made else {
        return Err(problem::not_found());
    };
    let invited = Some(Invited {
        name: person_found.name.clone(),
        link: link(came, &token),
        expires_at: visit.now + INVITED_FOR,
    });
    let page = view(visit, person_found, None, Vec::new(), invited).await?;
    Ok(shown(&page)?.into_response())
}

/// `POST /people/{client}/{person}/sessions/end`: ends all of them.
pub(crate) async fn end_sessions(
    visit: Visit,
    _came: Came,
    Path((client, person)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = found(&visit, &client, &person).await?;
    let by = &visit.person.id;
    visit
        .store()
        .revoke_sessions(&found.client, &found.id, None, by, visit.now)
        .await?;
    Ok(back(&client, &person))
}

/// `POST /people/{client}/{person}/remove`.
pub(crate) async fn remove(
    visit: Visit,
    _came: Came,
    Path((client, person)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let found = found(&visit, &client, &person).await?;
    let by = &visit.person.id;
    let changed = visit
        .store()
        .dismiss_person(&found.client, &found.id, by, visit.now)
        .await?;
    answer(&visit, found, None, changed, back(&client, &person)).await
}
