//! What is to be told: rows made in the transaction that they tell of, for whoever delivers them.
//!
//! One look at a client is one message for each kind and audience, whatever the number of
//! warnings: one outage must not be ten thousand messages. Nothing here delivers.

use duly_core::id::ClientId;
use duly_core::process::Severity;
use duly_proof::hash::hash_parts;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::database::value::args;
use crate::error::Error;
use crate::page::{Listed, Page};
use crate::store::Store;
use crate::transaction::Transaction;

/// Warnings named in one message; of the rest it gives the number. What a person reads on a phone.
pub const LINES_MAX: usize = 20;

/// What a message is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Told {
    /// Warnings were raised.
    Raised,
    /// Warnings that nobody acknowledged reached a rung of their ladder.
    Escalated,
}

/// One warning in a message.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Line {
    /// Its id.
    pub warning: String,
    /// The rule.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// Its sentence.
    pub message: String,
}

/// The body of a message.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// How many warnings it is about.
    pub count: u64,
    /// The worst of them, then the first; at most [`LINES_MAX`].
    pub lines: Vec<Line>,
}

/// A message that waits to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// About whom.
    pub client: ClientId,
    /// Its id: the same for the same look, so that it is told once.
    pub id: String,
    /// What it is about.
    pub kind: Told,
    /// A role at the provider, or `client`.
    pub audience: String,
    /// What it says.
    pub body: Body,
    /// When it was made.
    pub made_at: Timestamp,
}

impl Body {
    fn add(&mut self, lines: Vec<Line>) {
        self.count += lines.len() as u64;
        self.lines.extend(lines);
        self.lines
            .sort_by_key(|line| std::cmp::Reverse(line.severity));
        self.lines.truncate(LINES_MAX);
    }

    /// The worst severity in it.
    #[must_use]
    pub fn severity(&self) -> Severity {
        let severities = self.lines.iter().map(|line| line.severity);
        severities.max().unwrap_or(Severity::Low)
    }
}

/// Adds to the message of this look.
pub(crate) async fn tell(
    tx: &mut Transaction,
    client: &ClientId,
    kind: Told,
    audience: &str,
    lines: Vec<Line>,
    now: Timestamp,
) -> Result<(), Error> {
    let kind = crate::database::value::word(&kind)?;
    let moment = now.as_millisecond().to_be_bytes();
    let parts = [
        b"duly-message1".as_slice(),
        client.as_str().as_bytes(),
        kind.as_bytes(),
        audience.as_bytes(),
        &moment,
    ];
    let id: String = hash_parts(&parts).to_hex().chars().take(32).collect();
    let found = tx
        .rows()
        .first(
            "select body from outbox where client = $1 and message = $2",
            args![client, id.as_str()],
        )
        .await?;
    let mut body = match &found {
        Some(row) => row.json::<Body>("body")?,
        None => Body::default(),
    };
    body.add(lines);
    let text = serde_json::to_string(&body)?;
    let sql = if found.is_some() {
        "update outbox set body = $3 where client = $1 and message = $2 and kind = $4 \
         and audience = $5 and made_at <= $6"
    } else {
        "insert into outbox(client, message, body, kind, audience, made_at) \
         values ($1, $2, $3, $4, $5, $6)"
    };
    let row = args![client, id.as_str(), text, kind, audience, now];
    tx.rows().run(sql, row).await?;
    Ok(())
}

impl Store {
    /// Messages that wait, over all clients, the oldest first.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn to_be_told(&self, page: &Page) -> Result<Listed<Message>, Error> {
        let (at, client, id) = match &page.after {
            Some(after) => place(after)?,
            None => (i64::MIN, String::new(), String::new()),
        };
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select client, message, kind, audience, body, made_at from outbox \
                 where made_at > $1 or (made_at = $1 and (client > $2 \
                 or (client = $2 and message > $3))) order by made_at, client, message limit $4",
                args![at, client, id, page.fetch()],
            )
            .await?;
        let mut messages = Vec::with_capacity(found.len());
        for row in &found {
            messages.push(Message {
                client: row.id("client")?,
                id: row.text("message")?,
                kind: row.word("kind")?,
                audience: row.text("audience")?,
                body: row.json("body")?,
                made_at: row.at("made_at")?,
            });
        }
        Ok(Listed::cut(messages, page, |message: &Message| {
            let at = message.made_at.as_millisecond();
            format!("{at}~{}~{}", message.id, message.client)
        }))
    }
}

fn place(after: &str) -> Result<(i64, String, String), Error> {
    let read = || {
        let (at, rest) = after.split_once('~')?;
        let (id, client) = rest.split_once('~')?;
        Some((at.parse().ok()?, client.to_owned(), id.to_owned()))
    };
    read().ok_or_else(|| Error::unreadable("a place in a list", after))
}
