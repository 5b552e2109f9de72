//! `duly serve DIR`: the pages and the worker of an installation, until it is told to stop.

use std::net::SocketAddr;
use std::path::PathBuf;
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
    let keeper = keeper(&store).await?;
    let program = std::env::current_exe().context("duly cannot find itself")?;
    let place = Place {
        listen,
        dir: args.dir,
        access: config.access(),
    };
    until_stopped(store, &keeper, program, place).await?;
    Ok(ExitCode::SUCCESS)
}

/// Where an installation is served, and how it is reached.
pub struct Place {
    /// The address of this machine and the port.
    pub listen: SocketAddr,
    /// The installation's folder.
    pub dir: PathBuf,
    /// Everything else.
    pub access: duly_web::Access,
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
    place: Place,
) -> Result<()> {
    let Place {
        listen,
        dir,
        access,
    } = place;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("{listen} cannot be served; is another duly running?"))?;
    let address = listener.local_addr()?;
    let base = base(&access, address);
    let link = sign_in_link(&store, person, Clock::System.now()).await?;
    crate::say(&format!(
        "\nduly serves http://{address}/\n\
         Sign in as {} within {} minutes: {base}/sign-in/{link}\n\
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
    let control = tokio::spawn(control::answer(dir, base.clone(), store.clone()));
    let worker = Worker::new(store.clone(), program);
    let working = tokio::spawn(worker.run(told(stopped.clone())));
    let sender = Sender::new(store.clone(), Some(base.clone()));
    let sending = tokio::spawn(sender.run(told(stopped.clone())));
    let web = duly_web::Web {
        store: store.clone(),
        clock: Clock::System,
        access,
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

/// What links begin with: the public address, if there is one.
fn base(access: &duly_web::Access, address: SocketAddr) -> String {
    let own = || format!("http://{address}");
    access.origin.clone().unwrap_or_else(own)
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

/// Whoever a link is for when nobody is named: the first person who can invite others, else a
/// technician, so that an installation never locks everybody out.
///
/// # Errors
///
/// When there is neither, or the store fails.
pub async fn keeper(store: &Store) -> Result<Person> {
    let people = store
        .people(&ClientId::from("provider"), &Page::widest())
        .await?
        .rows;
    let now = Clock::System.now();
    let is_here =
        |person: &&Person| person.removed_at.is_none() && person.until.is_none_or(|end| end > now);
    let first = |role: Role| {
        let mut fitting = people.iter().filter(is_here);
        fitting.find(|person| person.roles.contains(&role)).cloned()
    };
    first(Role::Administrator)
        .or_else(|| first(Role::Technician))
        .context("nobody here is an administrator or a technician; make a new one with `duly init`")
}

/// Whoever signs in with this mail address; without one, the [`keeper`].
///
/// # Errors
///
/// When there is nobody, or the store fails.
pub async fn named(store: &Store, mail: Option<&str>) -> Result<Person> {
    let Some(mail) = mail else {
        return keeper(store).await;
    };
    let folded = duly_core::sign_in::mail::folded(mail);
    let folded = folded.with_context(|| format!("`{mail}` is no mail address"))?;
    let found = store.person_by_mail(&folded).await?;
    found.with_context(|| format!("nobody signs in with `{mail}`"))
}
