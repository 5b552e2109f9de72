//! People: listed, invited; and the entries of a log.

use std::collections::{BTreeMap, BTreeSet};

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use duly_core::entry::Entry as Written;
use duly_core::id::ClientId;
use duly_core::permit::Role;
use duly_store::{EntryFilter, Invitation, NewPerson, Person as Row, random_id};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::failed::{Failed, all_well, conflict, refused};
use super::sent::{Asked, Paged, Sent, place};
use super::words;
use crate::came::Came;
use crate::page::people::{INVITED_FOR, Typed, link};
use crate::page::visit::Visit;
use crate::problem::{self, Problem};
use crate::view::frame::Section;

/// Somebody.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Person {
    id: String,
    /// Under whom they stand: `provider`, or a client.
    home: String,
    name: String,
    mail: Option<String>,
    #[schema(schema_with = words::roles)]
    roles: Vec<&'static str>,
    /// From then on they may do nothing any more.
    until: Option<Timestamp>,
    added_at: Timestamp,
    removed_at: Option<Timestamp>,
}

impl From<Row> for Person {
    fn from(row: Row) -> Self {
        Self {
            id: row.id.to_string(),
            home: row.client.to_string(),
            name: row.name,
            mail: row.mail,
            roles: row.roles.iter().map(|role| role.word()).collect(),
            until: row.until,
            added_at: row.added_at,
            removed_at: row.removed_at,
        }
    }
}

/// A page of people.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct People {
    people: Vec<Person>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// Everybody, those removed too.
#[utoipa::path(get, path = "/api/v1/people", params(Paged),
    responses((status = 200, body = People)))]
pub(crate) async fn list(visit: Visit, Asked(paged): Asked<Paged>) -> Result<Json<People>, Failed> {
    let listed = visit.store().everybody(&paged.page()?).await?;
    Ok(Json(People {
        people: listed.rows.into_iter().map(Person::from).collect(),
        next: place(listed.next),
    }))
}

/// What somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RoleWord {
    Technician,
    Manager,
    Executive,
    Owner,
    Auditor,
    Administrator,
}

impl From<RoleWord> for Role {
    fn from(word: RoleWord) -> Self {
        match word {
            RoleWord::Technician => Self::Technician,
            RoleWord::Manager => Self::Manager,
            RoleWord::Executive => Self::Executive,
            RoleWord::Owner => Self::Owner,
            RoleWord::Auditor => Self::Auditor,
            RoleWord::Administrator => Self::Administrator,
        }
    }
}

/// Somebody to be invited.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Invited {
    name: String,
    /// What they sign in with.
    mail: String,
    /// `provider` for staff, a client for its owner and its auditors.
    home: String,
    #[schema(inline, min_items = 1)]
    roles: Vec<RoleWord>,
    /// The last day on which they may do anything; an auditor has one.
    last_day: Option<Date>,
}

/// An invitation.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitationMade {
    person: String,
    /// To be handed over; it works once, and is never shown again.
    link: String,
    expires_at: Timestamp,
}

/// Invites somebody. The answer holds the link that lets them in.
#[utoipa::path(post, path = "/api/v1/people", request_body = Invited,
    responses((status = 201, body = InvitationMade)))]
pub(crate) async fn invite(
    visit: Visit,
    came: Came,
    Sent(sent): Sent<Invited>,
) -> Result<(StatusCode, Json<InvitationMade>), Failed> {
    let home = visit.client(&sent.home)?.scope.id.clone();
    let roles: BTreeSet<Role> = sent.roles.into_iter().map(Role::from).collect();
    let last_day = sent.last_day.map(|day| day.to_string());
    // The same fields as on the page, so that they are read by the same rule.
    let mut fields: BTreeMap<String, String> = roles
        .iter()
        .map(|role| (format!("role-{}", role.word()), "on".to_owned()))
        .collect();
    fields.insert("name".to_owned(), sent.name);
    fields.insert("mail".to_owned(), sent.mail);
    fields.insert("until".to_owned(), last_day.unwrap_or_default());
    let zone = visit.frame(Section::People, false).zone;
    let read = Typed::new(fields).read(&home, &zone, visit.now);
    let set = match read {
        Ok(set) => set,
        Err(problems) => {
            all_well(&problems)?;
            return Err(problem::bad_request().into());
        }
    };
    if set.mail.is_none() {
        let why = "Give the mail address that the person signs in with.";
        return Err(refused("no-mail", why));
    }
    let person = NewPerson {
        client: home,
        id: random_id()?.into(),
        name: set.name,
        roles: set.roles,
        until: set.until,
    };
    let (id, by) = (person.id.to_string(), visit.person.id.clone());
    let made = visit
        .store()
        .invite_person(person, set.mail, by, INVITED_FOR, visit.now);
    match made.await? {
        Invitation::Made { token, .. } => {
            let made = InvitationMade {
                person: id,
                link: link(&came, &token),
                expires_at: visit.now + INVITED_FOR,
            };
            Ok((StatusCode::CREATED, Json(made)))
        }
        Invitation::MailTaken => {
            let why = "Somebody else signs in with this mail address.";
            Err(conflict("mail-taken", why))
        }
        Invitation::NoSuch => Err(problem::not_found().into()),
    }
}

/// An entry of a log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entry {
    /// Its place in the log, from 0.
    index: u64,
    /// Its hash as a leaf of the tree, hexadecimal.
    leaf: String,
    /// The entry as it was hashed; its bytes are in the pack.
    #[schema(value_type = Object)]
    entry: serde_json::Value,
}

/// A page of a log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Entries {
    entries: Vec<Entry>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// Entries of a client's log, the newest first; those of the provider hold every sign-in.
#[utoipa::path(get, path = "/api/v1/clients/{client}/log", params(Paged),
    responses((status = 200, body = Entries)))]
pub(crate) async fn log(
    visit: Visit,
    Path(client): Path<String>,
    Asked(paged): Asked<Paged>,
) -> Result<Json<Entries>, Failed> {
    let id: &ClientId = &visit.client(&client)?.scope.id;
    let filter = EntryFilter::default();
    let page = paged.page()?;
    let listed = visit.store().entries_listed(id, &filter, &page).await?;
    let mut entries = Vec::with_capacity(listed.rows.len());
    for row in listed.rows {
        let entry = Written::parse(&row.bytes).map_err(Problem::unexpected)?;
        entries.push(Entry {
            index: row.index,
            leaf: row.leaf.to_hex(),
            entry: serde_json::to_value(&entry).map_err(Problem::unexpected)?,
        });
    }
    Ok(Json(Entries {
        entries,
        next: place(listed.next),
    }))
}
