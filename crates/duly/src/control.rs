//! The way into an installation that is being served, for whoever may write its folder: a socket
//! in `DIR/data`, one JSON line asked and one answered.
//!
//! One process owns a store. `duly sign-in-link`, `duly pack` and `duly import` would otherwise
//! have to wait until the server is stopped. Whoever may write to the socket may write to the
//! database; of what changes a duty, only a list that is taken goes this way.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use duly_core::id::ClientId;
use duly_core::review::period::Period;
use duly_store::Store;
use duly_work::clock::Clock;
use duly_work::import::mapping::Mapping;
use duly_work::pack::make_pack;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader};
use tokio::net::{UnixListener, UnixStream};

use crate::import::{self, Told};
use crate::serve;

/// Longest line asked.
const ASKED_BYTES_MAX: u64 = 4_096;

/// How long whoever asked may take to say what; a connection that says nothing is dropped.
const ASKED_WITHIN: Duration = Duration::from_secs(5);

/// What can be asked.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Ask {
    /// A one-time link.
    SignInLink {
        /// For whom, by mail address; else for whoever keeps the installation.
        mail: Option<String>,
    },
    /// A client's pack, written by the server into files that the asker names.
    Pack {
        /// Whose.
        client: String,
        /// First and last date.
        period: Option<(Date, Date)>,
        /// Where to, absolute.
        output: PathBuf,
        /// Where to write the policy, absolute.
        policy: Option<PathBuf>,
    },
    /// The report of a client's month, written by the server into a file that the asker names.
    Report {
        /// Whose.
        client: String,
        /// Which month.
        month: Period,
        /// Where to, absolute; its ending says what.
        output: PathBuf,
    },
    /// The published processes, written by the server as files into a folder.
    ExportProcesses {
        /// Where to, absolute.
        output: PathBuf,
    },
    /// A list of a client's assets, compared with what is known, and taken if it is to be.
    ImportAssets {
        /// Whose.
        client: String,
        /// The list, absolute.
        file: PathBuf,
        /// What its columns are; without it, as remembered or guessed.
        mapping: Option<Mapping>,
        /// Whether it is taken.
        write: bool,
    },
}

/// What is answered.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub enum Answer {
    /// The whole link.
    SignInLink {
        /// With address and token.
        link: String,
    },
    /// The pack is written.
    Pack {
        /// How many entries are in it.
        entries: usize,
    },
    /// The report is written.
    Report,
    /// The processes are written.
    Exported {
        /// What happened, a line each.
        lines: Vec<String>,
        /// How many files were left as they were because they say something else.
        kept: usize,
    },
    /// The list was compared, and taken if it was to be.
    ImportAssets {
        /// What would come of it, or came of it.
        told: Told,
    },
    /// It could not be done.
    Refused {
        /// Why.
        why: String,
    },
}

fn socket(dir: &Path) -> PathBuf {
    dir.join("data").join("control.sock")
}

/// Asks the server of an installation; nothing if it is not being served.
///
/// # Errors
///
/// When it refuses, or answers something else than JSON.
pub async fn ask(dir: &Path, ask: &Ask) -> Result<Option<Answer>> {
    let Ok(stream) = UnixStream::connect(socket(dir)).await else {
        return Ok(None);
    };
    let (reader, mut writer) = stream.into_split();
    let mut line = serde_json::to_vec(ask)?;
    line.push(b'\n');
    writer.write_all(&line).await?;
    let mut answer = String::new();
    BufReader::new(reader).read_line(&mut answer).await?;
    match serde_json::from_str(&answer).context("the server answered something else")? {
        Answer::Refused { why } => bail!(why),
        answer => Ok(Some(answer)),
    }
}

/// Answers until dropped.
///
/// # Errors
///
/// When the socket cannot be made.
pub async fn answer(dir: PathBuf, base: String, store: Store) -> Result<()> {
    let path = socket(&dir);
    // The store is ours alone, so a socket that is still there was left by a server that died.
    let _ = std::fs::remove_file(&path);
    let listener =
        UnixListener::bind(&path).with_context(|| format!("{} cannot be made", path.display()))?;
    let only_ours = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    std::fs::set_permissions(&path, only_ours)?;
    loop {
        let (stream, _) = listener.accept().await?;
        // One at a time: nobody asks often, and a pack is work.
        if let Err(error) = answer_one(stream, &base, &store).await {
            tracing::warn!(%error, "a question on the control socket came to nothing");
        }
    }
}

async fn answer_one(stream: UnixStream, base: &str, store: &Store) -> Result<()> {
    let (reader, mut writer) = stream.into_split();
    let mut line = String::new();
    let mut reader = BufReader::new(reader.take(ASKED_BYTES_MAX));
    tokio::time::timeout(ASKED_WITHIN, reader.read_line(&mut line)).await??;
    let answer = match serde_json::from_str(&line) {
        Ok(ask) => match act(ask, base, store).await {
            Ok(answer) => answer,
            Err(error) => Answer::Refused {
                why: format!("{error:#}"),
            },
        },
        Err(error) => Answer::Refused {
            why: format!("not a question: {error}"),
        },
    };
    let mut line = serde_json::to_vec(&answer)?;
    line.push(b'\n');
    writer.write_all(&line).await?;
    Ok(())
}

async fn act(ask: Ask, base: &str, store: &Store) -> Result<Answer> {
    let now = Clock::System.now();
    match ask {
        Ask::SignInLink { mail } => {
            let person = serve::named(store, mail.as_deref()).await?;
            let token = serve::sign_in_link(store, &person, now).await?;
            Ok(Answer::SignInLink {
                link: format!("{base}/sign-in/{token}"),
            })
        }
        Ask::Pack {
            client,
            period,
            output,
            policy,
        } => {
            let made = make_pack(store, &ClientId::from(client), period, now).await?;
            crate::pack::write(&made, &output, policy.as_deref())?;
            Ok(Answer::Pack {
                entries: made.entries,
            })
        }
        Ask::Report {
            client,
            month,
            output,
        } => {
            let form = crate::report::Form::of(&output)?;
            let client = ClientId::from(client);
            crate::report::write(store, &client, month, &output, form).await?;
            Ok(Answer::Report)
        }
        Ask::ExportProcesses { output } => {
            let (lines, kept) = crate::export::write(store, &output).await?;
            Ok(Answer::Exported { lines, kept })
        }
        Ask::ImportAssets {
            client,
            file,
            mapping,
            write,
        } => {
            let client = ClientId::from(client);
            let told = import::import(store, &client, &file, mapping, write, now).await?;
            Ok(Answer::ImportAssets { told })
        }
    }
}
