//! `duly try [DIR]`: the whole product in one command, with a small world to look at.

use std::net::SocketAddr;
use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use duly_work::clock::Clock;
use duly_work::pack::make_pack;

use crate::demonstration;
use crate::serve;

/// Where the small world lives.
#[derive(Args, Debug)]
pub struct TryArgs {
    /// A new folder for it; without one, a folder under the system's temporary folder
    dir: Option<PathBuf>,
    /// Live, write the packs, and end without serving pages
    #[arg(long)]
    once: bool,
    /// Where the pages are served
    #[arg(long, default_value = "127.0.0.1:7177")]
    listen: SocketAddr,
}

/// Runs `duly try`.
///
/// # Errors
///
/// When restic is missing, the folder is in use, or anything in the loop fails.
pub async fn run(args: TryArgs) -> Result<ExitCode> {
    let now = Clock::System.now();
    let dir = match args.dir {
        Some(dir) => std::path::absolute(dir)?,
        None => std::env::temp_dir().join(format!("duly-try-{}", now.as_second())),
    };
    let program = std::env::current_exe().context("duly cannot find itself")?;
    let world = demonstration::live(&dir, program.clone(), now).await?;
    for client in &world.clients {
        let folder = dir.join(client.as_str());
        let made = make_pack(&world.store, client, None, Clock::System.now()).await?;
        crate::pack::write(
            &made,
            &folder.join("pack.zip"),
            Some(&folder.join("policy")),
        )?;
    }
    let first = world
        .clients
        .first()
        .map_or_else(|| dir.clone(), |id| dir.join(id.as_str()));
    crate::say(&format!(
        "\nEverything lies in {}. Check a client's record as the client would:\n  \
         duly-verify {} --policy {}",
        dir.display(),
        first.join("pack.zip").display(),
        first.join("policy").display()
    ));
    if args.once {
        world.store.close().await;
        return Ok(ExitCode::SUCCESS);
    }
    let place = serve::Place {
        listen: args.listen,
        dir,
        access: duly_web::Access::default(),
    };
    serve::until_stopped(world.store, &world.tess, program, place).await?;
    Ok(ExitCode::SUCCESS)
}
