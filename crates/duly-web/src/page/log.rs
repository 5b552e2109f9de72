//! `GET /clients/{client}/log`: the entries of a log as a list for people, the newest first, by
//! what they are about and by whom. The provider's holds every sign-in.

use axum::extract::{Path, Query};
use duly_core::entry::{Entry, kind};
use duly_core::id::PersonId;
use duly_store::{
    CODES, CODES_END, EntryFilter, NOTE_ADD, PASSKEY_ADD, PASSKEY_REMOVE, PASSWORD_SET, PERSON_ADD,
    PERSON_CHANGE, PERSON_INVITE, PERSON_REMOVE, PERSON_RESET, Page, SIGN_IN, SIGN_IN_END,
    SIGN_IN_LIMIT, SIGN_IN_REFUSED, STEP_AGAIN, STEP_FILL, STEP_SKIP, StoredEntry, TOKEN_MAKE,
    TOKEN_REVOKE, Way, WhyRefused,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use crate::page::today::encoded;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::problem::{self, Problem};
use crate::view::Named;
use crate::view::frame::Section;
use crate::view::log::{Line, Log, What};
use crate::words::entry::told;
use crate::words::number::listed;
use crate::words::sign_in::{way, why};

/// Entries about signing in.
const SIGN_INS: &[&str] = &[SIGN_IN, SIGN_IN_REFUSED, SIGN_IN_LIMIT, SIGN_IN_END];

/// Entries about people and how they sign in.
const ABOUT_PEOPLE: &[&str] = &[
    PERSON_ADD,
    PERSON_INVITE,
    PERSON_CHANGE,
    PERSON_RESET,
    PERSON_REMOVE,
    PASSWORD_SET,
    CODES,
    CODES_END,
    PASSKEY_ADD,
    PASSKEY_REMOVE,
    TOKEN_MAKE,
    TOKEN_REVOKE,
];

/// Entries about tickets and what was done for them.
const WORK: &[&str] = &[
    kind::DUTY_OPEN,
    kind::DUTY_CLOSE,
    kind::DUTY_MISS,
    kind::DUTY_WAIVE,
    kind::DUTY_AFTERWARDS,
    kind::RUN_START,
    kind::RUN_RESULT,
    STEP_FILL,
    STEP_SKIP,
    STEP_AGAIN,
    NOTE_ADD,
];

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    what: String,
    person: Option<String>,
    after: Option<String>,
}

/// Shows it.
pub(crate) async fn show(
    visit: Visit,
    Path(client): Path<String>,
    Query(asked): Query<Asked>,
) -> Shown {
    let client = visit.client(&client)?.clone();
    let kinds = match asked.what.as_str() {
        "" => &[],
        "sign-ins" => SIGN_INS,
        "people" => ABOUT_PEOPLE,
        "work" => WORK,
        _ => return Err(problem::bad_request()),
    };
    let person = asked.person.as_deref().filter(|person| !person.is_empty());
    let filter = EntryFilter {
        kinds: kinds.iter().map(|kind| (*kind).to_owned()).collect(),
        person: person.map(PersonId::from),
    };
    let page = Page {
        after: asked.after.clone(),
        rows: ROWS_PER_PAGE,
    };
    let listed = visit
        .store()
        .entries_listed(&client.scope.id, &filter, &page)
        .await?;
    let lines = listed.rows.iter().map(|stored| line(&visit, stored));
    let frame = visit.frame_of(&client, Section::Proof);
    shown(&Log {
        lines: lines.collect::<Result<_, _>>()?,
        whats: whats(&client.scope.id.to_string(), &asked.what, person),
        person: person.map(|id| Named::new(id, visit.person_named(&PersonId::from(id)))),
        everybody: address(client.scope.id.as_str(), &asked.what, None),
        paging: Paging {
            address: address(client.scope.id.as_str(), &asked.what, person),
            is_continued: asked.after.is_some(),
            next: listed.next,
        },
        is_provider: client.provider,
        client: named(&client),
        frame,
    })
}

fn address(client: &str, what: &str, person: Option<&str>) -> String {
    let mut address = format!("/clients/{}/log?what={}", encoded(client), encoded(what));
    if let Some(person) = person {
        address.push_str(&format!("&person={}", encoded(person)));
    }
    address
}

fn whats(client: &str, here: &str, person: Option<&str>) -> Vec<What> {
    let what = |(word, label): (&'static str, &'static str)| What {
        label,
        address: address(client, word, person),
        is_here: word == here,
    };
    [
        ("", "Everything"),
        ("sign-ins", "Sign-ins"),
        ("people", "People"),
        ("work", "Work"),
    ]
    .map(what)
    .into()
}

fn line(visit: &Visit, stored: &StoredEntry) -> Result<Line, Problem> {
    let entry = stored.entry()?;
    let by: Option<String> = field(stored, "by");
    let acts_on_another =
        by.is_some() && by.as_deref() != entry.person.as_ref().map(|id| id.as_str());
    let name = |id: &str| visit.person_named(&PersonId::from(id));
    let who = by
        .as_deref()
        .or(entry.person.as_ref().map(|id| id.as_str()));
    Ok(Line {
        index: stored.index,
        at: entry.at,
        what: sentence(&entry, stored),
        whom: entry
            .person
            .as_ref()
            .filter(|_| acts_on_another)
            .map(|id| name(id.as_str())),
        who: who.map(name),
        from: from(stored),
        is_refusal: [SIGN_IN_REFUSED, SIGN_IN_LIMIT].contains(&entry.t.as_str()),
    })
}

/// A disclosed field; none where it was erased.
fn field<T: DeserializeOwned>(stored: &StoredEntry, name: &str) -> Option<T> {
    serde_json::from_str(stored.fields.get(name)?).ok()
}

fn from(stored: &StoredEntry) -> Option<String> {
    let known: Vec<String> = ["browser", "address"]
        .into_iter()
        .filter_map(|name| field(stored, name))
        .collect();
    (!known.is_empty()).then(|| known.join(", "))
}

fn sentence(entry: &Entry, stored: &StoredEntry) -> String {
    let by_way = || field::<Way>(stored, "way").map_or("an unknown way", way);
    let roles =
        || field::<Vec<String>>(stored, "roles").map_or_else(String::new, |all| listed(&all));
    let found = entry.verdict.map(|verdict| format!(": {}", verdict.word()));
    let found = found.unwrap_or_default();
    match entry.t.as_str() {
        SIGN_IN => format!("signed in by {}", by_way()),
        SIGN_IN_REFUSED => {
            let reason = field::<WhyRefused>(stored, "why").map_or("a reason that was erased", why);
            format!("was not let in by {}: {reason}", by_way())
        }
        SIGN_IN_LIMIT => match field::<String>(stored, "about").as_deref() {
            Some("address") => "too many tries from one network address".to_owned(),
            Some("beginning") => "too many beginnings from one network address".to_owned(),
            _ => "too many tries for one account".to_owned(),
        },
        SIGN_IN_END => {
            let number = field::<u64>(stored, "sessions").unwrap_or(1);
            crate::words::number::counted(number, "session ended", "sessions ended")
        }
        PERSON_ADD => format!("added as {}", roles()),
        PERSON_CHANGE => {
            let changed = field::<Vec<String>>(stored, "changed").unwrap_or_default();
            format!("{} changed; now {}", listed(&changed), roles())
        }
        CODES if field::<String>(stored, "what").as_deref() == Some("recovery-codes") => {
            "fresh recovery codes".to_owned()
        }
        CODES => "codes set up".to_owned(),
        kind::DUTY_CLOSE => format!("ticket closed{found}"),
        kind::DUTY_AFTERWARDS => format!("duty done afterwards{found}"),
        kind::RUN_RESULT => format!("verification ended{found}"),
        STEP_FILL => format!("step done{found}"),
        other => told(other).to_owned(),
    }
}
