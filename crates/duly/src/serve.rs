//! `duly serve DIR`: the pages and the worker of an installation, until it is told to stop.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Args;
use duly_core::id::ClientId;
use duly_store::{Page, Person, Role, Store};
use duly_work::clock::Clock;
use duly_work::publish;
use duly_work::telling::send::Sender;
use duly_work::worker::Worker;
use jiff::{SignedDuration, Timestamp};
use tokio::net::TcpListener;

use crate::config::Config;
use crate::control;
use crate::installation::Installation;

/// How long a printed link signs somebody in; long enough to walk over to another machine.
pub const LINK_VALID: SignedDuration = SignedDuration::from_mins(30);

/// Where an installation lies, and where to serve it.
#[derive(Args, Debug)]
pub struct ServeArgs {
    /// The folder made by `duly init`
    dir: PathBuf,
    /// Another address than the one in duly.toml
    #[arg(long)]
    listen: Option<SocketAddr>,
}

/// Runs `duly serve`.
///
/// # Errors
///
/// When what is declared is refused, the store does not open, or the address is taken.
pub async fn run(args: ServeArgs) -> Result<ExitCode> {
    let installation = Installation::at(&args.dir);
    let config = Config::read(&args.dir)?;
    let declaration = installation.declaration()?;
    let store = installation.open().await?;
    let now = Clock::System.now();
    let notes = publish::publish(&store, &declaration, now).await?;
    for note in notes.0 {
        crate::say(&note);
    }
    let listen = match args.listen {
        Some(listen) => listen,
        None => config.listen.parse().with_context(|| {
            format!(
                "`listen = \"{}\"` is not an address and a port",
                config.listen
            )
        })?,
    };
    let technician = technician(&store).await?;
    let program = std::env::current_exe().context("duly cannot find itself")?;
    let links = config.address;
    until_stopped(store, &technician, program, listen, links, &args.dir).await?;
    Ok(ExitCode::SUCCESS)
}

/// Serves pages and works until interrupted; prints where, with a link that signs in once.
///
/// # Errors
///
/// When the address is taken, or serving fails.
pub async fn until_stopped(
    store: Store,
    person: &Person,
    program: PathBuf,
    listen: SocketAddr,
    links: Option<String>,
    dir: &Path,
) -> Result<()> {
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("{listen} cannot be served; is another duly running?"))?;
    let address = listener.local_addr()?;
    let link = sign_in_link(&store, person, Clock::System.now()).await?;
    crate::say(&format!(
        "\nduly serves http://{address}/\n\
         Sign in as {} within {} minutes: http://{address}/sign-in/{link}\n\
         Another link: duly sign-in-link {}\nStop with Ctrl-C.",
        person.name,
        LINK_VALID.as_mins(),
        dir.display()
    ));
    let (stop, stopped) = tokio::sync::watch::channel(false);
    let told = |mut stopped: tokio::sync::watch::Receiver<bool>| async move {
        // The sender lives until both have ended; an error means the same as being told.
        let _ = stopped.wait_for(|stop| *stop).await;
    };
    let control = tokio::spawn(control::answer(
        dir.to_owned(),
        address.to_string(),
        store.clone(),
        person.clone(),
    ));
    let worker = Worker::new(store.clone(), program);
    let working = tokio::spawn(worker.run(told(stopped.clone())));
    let links = links.unwrap_or_else(|| format!("http://{address}"));
    let sender = Sender::new(store.clone(), Some(links));
    let sending = tokio::spawn(sender.run(told(stopped.clone())));
    let web = duly_web::Web {
        store: store.clone(),
        clock: Clock::System,
    };
    let serving = tokio::spawn(duly_web::serve(listener, web, told(stopped)));
    crate::signal::stop().await;
    crate::say("Stopping: finishing what is under way.");
    stop.send_replace(true);
    control.abort();
    serving.await.context("the pages stopped unexpectedly")??;
    working.await.context("the worker stopped unexpectedly")?;
    sending.await.context("sending stopped unexpectedly")?;
    store.close().await;
    Ok(())
}

/// A fresh one-time link for this person; the token in it.
///
/// # Errors
///
/// When the store fails.
pub async fn sign_in_link(store: &Store, person: &Person, now: Timestamp) -> Result<String> {
    Ok(store
        .create_sign_in_link(&person.client, &person.id, LINK_VALID, now)
        .await?)
}

/// The technician of an installation.
///
/// # Errors
///
/// When there is none, or the store fails.
pub async fn technician(store: &Store) -> Result<Person> {
    let people = store
        .people(&ClientId::from("provider"), &Page::widest())
        .await?
        .rows;
    people
        .into_iter()
        .find(|person| person.roles.contains(&Role::Technician) && person.removed_at.is_none())
        .context("this installation has no technician; make a new one with `duly init`")
}
