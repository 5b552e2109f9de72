//! What a demonstration client declares: one backup set, one firewall, four processes of the
//! starter catalogue as they ship, but for the jobs, which are looked at weekly.

use std::path::Path;

use anyhow::{Context, Result};
use duly_core::backup::request::Expectation;
use duly_core::id::ClientId;
use duly_core::process::Process;
use duly_core::schedule::duties::duties;
use duly_core::schedule::words;
use duly_probe::manifest::{Order, take};
use duly_store::Store;
use duly_work::declaration::{BackupSettings, Declaration, DeclaredAsset, DeclaredClient};
use duly_work::publish::{self, asset_named};
use jiff::Timestamp;
use jiff::civil::Date;

use super::DOMAIN;
use super::client::{Life, Plot};
use super::restic::Repository;
use super::source::Office;

/// A weekly backup is a day late after eight days.
const AGE_HOURS_MAX: f64 = 8.0 * 24.0;

/// The processes of the small world.
const PROCESSES: [&str; 4] = [
    "backup.restore-test",
    "backup.jobs",
    "fw.firmware",
    "acct.review",
];

/// Publishes the client and everything it declares; its id.
///
/// # Errors
///
/// When the catalogue lacks a process, or the store fails.
pub async fn publish(
    life: &Life,
    office: &Office,
    repository: &Repository,
    manifest: &Path,
    claim: &Path,
    now: Timestamp,
) -> Result<ClientId> {
    let plot = &life.plot;
    let settings = BackupSettings {
        kind: "restic".to_owned(),
        repository: text(repository.path())?,
        roots: vec![text(&office.documents())?, text(&office.database())?],
        manifest: text(manifest)?,
        must: vec![text(&office.dump())?],
        canaries: Vec::new(),
        claim: Some(text(claim)?),
        sample: 300,
        expect: Expectation {
            age_hours_max: AGE_HOURS_MAX,
            claim: true,
            ..Expectation::default()
        },
    };
    let client = ClientId::from(plot.id);
    let effective = publish::today(plot.tz, now)?;
    let declaration = Declaration {
        domain: DOMAIN.to_owned(),
        clients: vec![DeclaredClient {
            id: plot.id.to_owned(),
            name: plot.name.to_owned(),
            tz: plot.tz.to_owned(),
            calendar: plot.calendar.to_owned(),
            assets: assets(plot, settings),
            processes: processes(effective)?,
        }],
    };
    publish::publish(&life.store, &declaration, now).await?;
    let asset = asset_named(&life.store, &client, plot.backup).await?;
    let asset = asset
        .context("the backup set was not taken into care")?
        .scope
        .id;
    let password = repository.password().as_bytes();
    life.store
        .secret_put(
            &client,
            &duly_work::run_probe::password_name(&asset),
            password,
            now,
        )
        .await?;
    Ok(client)
}

fn assets(plot: &Plot, settings: BackupSettings) -> Vec<DeclaredAsset> {
    vec![
        DeclaredAsset {
            name: plot.backup.to_owned(),
            kind: "backup".to_owned(),
            backup: Some(settings),
        },
        DeclaredAsset {
            name: plot.firewall.to_owned(),
            kind: "firewall".to_owned(),
            backup: None,
        },
    ]
}

fn processes(effective: Date) -> Result<Vec<Process>> {
    PROCESSES
        .iter()
        .map(|name| {
            let shipped = duly_declare::catalogue()
                .iter()
                .find(|process| process.process.as_str() == *name);
            let shipped =
                shipped.with_context(|| format!("the catalogue has no process `{name}`"))?;
            let mut process = shipped.clone();
            process.effective = effective;
            if *name == "backup.jobs" {
                process.schedule.recurrence = words::rule("every week on monday")?;
            }
            Ok(process)
        })
        .collect()
}

/// The slots of the client's restore tests that open from a date on and until an instant.
///
/// # Errors
///
/// When the duties cannot be computed.
pub async fn restore_tests(
    store: &Store,
    client: &ClientId,
    from: Date,
    until: Timestamp,
) -> Result<Vec<Date>> {
    let published = store
        .published(client)
        .await?
        .context("nothing was published")?;
    let to = publish::today(&published.client.tz, until)?;
    let mut slots: Vec<Date> = duties(&published, from, to)?
        .into_iter()
        .filter(|duty| duty.process.as_str() == "backup.restore-test" && duty.opens_at <= until)
        .map(|duty| duty.slot)
        .collect();
    slots.sort_unstable();
    Ok(slots)
}

/// Takes the office's own picture of itself, as of `now`.
///
/// # Errors
///
/// When a file cannot be read.
pub fn take_manifest(
    office: &Office,
    output: &Path,
    bracket: Option<&Path>,
    now: Timestamp,
) -> Result<()> {
    let order = Order {
        roots: vec![office.documents(), office.database()],
        output: output.to_owned(),
        bracket: bracket.map(Path::to_owned),
        host: Some(super::restic::HOST.to_owned()),
    };
    take(&order, &|| now)?;
    Ok(())
}

fn text(path: &Path) -> Result<String> {
    let absolute = std::path::absolute(path)?;
    let text = absolute
        .to_str()
        .with_context(|| format!("{} is not UTF-8", path.display()))?;
    Ok(text.to_owned())
}
