//! `GET /people`, paged by `after`: everybody, by which ways they come in, and the form that
//! invites somebody. `POST /people` takes that form.

use std::collections::BTreeMap;

use axum::extract::{Form, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use duly_core::id::ClientId;
use duly_core::permit::{Action, Role};
use duly_core::scope::Client;
use duly_core::sign_in::mail::folded;
use duly_store::{Invitation, NewPerson, Page, Person, PersonSet, random_id};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::Deserialize;

use crate::came::Came;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::problem::{self, Problem};
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::people::{Form as Shape, Invited, People, Row, Tick};

/// How long an invitation holds: over a long weekend and a holiday beside it.
pub(crate) const INVITED_FOR: SignedDuration = SignedDuration::from_hours(24 * 7);

/// Longest name.
const NAME_CHARS_MAX: usize = 100;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    after: Option<String>,
}

/// Shows it.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Shown {
    shown(&view(&visit, asked.after, Shape::default(), Vec::new(), None).await?)
}

async fn view(
    visit: &Visit,
    after: Option<String>,
    form: Shape,
    problems: Vec<String>,
    invited: Option<Invited>,
) -> Result<People, Problem> {
    let page = Page {
        after: after.clone(),
        rows: ROWS_PER_PAGE,
    };
    let listed = visit.store().everybody(&page).await?;
    let mut rows = Vec::new();
    for person in listed.rows {
        rows.push(row(visit, person).await?);
    }
    let provider = ClientId::from(Client::PROVIDER);
    Ok(People {
        frame: visit.frame(Section::People, true),
        may_keep: visit.may(Action::KeepPeople, &provider),
        rows,
        paging: Paging {
            address: "/people".to_owned(),
            is_continued: after.is_some(),
            next: listed.next,
        },
        homes: homes(visit),
        form: form.with_ticks(),
        problems,
        invited,
    })
}

/// Where people can belong, the provider first: most of those who are invited are its own.
fn homes(visit: &Visit) -> Vec<Named> {
    let mut homes: Vec<_> = visit.clients.iter().collect();
    homes.sort_by_key(|client| !client.provider);
    homes.into_iter().map(named).collect()
}

async fn row(visit: &Visit, person: Person) -> Result<Row, Problem> {
    let store = visit.store();
    let ways = store.ways_in(&person.client, &person.id, visit.now).await?;
    Ok(Row {
        home: visit.named(&person.client),
        id: person.id.to_string(),
        name: person.name,
        mail: person.mail,
        roles: words(&person.roles),
        until: person.until,
        removed_at: person.removed_at,
        ways,
    })
}

/// Roles in words, in their order.
pub(crate) fn words(roles: &std::collections::BTreeSet<Role>) -> String {
    let has = |role: &Role| roles.contains(role);
    let words: Vec<&str> = Role::ALL.into_iter().filter(has).map(Role::word).collect();
    if words.is_empty() {
        "no role".to_owned()
    } else {
        words.join(", ")
    }
}

/// What was typed about a person.
pub(crate) struct Typed(BTreeMap<String, String>);

impl Typed {
    pub(crate) fn new(form: BTreeMap<String, String>) -> Self {
        Self(form)
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", |text| text.trim())
    }

    /// As it goes back into the form.
    pub(crate) fn shape(&self) -> Shape {
        let ticked = |role: &Role| self.0.contains_key(&format!("role-{}", role.word()));
        Shape {
            name: self.text("name").to_owned(),
            mail: self.text("mail").to_owned(),
            home: self.text("home").to_owned(),
            until: self.text("until").to_owned(),
            ticks: Vec::new(),
            roles: Role::ALL.into_iter().filter(ticked).collect(),
        }
    }

    /// What it says, for somebody who stands under this client; everything that is wrong with it.
    pub(crate) fn read(
        &self,
        home: &ClientId,
        zone: &TimeZone,
        now: Timestamp,
    ) -> Result<PersonSet, Vec<String>> {
        let shape = self.shape();
        let mut problems = Vec::new();
        if shape.name.is_empty() || shape.name.chars().count() > NAME_CHARS_MAX {
            problems.push(format!(
                "Give a name of at most {NAME_CHARS_MAX} characters."
            ));
        }
        let mail = folded(&shape.mail);
        if mail.is_none() && !shape.mail.is_empty() {
            problems.push("This is no mail address.".to_owned());
        }
        if shape.roles.is_empty() {
            problems.push("Choose at least one role.".to_owned());
        }
        for role in shape.roles.iter().filter(|role| !role.fits(home)) {
            problems.push(if role.is_staff() {
                format!("Only somebody of the provider can be {}.", role.word())
            } else {
                format!("Only somebody of a client can be {}.", role.word())
            });
        }
        let until = match shape.until.as_str() {
            "" => None,
            typed => typed
                .parse::<Date>()
                .ok()
                .and_then(|date| end_of(date, zone))
                .or_else(|| {
                    problems.push("The last day is no date.".to_owned());
                    None
                }),
        };
        if until.is_some_and(|until| until <= now) {
            problems.push("The last day is over already.".to_owned());
        }
        if shape.roles.contains(&Role::Auditor) && shape.until.is_empty() {
            problems.push("An auditor reads until a date; give the last day.".to_owned());
        }
        if problems.is_empty() {
            Ok(PersonSet {
                name: shape.name,
                mail,
                roles: shape.roles,
                until,
            })
        } else {
            Err(problems)
        }
    }
}

/// The instant at which a day is over.
fn end_of(date: Date, zone: &TimeZone) -> Option<Timestamp> {
    let next = date.checked_add(1.day()).ok()?;
    let midnight = zone.to_ambiguous_timestamp(next.at(0, 0, 0, 0));
    midnight.compatible().ok()
}

/// `POST /people`: invites somebody.
pub(crate) async fn invite(
    visit: Visit,
    came: Came,
    Form(form): Form<BTreeMap<String, String>>,
) -> Result<Response, Problem> {
    let typed = Typed::new(form);
    let home = visit.client(typed.text("home"))?.scope.id.clone();
    let zone = visit.frame(Section::People, false).zone;
    let set = match typed.read(&home, &zone, visit.now) {
        Ok(set) => set,
        Err(problems) => return refuse(&visit, &typed, problems).await,
    };
    if set.mail.is_none() {
        let problem = "Give the mail address that the person signs in with.".to_owned();
        return refuse(&visit, &typed, vec![problem]).await;
    }
    let person = NewPerson {
        client: home,
        id: random_id()?.into(),
        name: set.name.clone(),
        roles: set.roles,
        until: set.until,
    };
    let by = visit.person.id.clone();
    let made = visit
        .store()
        .invite_person(person, set.mail.clone(), by, INVITED_FOR, visit.now)
        .await?;
    match made {
        Invitation::Made { token, .. } => {
            let invited = Some(Invited {
                name: set.name,
                link: link(&came, &token),
                expires_at: visit.now + INVITED_FOR,
            });
            let page = view(&visit, None, Shape::default(), Vec::new(), invited).await?;
            Ok(shown(&page)?.into_response())
        }
        Invitation::MailTaken => {
            let problem = "Somebody else signs in with this mail address.".to_owned();
            refuse(&visit, &typed, vec![problem]).await
        }
        Invitation::NoSuch => Err(problem::not_found()),
    }
}

async fn refuse(visit: &Visit, typed: &Typed, problems: Vec<String>) -> Result<Response, Problem> {
    let page = shown(&view(visit, None, typed.shape(), problems, None).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// The whole link of an invitation, to be handed over.
pub(crate) fn link(came: &Came, token: &str) -> String {
    format!("{}/invitation/{token}", came.base)
}

impl Shape {
    /// With a tick for each role.
    pub(crate) fn with_ticks(mut self) -> Self {
        let tick = |role: Role| Tick {
            word: role.word(),
            is_on: self.roles.contains(&role),
        };
        self.ticks = Role::ALL.into_iter().map(tick).collect();
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(pairs: &[(&str, &str)], home: &str) -> Result<PersonSet, Vec<String>> {
        let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
        let typed = Typed::new(pairs.iter().map(own).collect());
        let now = "2026-11-24T15:00:00Z".parse().unwrap();
        typed.read(&home.into(), &TimeZone::get("Europe/London").unwrap(), now)
    }

    #[test]
    fn the_last_day_is_over_at_its_end_in_the_providers_zone() {
        let pairs = [
            ("name", "Ada"),
            ("role-auditor", "on"),
            ("until", "2027-06-30"),
        ];
        let ada = read(&pairs, "baker").unwrap();
        assert_eq!(ada.until, Some("2027-06-30T23:00:00Z".parse().unwrap()));
    }

    #[test]
    fn everything_that_is_wrong_is_said_at_once() {
        let problems = read(&[("mail", "x"), ("until", "soon")], "baker").unwrap_err();
        assert_eq!(problems.len(), 4, "{problems:?}");
    }

    #[test]
    fn staff_stand_under_the_provider_owners_under_a_client_and_auditors_have_an_end() {
        for (role, home) in [("role-technician", "baker"), ("role-owner", "provider")] {
            let problems = read(&[("name", "X"), (role, "on")], home).unwrap_err();
            assert!(problems[0].starts_with("Only somebody of"), "{problems:?}");
        }
        assert!(read(&[("name", "Ada"), ("role-auditor", "on")], "baker").is_err());
        let over = [
            ("name", "Ada"),
            ("role-auditor", "on"),
            ("until", "2026-11-23"),
        ];
        assert!(read(&over, "baker").is_err());
    }
}
