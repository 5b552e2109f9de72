//! Clients: listed, read, added, changed; their equation, what nothing covers, their checkpoint.

use axum::Json;
use axum::extract::Path;
use axum::http::StatusCode;
use duly_core::id::ClientId;
use duly_core::scope::Client as Scope;
use duly_store::ClientRow;
use duly_work::clients::{self, AddClient, Added, CLIENT_ID_CHARS_MAX};
use duly_work::error::WorkError;
use duly_work::{count, coverage};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::failed::{Failed, all_well, conflict, refused};
use super::sent::{Asked, Paged, Period, Sent, place, sound_period};
use crate::page::about_client::name;
use crate::page::proof::policy_text;
use crate::page::visit::Visit;
use crate::problem;

/// A client.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Client {
    id: String,
    name: String,
    /// IANA zone in which its days begin and end.
    tz: String,
    /// Which days it is open.
    calendar: String,
    /// Whether it is the provider itself.
    provider: bool,
    /// Origin of its log.
    origin: String,
    created_at: Timestamp,
}

impl From<&ClientRow> for Client {
    fn from(row: &ClientRow) -> Self {
        Self {
            id: row.scope.id.to_string(),
            name: row.name.clone(),
            tz: row.scope.tz.clone(),
            calendar: row.scope.calendar.clone(),
            provider: row.provider,
            origin: row.origin.clone(),
            created_at: row.created_at,
        }
    }
}

/// A page of clients.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Clients {
    clients: Vec<Client>,
    /// Where the next page begins; none on the last.
    next: Option<String>,
}

/// Clients that may be seen, by id.
#[utoipa::path(get, path = "/api/v1/clients", params(Paged),
    responses((status = 200, body = Clients)))]
pub(crate) async fn list(
    visit: Visit,
    Asked(paged): Asked<Paged>,
) -> Result<Json<Clients>, Failed> {
    let page = paged.page()?;
    let after = page.after.unwrap_or_default();
    let mut rows: Vec<&ClientRow> = visit.clients.iter().collect();
    rows.retain(|row| row.scope.id.as_str() > after.as_str());
    rows.sort_by(|one, other| one.scope.id.cmp(&other.scope.id));
    let wanted = usize::try_from(page.rows).unwrap_or(usize::MAX);
    let more = rows.len() > wanted;
    rows.truncate(wanted);
    let next = rows.last().filter(|_| more);
    Ok(Json(Clients {
        next: place(next.map(|row| row.scope.id.to_string())),
        clients: rows.into_iter().map(Client::from).collect(),
    }))
}

/// One client.
#[utoipa::path(get, path = "/api/v1/clients/{client}", responses((status = 200, body = Client)))]
pub(crate) async fn get(visit: Visit, Path(client): Path<String>) -> Result<Json<Client>, Failed> {
    Ok(Json(Client::from(visit.client(&client)?)))
}

/// A client to be added.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewClient {
    /// At most 40 lower-case letters, digits and hyphens; it can never be changed.
    id: String,
    name: String,
    /// IANA zone, such as `Europe/London`.
    #[schema(example = "Europe/London")]
    tz: String,
    /// Which days it is open, such as `england`.
    #[schema(example = "weekends")]
    calendar: String,
    /// The client whose processes it gets.
    like: Option<String>,
}

/// Adds a client, with its log.
#[utoipa::path(post, path = "/api/v1/clients", request_body = NewClient,
    responses((status = 201, body = Client)))]
pub(crate) async fn add(
    visit: Visit,
    Sent(sent): Sent<NewClient>,
) -> Result<(StatusCode, Json<Client>), Failed> {
    let mut problems = Vec::new();
    let id = ClientId::from(sent.id.as_str());
    let new = AddClient {
        scope: Scope {
            id: id.clone(),
            tz: sent.tz,
            calendar: sent.calendar,
        },
        name: name(&sent.name, &mut problems),
        like: sent.like.map(ClientId::from),
    };
    all_well(&problems)?;
    if let Some(like) = &new.like {
        visit.client(like.as_str())?;
    }
    match clients::add(visit.store(), new, visit.now).await {
        Ok(Added::Added) => {}
        Ok(Added::BadId) => {
            let why = format!(
                "The id has at most {CLIENT_ID_CHARS_MAX} lower-case letters, digits and hyphens, \
                 and is not `new` or `provider`."
            );
            return Err(refused("bad-id", why));
        }
        Ok(Added::IdTaken) => return Err(conflict("id-taken", "Another client has this id.")),
        Err(error) => return Err(told(error)),
    }
    Ok((StatusCode::CREATED, Json(read(&visit, &id).await?)))
}

async fn read(visit: &Visit, id: &ClientId) -> Result<Client, Failed> {
    let row = visit.store().client(id).await?;
    Ok(Client::from(&row.ok_or_else(problem::not_found)?))
}

fn told(error: WorkError) -> Failed {
    match error {
        WorkError::UnknownZone(zone) => refused(
            "unknown-zone",
            format!("There is no time zone `{zone}`; use an IANA name such as Europe/London."),
        ),
        WorkError::UnknownCalendar(name) => refused(
            "unknown-calendar",
            format!("There is no calendar `{name}`."),
        ),
        other => other.into(),
    }
}

/// What a client is from now on.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct ChangedClient {
    name: String,
    #[schema(example = "Europe/London")]
    tz: String,
    #[schema(example = "weekends")]
    calendar: String,
}

/// Changes name, zone and calendar. Duties that are open keep their times.
#[utoipa::path(post, path = "/api/v1/clients/{client}/settings", request_body = ChangedClient,
    responses((status = 200, body = Client)))]
pub(crate) async fn change(
    visit: Visit,
    Path(client): Path<String>,
    Sent(sent): Sent<ChangedClient>,
) -> Result<Json<Client>, Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    let mut problems = Vec::new();
    let name = name(&sent.name, &mut problems);
    all_well(&problems)?;
    let (store, person) = (visit.store(), Some(&visit.person.id));
    let scope = Scope {
        id: id.clone(),
        tz: sent.tz,
        calendar: sent.calendar,
    };
    let changed = clients::change(store, scope, person, visit.now).await;
    changed.map_err(told)?;
    store.rename_client(&id, &name, person, visit.now).await?;
    Ok(Json(read(&visit, &id).await?))
}

/// How the duties of a period stand: `due = done + late + missed + waived + open`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Equation {
    due: u64,
    done: u64,
    late: u64,
    missed: u64,
    waived: u64,
    /// Of the waived, those by the client's own word.
    waived_by_client: u64,
    open: u64,
}

/// The equation of a client over the slots of a period; none after today is in it.
#[utoipa::path(get, path = "/api/v1/clients/{client}/equation", params(Period),
    responses((status = 200, body = Equation)))]
pub(crate) async fn equation(
    visit: Visit,
    Path(client): Path<String>,
    Asked(period): Asked<Period>,
) -> Result<Json<Equation>, Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    sound_period(period.from, period.to)?;
    let (from, to) = (period.from, period.to);
    let counted = count::equation(visit.store(), &id, from, to, visit.now).await?;
    let waived_by_client = visit.store().waived_by_client(&id, from, to).await?;
    Ok(Json(Equation {
        due: counted.due,
        done: counted.done,
        late: counted.late,
        missed: counted.missed,
        waived: counted.waived,
        waived_by_client,
        open: counted.open,
    }))
}

/// Something that nothing looks after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Gap {
    asset: Option<String>,
    process: Option<String>,
    /// In a sentence.
    words: String,
}

/// What nothing looks after.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Uncovered {
    uncovered: Vec<Gap>,
}

/// What a kind requires or the plan promises, and no process in force does.
#[utoipa::path(get, path = "/api/v1/clients/{client}/uncovered",
    responses((status = 200, body = Uncovered)))]
pub(crate) async fn uncovered(
    visit: Visit,
    Path(client): Path<String>,
) -> Result<Json<Uncovered>, Failed> {
    let id = &visit.client(&client)?.scope.id;
    let found = coverage::uncovered(visit.store(), id, visit.now).await?;
    let gaps = found.gaps.into_iter().map(|gap| Gap {
        asset: gap.uncovered.asset.map(|id| id.0),
        process: gap.uncovered.process.map(|id| id.0),
        words: gap.words,
    });
    Ok(Json(Uncovered {
        uncovered: gaps.collect(),
    }))
}

/// The signed head of a log.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Checkpoint {
    origin: String,
    /// Entries that it covers.
    size: u64,
    signed_at: Timestamp,
    /// The signed note, byte for byte (C2SP `tlog-checkpoint`).
    note: String,
    /// Whose key signs this log (C2SP `tlog-policy`). Believe it from elsewhere, once.
    policy: String,
}

/// The newest checkpoint of a client's log.
#[utoipa::path(get, path = "/api/v1/clients/{client}/checkpoint",
    responses((status = 200, body = Checkpoint)))]
pub(crate) async fn checkpoint(
    visit: Visit,
    Path(client): Path<String>,
) -> Result<Json<Checkpoint>, Failed> {
    let client = visit.client(&client)?;
    let last = visit.store().last_checkpoint(&client.scope.id).await?;
    let last = last.ok_or_else(problem::not_found)?;
    Ok(Json(Checkpoint {
        origin: client.origin.clone(),
        size: last.size,
        signed_at: last.signed_at,
        note: last.note,
        policy: policy_text(visit.store(), client)?,
    }))
}
