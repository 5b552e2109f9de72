//! `duly secret DIR CLIENT BACKUP`: seals a repository's password into the store; with
//! `--identity-provider` instead, the secret that the identity provider knows duly by. Neither ever
//! stands on a command line.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result, bail};
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
    #[arg(required_unless_present = "identity_provider")]
    client: Option<String>,
    /// The backup set's name in duly.toml
    #[arg(required_unless_present = "identity_provider")]
    backup: Option<String>,
    /// File with the password; without it, RESTIC_PASSWORD_FILE or RESTIC_PASSWORD
    #[arg(long)]
    password_file: Option<PathBuf>,
    /// The identity provider's secret instead, from this file
    #[arg(long, value_name = "FILE", conflicts_with_all = ["client", "backup", "password_file"])]
    identity_provider: Option<PathBuf>,
}

/// Runs `duly secret`.
///
/// # Errors
///
/// When there is no such backup set, or no password.
pub async fn run(args: SecretArgs) -> Result<ExitCode> {
    if args.identity_provider.is_some() {
        return identity_provider(&args).await;
    }
    let (Some(client), Some(backup)) = (&args.client, &args.backup) else {
        bail!("name a client and a backup set");
    };
    let password = crate::password::read(&args.password_file)?;
    let installation = Installation::at(&args.dir);
    let declaration = installation.declaration()?;
    let store = installation.open().await?;
    let now = Clock::System.now();
    publish::publish(&store, &declaration, now).await?;
    let client = ClientId::from(client.as_str());
    let asset = asset_named(&store, &client, backup)
        .await?
        .with_context(|| {
            format!("duly.toml declares no backup `{backup}` for client `{client}`")
        })?;
    let name = password_name(&asset.scope.id);
    store
        .secret_put(&client, &name, password.as_bytes(), now)
        .await?;
    store.close().await;
    crate::say(&format!("The password of `{backup}` is sealed."));
    Ok(ExitCode::SUCCESS)
}

async fn identity_provider(args: &SecretArgs) -> Result<ExitCode> {
    let secret = crate::password::read(&args.identity_provider)?;
    let store = Installation::at(&args.dir).open().await?;
    let provider = ClientId::from(duly_core::scope::Client::PROVIDER);
    let now = Clock::System.now();
    store
        .secret_put(&provider, duly_web::IDENTITY_SECRET, secret.as_bytes(), now)
        .await?;
    store.close().await;
    crate::say("The secret of the identity provider is sealed.");
    Ok(ExitCode::SUCCESS)
}
