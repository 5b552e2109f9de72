//! Sends what is queued, in a task of its own: takes bundles under a lease, hands each to its
//! connection, and records how that went.

use std::time::Duration;

use duly_core::telling::mirror::MirrorAct;
use duly_core::telling::retry::pause_after;
use duly_core::telling::{Notice, UNDELIVERED_FOR};
use duly_send::mail::Mail;
use duly_send::{NotSent, desk};
use duly_store::{Bundle, Connection, Store, Undelivered};
use jiff::Timestamp;
use tokio::task::JoinSet;

use crate::clock::Clock;
use crate::error::WorkError;
use crate::telling::address::{address, is_there};
use crate::telling::connection::{Settings, help_desk, hook, secret, server};
use crate::telling::mirror::{look, queue_mirrors};
use crate::telling::summary::queue_summaries;
use crate::telling::{Document, text};

/// How often it is looked whether there is something to send.
pub const SEND_EVERY: Duration = Duration::from_secs(5);

/// How often mirrors are looked at, all together; each by itself more rarely.
const LOOK_ROUND_EVERY: Duration = Duration::from_secs(60);

/// Bundles under way at the same time. Each waits for a peer and costs a connection.
const AT_ONCE: usize = 16;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SendRound {
    /// Bundles that got through.
    pub delivered: usize,
    /// Bundles that did not, this time or for good.
    pub not_delivered: usize,
}

/// Sends for one installation.
#[derive(Clone, Debug)]
pub struct Sender {
    store: Store,
    links: Option<String>,
}

/// What an attempt needs to know besides its bundle.
struct Attempt<'a> {
    sender: &'a Sender,
    bundle: &'a Bundle,
    now: Timestamp,
}

impl Sender {
    /// A sender over this store; `links` is the address at which people reach duly's pages.
    #[must_use]
    pub fn new(store: Store, links: Option<String>) -> Self {
        Self { store, links }
    }

    /// Queues whatever is to be queued by now.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn prepare(&self, now: Timestamp) -> Result<(), WorkError> {
        address(&self.store, now).await?;
        queue_summaries(&self.store, self.links.as_deref(), now).await?;
        queue_mirrors(&self.store, self.links.as_deref(), now).await?;
        self.store.forget_deliveries(now).await?;
        Ok(())
    }

    /// Looks at mirrors over there.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn look(&self, now: Timestamp) -> Result<usize, WorkError> {
        look(&self.store, self.links.as_deref(), now).await
    }

    /// One round: queues, takes, sends, and waits until all of it has ended.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn round(&self, clock: Clock) -> Result<SendRound, WorkError> {
        self.prepare(clock.now()).await?;
        let mut under_way = JoinSet::new();
        self.take(&mut under_way, clock).await?;
        let mut round = SendRound::default();
        while let Some(ended) = under_way.join_next().await {
            match ended {
                Ok(Ok(true)) => round.delivered += 1,
                Ok(Err(error)) => return Err(error),
                _ => round.not_delivered += 1,
            }
        }
        Ok(round)
    }

    /// Rounds until `stop` resolves. What is under way then is left to its lease.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        tokio::pin!(stop);
        let looker = self.clone();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { looker.look_on().await });
        let mut under_way = JoinSet::new();
        loop {
            if let Err(error) = self.prepare(Clock::System.now()).await {
                tracing::error!(%error, "what is to be told could not be queued");
            }
            if let Err(error) = self.take(&mut under_way, Clock::System).await {
                tracing::error!(%error, "what is queued could not be taken");
            }
            while let Some(ended) = under_way.try_join_next() {
                if let Ok(Err(error)) = ended {
                    tracing::error!(%error, "the end of a delivery could not be recorded");
                }
            }
            tokio::select! {
                () = &mut stop => return,
                () = tokio::time::sleep(SEND_EVERY) => {}
            }
        }
    }

    async fn look_on(&self) {
        loop {
            if let Err(error) = self.look(Clock::System.now()).await {
                tracing::error!(%error, "mirrors could not be looked at");
            }
            tokio::time::sleep(LOOK_ROUND_EVERY).await;
        }
    }

    /// Takes as many bundles as may be under way, and begins with each.
    async fn take(
        &self,
        under_way: &mut JoinSet<Result<bool, WorkError>>,
        clock: Clock,
    ) -> Result<(), WorkError> {
        let free = AT_ONCE.saturating_sub(under_way.len());
        let Some(free) = u32::try_from(free).ok().filter(|free| *free > 0) else {
            return Ok(());
        };
        for bundle in self.store.lease_deliveries(free, clock.now()).await? {
            let sender = self.clone();
            under_way.spawn(async move { sender.deliver(&bundle, clock).await });
        }
        Ok(())
    }

    /// One attempt at a bundle, recorded; whether it got through.
    async fn deliver(&self, bundle: &Bundle, clock: Clock) -> Result<bool, WorkError> {
        let attempt = Attempt {
            sender: self,
            bundle,
            now: clock.now(),
        };
        let sent = attempt.make().await?;
        let now = clock.now();
        let mut about = vec![bundle.connection.clone()];
        let recipient = bundle
            .to
            .as_ref()
            .map(|(home, person)| format!("{home}/{person}"));
        about.extend(recipient.clone());
        let Err(problem) = sent else {
            self.store.delivered(bundle, about, now).await?;
            return Ok(true);
        };
        let pause = pause_after(bundle.tries, &bundle.id).filter(|_| !problem.is_final());
        let waited = now.duration_since(bundle.not_before);
        let warn_of = if problem.is_final() {
            // The server is there and says no: to this recipient, as far as anybody knows.
            Some(recipient.unwrap_or_else(|| bundle.connection.clone()))
        } else if pause.is_none() || waited > UNDELIVERED_FOR {
            Some(bundle.connection.clone())
        } else {
            None
        };
        let undelivered = Undelivered {
            problem: problem.to_string(),
            again_at: pause.and_then(|pause| now.saturating_add(pause).ok()),
            warn_of,
        };
        self.store.not_delivered(bundle, undelivered, now).await?;
        Ok(false)
    }
}

type Sent = Result<(), NotSent>;

impl Attempt<'_> {
    /// Hands the bundle over. The outer error is ours, the inner one the other side's.
    async fn make(&self) -> Result<Sent, WorkError> {
        let connections = self.sender.store.connections().await?;
        let id = &self.bundle.connection;
        let Some(connection) = connections.iter().find(|one| one.kept.id == *id) else {
            return Ok(Err(NotSent::Never("the connection was removed".to_owned())));
        };
        let settings = Settings::of(connection)?;
        let secret = secret(&self.sender.store, id).await?;
        let mut documents = Vec::with_capacity(self.bundle.documents.len());
        for document in &self.bundle.documents {
            documents.push(serde_json::from_str::<Document>(document)?);
        }
        match &settings {
            Settings::Smtp { .. } => self.mail(&settings, secret, &documents).await,
            Settings::Webhook { .. } => self.post(&settings, secret, &documents).await,
            Settings::MailDesk { to, .. } => {
                self.mail_desk(&connections, connection, to, &documents)
                    .await
            }
            Settings::Desk { .. } => self.desk(&settings, secret, &documents).await,
        }
    }

    async fn client_name(&self) -> Result<String, WorkError> {
        let row = self.sender.store.client(&self.bundle.client).await?;
        Ok(row.map_or_else(|| self.bundle.client.to_string(), |row| row.name))
    }

    async fn mail(
        &self,
        settings: &Settings,
        secret: Option<String>,
        documents: &[Document],
    ) -> Result<Sent, WorkError> {
        let store = &self.sender.store;
        let Some((home, id)) = &self.bundle.to else {
            return Ok(Err(NotSent::Never("there is no recipient".to_owned())));
        };
        let person = store.person(home, id).await?;
        let chosen = store.preferences(home, id).await?;
        // Somebody who left since it was queued is told nothing more.
        let person = person.filter(|person| is_there(person, self.now));
        let (Some(person), Some(mail)) = (person, chosen.preferences.mail) else {
            return Ok(Err(NotSent::Never(
                "the recipient has no mail address".to_owned(),
            )));
        };
        let links = self.sender.links.as_deref();
        let (subject, body) = match documents.first() {
            Some(Document::Text { subject, text }) => (subject.clone(), text.clone()),
            _ => text::of_notices(&self.client_name().await?, &notices(documents), links),
        };
        let Some((server, from)) = server(settings, secret.as_deref()).zip(from(settings)) else {
            return Ok(Err(NotSent::Never("this is no mail server".to_owned())));
        };
        let mail = Mail {
            id: self.bundle.id.clone(),
            domain: server.hello.clone(),
            from: (from_name(store).await?, from),
            to: (person.name, mail),
            subject,
            text: body,
            follows: None,
            unsubscribe: text::link(links, Some(text::PREFERENCES_PATH)),
            written_at: self.bundle.queued_at,
        };
        Ok(server.send(&mail).await)
    }

    async fn post(
        &self,
        settings: &Settings,
        secret: Option<String>,
        documents: &[Document],
    ) -> Result<Sent, WorkError> {
        let Some(hook) = hook(settings, secret.as_deref()) else {
            return Ok(Err(NotSent::Never("this is no webhook".to_owned())));
        };
        let links = self.sender.links.as_deref();
        let client = self.bundle.client.as_str();
        let at = self.bundle.queued_at.to_string();
        let body = text::for_webhook(client, &notices(documents), links, &at).to_string();
        let (id, now) = (format!("msg_{}", self.bundle.id), self.now);
        let sent = tokio::task::spawn_blocking(move || hook.post(&id, &body, now)).await;
        Ok(sent.unwrap_or_else(|error| Err(NotSent::Later(error.to_string()))))
    }

    async fn mail_desk(
        &self,
        connections: &[Connection],
        desk: &Connection,
        to: &str,
        documents: &[Document],
    ) -> Result<Sent, WorkError> {
        let Some(Document::Mirror {
            act,
            ticket,
            what,
            text,
        }) = documents.first()
        else {
            return Ok(Err(NotSent::Never("there is nothing to mirror".to_owned())));
        };
        let Some(smtp) = connections.iter().find(|one| one.kept.kind == "smtp") else {
            return Ok(Err(NotSent::Later(
                "there is no mail server to send it by".to_owned(),
            )));
        };
        let settings = Settings::of(smtp)?;
        let secret = secret(&self.sender.store, &smtp.kept.id).await?;
        let Some((server, from)) = server(&settings, secret.as_deref()).zip(from(&settings)) else {
            return Ok(Err(NotSent::Never("this is no mail server".to_owned())));
        };
        // The first mail of a ticket has an id that those after it can name.
        let first = format!("ticket-{ticket}-{}", desk.kept.id);
        let is_first = *act == MirrorAct::Make;
        let mail = Mail {
            id: if is_first {
                first.clone()
            } else {
                self.bundle.id.clone()
            },
            domain: server.hello.clone(),
            from: (from_name(&self.sender.store).await?, from),
            to: (desk.kept.name.clone(), to.to_owned()),
            subject: desk::title(ticket, what),
            text: text.clone(),
            follows: (!is_first).then_some(first),
            unsubscribe: None,
            written_at: self.bundle.queued_at,
        };
        let sent = server.send(&mail).await;
        if sent.is_ok() && is_first {
            self.sender
                .store
                .mirror_is_at(
                    &self.bundle.client,
                    ticket,
                    &desk.kept.id,
                    None,
                    None,
                    self.now,
                )
                .await?;
        }
        Ok(sent)
    }

    async fn desk(
        &self,
        settings: &Settings,
        secret: Option<String>,
        documents: &[Document],
    ) -> Result<Sent, WorkError> {
        let Some(Document::Mirror {
            act,
            ticket,
            what,
            text,
        }) = documents.first().cloned()
        else {
            return Ok(Err(NotSent::Never("there is nothing to mirror".to_owned())));
        };
        let Some(desk) = help_desk(settings, secret.as_deref()) else {
            return Ok(Err(NotSent::Never("this is no help desk".to_owned())));
        };
        let (asked, duty) = (desk.clone(), ticket.clone());
        let done = tokio::task::spawn_blocking(move || {
            // Found by the tag, so that an act whose answer was lost is not done twice.
            match (act, asked.find(&duty)?) {
                (MirrorAct::Make, _) => asked.make(&duty, &what, &text).map(Some),
                (MirrorAct::Close, Some(mirror)) => {
                    asked.close(&mirror.id, &text).map(|()| Some(mirror))
                }
                (MirrorAct::Close | MirrorAct::Warn, _) => Ok(None),
                (MirrorAct::Reopen, Some(mirror)) => {
                    asked.reopen(&mirror.id, &text).map(|()| Some(mirror))
                }
                (MirrorAct::Reopen, None) => asked.make(&duty, &what, &text).map(Some),
            }
        })
        .await;
        let done = done.unwrap_or_else(|error| Err(NotSent::Later(error.to_string())));
        if let Ok(Some(mirror)) = &done {
            let link = desk.link(&mirror.id);
            self.sender
                .store
                .mirror_is_at(
                    &self.bundle.client,
                    &ticket,
                    &self.bundle.connection,
                    Some(&mirror.id),
                    Some(&link),
                    self.now,
                )
                .await?;
        }
        Ok(done.map(|_| ()))
    }
}

fn notices(documents: &[Document]) -> Vec<Notice> {
    documents
        .iter()
        .filter_map(|document| match document {
            Document::Notice { notice } => Some(notice.clone()),
            _ => None,
        })
        .collect()
}

fn from(settings: &Settings) -> Option<String> {
    match settings {
        Settings::Smtp { from, .. } => Some(from.clone()),
        _ => None,
    }
}

/// Who mail is from: duly at the provider's name.
async fn from_name(store: &Store) -> Result<String, WorkError> {
    let provider = store
        .client(&duly_core::scope::Client::PROVIDER.into())
        .await?;
    Ok(provider.map_or_else(|| "duly".to_owned(), |row| format!("duly at {}", row.name)))
}
