//! `/set-up/people`: who does the work, who checks it and who oversees that.

use std::collections::BTreeSet;

use axum::extract::Form;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Response};
use duly_core::permit::Role;
use duly_store::NewPerson;
use jiff::SignedDuration;

use super::{PEOPLE, lacking, own_address, page, provider_of, refused, staff_of, wrong_name};
use crate::page::chosen::{Pairs, field};
use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem::Problem;
use crate::view::set_up::{Made, People, Step};

/// How long a link for a new person signs in: it has to reach them first.
const LINK_VALID: SignedDuration = SignedDuration::from_hours(48);

/// `GET /set-up/people`.
pub(crate) async fn people(visit: Visit) -> Shown {
    let people = people_of(&visit).await?;
    shown(&page(&visit, "", Step::People(people), Vec::new(), PEOPLE).await?)
}

/// `POST /set-up/people`: adds somebody, and shows a link for them once.
pub(crate) async fn keep_person(
    visit: Visit,
    headers: HeaderMap,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let name = field(&pairs, "name").trim().to_owned();
    let given = pairs.iter().filter(|(field, _)| field == "role");
    let roles: BTreeSet<Role> = given
        .filter_map(|(_, word)| Role::from_word(word))
        .filter(|role| role.is_staff())
        .collect();
    let mut problems: Vec<String> = wrong_name(&name).into_iter().collect();
    if roles.is_empty() {
        problems.push("Choose at least one role.".to_owned());
    }
    let mut people = people_of(&visit).await?;
    if people.known.iter().any(|(known, _)| *known == name) {
        problems.push("Somebody of this name is there already.".to_owned());
    }
    if !problems.is_empty() {
        people.name = name;
        return refused(&visit, "", Step::People(people), problems, PEOPLE).await;
    }
    let provider = provider_of(&visit)?.scope.id.clone();
    let first = roles.first().copied().unwrap_or(Role::Technician);
    let person = NewPerson {
        roles,
        ..NewPerson::drawn(&provider, &name, first)?
    };
    let person = visit.store().add_person(person, visit.now).await?;
    let (store, id) = (visit.store(), &person.id);
    let token = store
        .create_sign_in_link(&provider, id, LINK_VALID, visit.now)
        .await?;
    let mut people = people_of(&visit).await?;
    let link = format!("{}/sign-in/{token}", own_address(&headers));
    people.made = Some(Made { name, link });
    let page = page(&visit, "", Step::People(people), Vec::new(), PEOPLE).await?;
    Ok(shown(&page)?.into_response())
}

async fn people_of(visit: &Visit) -> Result<People, Problem> {
    let staff = staff_of(visit).await?;
    let known = staff.into_iter().map(|person| {
        let roles = crate::session::who(&person).roles;
        (person.name, roles)
    });
    let about = |role: Role| match role {
        Role::Technician => "does the work",
        Role::Manager => "checks that it is done as designed, keeps processes and clients",
        Role::Executive => "oversees that it is checked",
        _ => "keeps people and connections",
    };
    let staff = Role::ALL.into_iter().filter(|role| role.is_staff());
    Ok(People {
        known: known.collect(),
        roles: staff
            .map(|role| (role.word().to_owned(), about(role).to_owned()))
            .collect(),
        lacking: lacking(visit).await?,
        name: String::new(),
        made: None,
    })
}
