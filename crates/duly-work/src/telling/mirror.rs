//! Keeps mirrors in other people's help desks in step with tickets: decides, and queues. Only
//! [`look`] asks over there.

use duly_core::id::ClientId;
use duly_core::process::Severity;
use duly_core::telling::mirror::{MirrorAct, OtherSide, act};
use duly_core::telling::one_line;
use duly_core::verdict::Verdict;
use duly_store::{
    Connection, MirrorChange, Mirrored, NewDelivery, NewWarning, StepState, Store, Ticket,
    TicketStep,
};
use jiff::{SignedDuration, Timestamp};

use crate::error::WorkError;
use crate::run_probe::PROBES;
use crate::telling::address::title_of;
use crate::telling::connection::{Settings, help_desk, secret};
use crate::telling::{Document, text};

/// The rule of the warning that a mirror is closed over there again and again.
pub const MIRROR_CLOSED: &str = "mirror-closed";

/// Tickets looked at for a mirror in one round; more wait for the next.
const TICKETS_MAX: u32 = 500;

/// How often a mirror is looked at over there: often enough that somebody who closed it by
/// mistake is still at it.
const LOOK_EVERY: SignedDuration = SignedDuration::from_mins(5);

/// Mirrors looked at in one round of each help desk, so that it is not flooded.
const LOOKS_MAX: u32 = 50;

/// The kind of such a delivery.
pub const DELIVERY_KIND: &str = "mirror";

/// Whether a person has to do something about an owed ticket: not everything in it is a probe's
/// that has not run yet or passed.
#[must_use]
pub fn needs_person(ticket: &Ticket, steps: &[TicketStep]) -> bool {
    let is_measured = |step: &TicketStep| {
        let fine = step.verdict.is_some_and(Verdict::holds);
        let is_probes = step
            .probe
            .as_deref()
            .is_some_and(|probe| PROBES.contains(&probe));
        is_probes && (step.state == StepState::Pending || fine)
    };
    let is_open = ticket.outcome == duly_core::accounts::Outcome::Open;
    ticket.is_owed() && !(is_open && !steps.is_empty() && steps.iter().all(is_measured))
}

/// Queues what is to be done to mirrors; how many acts.
///
/// # Errors
///
/// When the store fails.
pub async fn queue_mirrors(
    store: &Store,
    links: Option<&str>,
    now: Timestamp,
) -> Result<usize, WorkError> {
    let mut acts = 0;
    let desks = desks(store).await?;
    for (desk, settings) in &desks {
        for ticket in store.without_mirror(&desk.kept.id, TICKETS_MAX).await? {
            let Some((ticket, steps)) = store.ticket(&ticket.client, &ticket.id).await? else {
                continue;
            };
            let what = act(ticket.is_owed(), needs_person(&ticket, &steps), None);
            if what == Some(MirrorAct::Make) {
                let change = Wanted {
                    store,
                    links,
                    desk,
                    settings,
                };
                let change = change.change(MirrorAct::Make, &ticket, None, now).await?;
                acts += usize::from(store.change_mirror(change, now).await?);
            }
        }
    }
    for mirror in store.mirrors_astray().await? {
        let found = desks
            .iter()
            .find(|(desk, _)| desk.kept.id == mirror.connection);
        let Some((desk, settings)) = found else {
            continue;
        };
        let wanted = Wanted {
            store,
            links,
            desk,
            settings,
        };
        acts += usize::from(wanted.follow(&mirror, OtherSide::Silent, now).await?);
    }
    Ok(acts)
}

/// Looks over there at mirrors that were not looked at for a while, and queues what follows from
/// what is seen; how many acts.
///
/// # Errors
///
/// When the store fails. A help desk that does not answer is looked at again later.
pub async fn look(store: &Store, links: Option<&str>, now: Timestamp) -> Result<usize, WorkError> {
    let mut acts = 0;
    let since = now.saturating_sub(LOOK_EVERY).unwrap_or(Timestamp::MIN);
    for (desk, settings) in &desks(store).await? {
        let token = secret(store, &desk.kept.id).await?;
        let Some(other) = help_desk(settings, token.as_deref()) else {
            continue;
        };
        let mirrors = store
            .mirrors_to_look_at(&desk.kept.id, since, LOOKS_MAX, now)
            .await?;
        for mirror in mirrors {
            let Some(id) = mirror.foreign_id.clone() else {
                continue;
            };
            let asked = other.clone();
            let seen = tokio::task::spawn_blocking(move || asked.look(&id)).await;
            // What does not answer is noticed by the next delivery to it.
            let Ok(Ok(seen)) = seen else { break };
            let is_closed = seen.is_none_or(|seen| seen.is_closed);
            let side = if is_closed {
                OtherSide::Closed
            } else {
                OtherSide::Open
            };
            let wanted = Wanted {
                store,
                links,
                desk,
                settings,
            };
            acts += usize::from(wanted.follow(&mirror, side, now).await?);
        }
    }
    Ok(acts)
}

async fn desks(store: &Store) -> Result<Vec<(Connection, Settings)>, WorkError> {
    let mut desks = Vec::new();
    for connection in store.connections().await? {
        let settings = Settings::of(&connection)?;
        if matches!(settings, Settings::MailDesk { .. } | Settings::Desk { .. }) {
            desks.push((connection, settings));
        }
    }
    Ok(desks)
}

/// A help desk for which something may be wanted.
struct Wanted<'a> {
    store: &'a Store,
    links: Option<&'a str>,
    desk: &'a Connection,
    settings: &'a Settings,
}

impl Wanted<'_> {
    /// Does what follows for a mirror that is there.
    async fn follow(
        &self,
        mirror: &Mirrored,
        side: OtherSide,
        now: Timestamp,
    ) -> Result<bool, WorkError> {
        let seen = (mirror.state, side, mirror.reopened);
        let Some(what) = act(mirror.is_owed, true, Some(seen)) else {
            return Ok(false);
        };
        let found = self.store.ticket(&mirror.client, &mirror.ticket).await?;
        let Some((ticket, _)) = found else {
            return Ok(false);
        };
        if what == MirrorAct::Warn {
            let warning = NewWarning {
                client: mirror.client.clone(),
                rule: MIRROR_CLOSED.to_owned(),
                about: mirror.ticket.to_string(),
                severity: Severity::Medium,
                message: format!(
                    "The mirror in {} was closed {} times while the duty is still owed",
                    self.desk.kept.name,
                    mirror.reopened.saturating_add(1)
                ),
                ticket: Some(mirror.ticket.clone()),
            };
            return Ok(self.store.raise_warning(warning, now).await?.is_some());
        }
        let seen = Some((mirror.state, mirror.reopened));
        let change = self.change(what, &ticket, seen, now).await?;
        let changed = self.store.change_mirror(change, now).await?;
        if changed && what == MirrorAct::Close {
            let about = mirror.ticket.as_str();
            self.store
                .clear_warning(&mirror.client, MIRROR_CLOSED, about, now)
                .await?;
        }
        Ok(changed)
    }

    async fn change(
        &self,
        what: MirrorAct,
        ticket: &Ticket,
        seen: Option<(duly_core::telling::mirror::MirrorState, u64)>,
        now: Timestamp,
    ) -> Result<MirrorChange, WorkError> {
        let connection = self.desk.kept.id.clone();
        let (title, written) = self.words(what, ticket).await?;
        let count = seen.map_or(0, |(_, reopened)| reopened);
        let tells = match self.settings {
            // Whoever makes a new ticket of each mail would only get more of them.
            Settings::MailDesk { follows, .. } => *follows || what == MirrorAct::Make,
            _ => true,
        };
        let document = Document::Mirror {
            act: what,
            ticket: ticket.id.clone(),
            what: title,
            text: written,
        };
        let act_word = serde_json::to_value(what)?;
        let delivery = NewDelivery {
            client: ticket.client.clone(),
            id: format!(
                "mirror-{}-{connection}-{}-{count}",
                ticket.id,
                act_word.as_str().unwrap_or("act")
            ),
            queue: format!("desk/{connection}/{}/{}", ticket.client, ticket.id),
            connection: connection.clone(),
            to: None,
            kind: DELIVERY_KIND.to_owned(),
            is_gathered: false,
            document: serde_json::to_string(&document)?,
            not_before: now,
        };
        Ok(MirrorChange {
            client: ticket.client.clone(),
            ticket: ticket.id.clone(),
            connection,
            act: what,
            seen,
            delivery: tells.then_some(delivery),
        })
    }

    /// What is to be done, and what is written about it.
    async fn words(&self, what: MirrorAct, ticket: &Ticket) -> Result<(String, String), WorkError> {
        let client: &ClientId = &ticket.client;
        let name = match self.store.client(client).await? {
            Some(row) => row.name,
            None => client.to_string(),
        };
        let published = self.store.published(client).await?;
        let title = title_of(published.as_ref(), ticket.process.as_str(), &ticket.version);
        let title = one_line(&format!("{name}: {title}"));
        let first = match what {
            MirrorAct::Make => {
                "This is owed in duly and needs a person. Close it there: closing it here does \
                 not close the duty."
            }
            MirrorAct::Close => "The duty has ended in duly, so this is closed.",
            MirrorAct::Reopen | MirrorAct::Warn => {
                "This was closed, but the duty is still owed in duly."
            }
        };
        let path = format!("/clients/{client}/tickets/{}", ticket.id);
        let mut written = format!("{first}\n\n{title}\n");
        written.push_str(&format!("Slot: {}\nDue: {}\n", ticket.slot, ticket.due_at));
        written.push_str(&format!("Outcome: {}\n", outcome(ticket)?));
        written.push_str(&format!("duly's id: {}\n", ticket.id));
        if let Some(link) = text::link(self.links, Some(&path)) {
            written.push_str(&format!("{link}\n"));
        }
        Ok((title, written))
    }
}

fn outcome(ticket: &Ticket) -> Result<String, WorkError> {
    let word = serde_json::to_value(ticket.outcome)?;
    Ok(word.as_str().unwrap_or("open").to_owned())
}
