//! Setting an installation up on pages: a client with its log, what is looked after, and processes
//! of the catalogue in force from today. The same records as those of `duly.toml`; what stands in
//! that file is published beside them and never in their place.

use duly_core::id::{AssetId, ClientId, PersonId};
use duly_core::process::Process;
use duly_core::process::overrides::Overrides;
use duly_core::scope::{Asset, Client};
use duly_store::{AssetRow, NewClient, Publishing, Store, random_id};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::backup_test::password_name;
use crate::clients;
use crate::declaration::BackupSettings;
use crate::error::WorkError;
use crate::lists;
use crate::proposal::{Wish, propose, publish_proposal};
use crate::publish::today;

/// Longest id of a client that is made from its name.
const ID_CHARS_MAX: usize = 40;

/// A client with its calendar and zone, ready for what it is to have; its id, made from the name.
///
/// # Errors
///
/// When the zone or calendar is unknown, or the store fails.
pub async fn add_client(
    store: &Store,
    name: &str,
    tz: &str,
    calendar: &str,
    now: Timestamp,
) -> Result<ClientId, WorkError> {
    let known = lists::clients(store).await?;
    let provider = known.iter().find(|client| client.provider);
    let domain = provider.and_then(|provider| provider.origin.split_once('/'));
    let domain = domain.map_or("duly.local", |(domain, _)| domain);
    let taken = |id: &str| known.iter().any(|client| client.scope.id.as_str() == id);
    let id = ClientId(free_id(name, taken));
    let scope = Client {
        id: id.clone(),
        tz: tz.to_owned(),
        calendar: calendar.to_owned(),
    };
    // An unknown zone or calendar is refused before anything is made.
    today(tz, now)?;
    if duly_declare::calendars::calendar(calendar).is_none() {
        return Err(WorkError::UnknownCalendar(calendar.to_owned()));
    }
    let client = NewClient {
        scope: scope.clone(),
        name: name.to_owned(),
        origin: format!("{domain}/{}", random_id()?),
        provider: false,
    };
    clients::open(store, client, now).await?;
    Ok(id)
}

/// `Baker & Sons` is `baker-sons`; where that is taken, `baker-sons-2`.
fn free_id(name: &str, taken: impl Fn(&str) -> bool) -> String {
    let mut id = String::new();
    for letter in name.chars().flat_map(char::to_lowercase) {
        match letter {
            'a'..='z' | '0'..='9' => id.push(letter),
            _ if !id.is_empty() && !id.ends_with('-') => id.push('-'),
            _ => {}
        }
        if id.len() >= ID_CHARS_MAX {
            break;
        }
    }
    let id = match id.trim_matches('-') {
        "" => "client".to_owned(),
        id => id.to_owned(),
    };
    let numbered = (2_u32..).map(|number| format!("{id}-{number}"));
    let mut ids = std::iter::once(id.clone()).chain(numbered);
    ids.find(|id| !taken(id)).unwrap_or(id)
}

/// Something to look after, from today on.
#[derive(Clone, Debug)]
pub struct NewAsset {
    /// Whose.
    pub client: ClientId,
    /// `backup`, `firewall`, …
    pub kind: String,
    /// As its client knows it.
    pub name: String,
    /// How to probe it, for a backup, and its repository's password.
    pub backup: Option<(BackupSettings, String)>,
}

/// Takes something into care; its id. Taking the same again takes nothing.
///
/// # Errors
///
/// When the name stands for another kind, or the store fails.
pub async fn take_asset(
    store: &Store,
    new: NewAsset,
    now: Timestamp,
) -> Result<AssetId, WorkError> {
    let client = store
        .client(&new.client)
        .await?
        .ok_or_else(|| WorkError::NoClient(new.client.clone()))?;
    let known = lists::assets(store, &new.client).await?;
    let known = known
        .into_iter()
        .find(|row| row.name == new.name && row.scope.until.is_none());
    let id = match known {
        Some(row) if row.scope.kind != new.kind => {
            return Err(WorkError::KindChanged {
                asset: new.name,
                was: row.scope.kind,
                is: new.kind,
            });
        }
        Some(row) => row.scope.id,
        None => {
            let scope = Asset {
                id: AssetId(random_id()?),
                client: new.client.clone(),
                kind: new.kind,
                since: today(&client.scope.tz, now)?,
                until: None,
            };
            let id = scope.id.clone();
            let name = new.name;
            store.add_asset(AssetRow { scope, name }, now).await?;
            id
        }
    };
    if let Some((settings, password)) = new.backup {
        let text = serde_json::to_string(&settings)?;
        store
            .put_asset_settings(&new.client, &id, &text, now)
            .await?;
        let name = password_name(&id);
        store
            .secret_put(&new.client, &name, password.as_bytes(), now)
            .await?;
    }
    Ok(id)
}

/// Publishes processes of the catalogue for a client, in force from today; what the client has
/// already is left as it is. Sentences about those that could not be published.
///
/// # Errors
///
/// When the store fails.
pub async fn publish_from_catalogue(
    store: &Store,
    client: &ClientId,
    names: &[String],
    by: &PersonId,
    now: Timestamp,
) -> Result<Vec<String>, WorkError> {
    let row = store.client(client).await?;
    let row = row.ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let day = today(&row.scope.tz, now)?;
    let published = store.published(client).await?;
    let published = published.ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let mut problems = Vec::new();
    for shipped in duly_declare::catalogue() {
        let wanted = names.iter().any(|name| name == shipped.process.as_str());
        let has = |process: &Process| process.process == shipped.process;
        let mut versions = published.processes.iter().map(|version| &version.process);
        if !wanted || versions.any(has) {
            continue;
        }
        let process = Process {
            effective: day,
            ..shipped.clone()
        };
        let wish = Wish {
            client: client.clone(),
            overrides: Overrides::default(),
        };
        let proposal = propose(store, &process, &[wish], now).await?;
        let refused = proposal.refused.iter();
        problems.extend(refused.map(|refused| format!("{}: {}", process.title, refused.why)));
        if proposal.clients.is_empty() {
            continue;
        }
        let text = catalogue_from(&process, day);
        let reason = "Taken from the catalogue on setting up.";
        let done = publish_proposal(store, &proposal, by, reason, &text, now).await?;
        if done != Publishing::Published {
            problems.push(format!("{}: it was published meanwhile.", process.title));
        }
    }
    Ok(problems)
}

/// The shipped file with the day from which it holds.
fn catalogue_from(process: &Process, day: Date) -> String {
    let shipped = duly_declare::catalogue_text(process.process.as_str());
    let Some(shipped) = shipped else {
        return duly_declare::write(process);
    };
    let line = |line: &str| match line.strip_prefix("effective:") {
        Some(_) => format!("effective: {day}\n"),
        None => format!("{line}\n"),
    };
    shipped.lines().map(line).collect()
}

#[cfg(test)]
mod tests {
    use super::{catalogue_from, free_id};

    #[test]
    fn an_id_is_made_from_the_name_and_is_never_taken() {
        assert_eq!(free_id("Baker & Sons", |_| false), "baker-sons");
        assert_eq!(
            free_id("Baker & Sons", |id| id == "baker-sons"),
            "baker-sons-2"
        );
        assert_eq!(free_id("日本", |_| false), "client");
        assert!(free_id(&"x".repeat(200), |_| false).len() <= 40);
    }

    #[test]
    fn the_text_that_is_kept_says_what_is_published() {
        let day = jiff::civil::date(2026, 11, 24);
        for shipped in duly_declare::catalogue() {
            let mut process = shipped.clone();
            process.effective = day;
            let text = catalogue_from(&process, day);
            assert_eq!(
                duly_declare::load(text.as_bytes(), "kept").unwrap(),
                process
            );
        }
    }
}
