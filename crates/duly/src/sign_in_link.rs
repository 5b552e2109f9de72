//! `duly sign-in-link DIR`: another one-time link, also while the installation is being served.

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::Result;
use clap::Args;
use duly_work::clock::Clock;

use crate::control::{self, Answer, Ask};
use crate::installation::Installation;
use crate::serve;

/// Which installation.
#[derive(Args, Debug)]
pub struct SignInLinkArgs {
    /// The folder made by `duly init` or `duly try`
    dir: PathBuf,
    /// For whoever signs in with this mail address; without it, for an administrator
    #[arg(long)]
    mail: Option<String>,
}

/// Runs `duly sign-in-link`.
///
/// # Errors
///
/// When the installation is neither served nor can be opened.
pub async fn run(args: SignInLinkArgs) -> Result<ExitCode> {
    let ask = Ask::SignInLink {
        mail: args.mail.clone(),
    };
    if let Some(Answer::SignInLink { link }) = control::ask(&args.dir, &ask).await? {
        crate::say(&link);
        return Ok(ExitCode::SUCCESS);
    }
    let store = Installation::at(&args.dir).open().await?;
    let person = serve::named(&store, args.mail.as_deref()).await?;
    let token = serve::sign_in_link(&store, &person, Clock::System.now()).await?;
    store.close().await;
    crate::say(&format!(
        "Nobody serves {} now. Start `duly serve {}` and open /sign-in/{token} there.",
        args.dir.display(),
        args.dir.display()
    ));
    Ok(ExitCode::SUCCESS)
}
