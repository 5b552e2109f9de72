//! `duly secret DIR CLIENT BACKUP`: seals a repository's password into the store.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use duly_core::id::ClientId;
use duly_work::clock::Clock;
use duly_work::publish::{self, asset_named};
use duly_work::run_probe::password_name;

use crate::installation::Installation;

/// Whose password, and where it is read from.
#[derive(Args, Debug)]
pub struct SecretArgs {
    /// The folder made by `duly init`
    dir: PathBuf,
    /// The client's id in duly.toml
    client: String,
    /// The backup set's name in duly.toml
    backup: String,
    /// File with the password; without it, RESTIC_PASSWORD_FILE or RESTIC_PASSWORD
    #[arg(long)]
    password_file: Option<PathBuf>,
}

/// Runs `duly secret`.
///
/// # Errors
///
/// When there is no such backup set, or no password.
pub async fn run(args: SecretArgs) -> Result<ExitCode> {
    let password = crate::password::read(&args.password_file)?;
    let installation = Installation::at(&args.dir);
    let declaration = installation.declaration()?;
    let store = installation.open().await?;
    let now = Clock::System.now();
    publish::publish(&store, &declaration, now).await?;
    let client = ClientId::from(args.client);
    let asset = asset_named(&store, &client, &args.backup)
        .await?
        .with_context(|| {
            format!(
                "duly.toml declares no backup `{}` for client `{client}`",
                args.backup
            )
        })?;
    let name = password_name(&asset.scope.id);
    store
        .secret_put(&client, &name, password.as_bytes(), now)
        .await?;
    store.close().await;
    crate::say(&format!("The password of `{}` is sealed.", args.backup));
    Ok(ExitCode::SUCCESS)
}
