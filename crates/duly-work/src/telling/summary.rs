//! The daily summary: each person's, at their own hour, once a day: what is owed, late, due and
//! missed, with the equation of the month.

use std::fmt::Write as _;

use duly_core::accounts::Outcome;
use duly_core::permit::Role;
use duly_core::telling::{Kind, one_line, summary};
use duly_store::{ClientRow, NewDelivery, Person, Store, Ticket, TicketFilter};
use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::error::WorkError;
use crate::telling::address::{is_there, mail_queue, persons_zone, title_of, zone_of};
use crate::telling::{Document, text};
use crate::{count, lists};

/// Tickets that a summary lists of each client; it counts the rest.
const TICKETS_LISTED_MAX: usize = 20;

/// Tickets due within this time from now are named as due.
const SOON: SignedDuration = SignedDuration::from_hours(24);

/// Who gets one: whoever does, checks, oversees or owns work.
const ROLES: [Role; 4] = [
    Role::Technician,
    Role::Manager,
    Role::Executive,
    Role::Owner,
];

/// Queues every summary whose hour has come; how many.
///
/// # Errors
///
/// When the store fails.
pub async fn queue_summaries(
    store: &Store,
    links: Option<&str>,
    now: Timestamp,
) -> Result<usize, WorkError> {
    let connections = store.connections().await?;
    let Some(smtp) = connections.iter().find(|one| one.kept.kind == "smtp") else {
        return Ok(0);
    };
    let mut queued = 0;
    for person in lists::people(store, None).await? {
        let gets = ROLES.iter().any(|role| person.roles.contains(role));
        if !gets || !is_there(&person, now) {
            continue;
        }
        let chosen = store.preferences(&person.client, &person.id).await?;
        let wanted = &chosen.preferences;
        if wanted.mail.is_none() || !wanted.wants(Kind::Summary) {
            continue;
        }
        let home = zone_of(store, &person.client).await?;
        let zone = persons_zone(wanted.zone.as_deref(), &home);
        let Some(date) = summary::due(wanted.summary_at, &zone, chosen.summary_on, now) else {
            continue;
        };
        let (subject, text) = written(store, &person, date, links, now).await?;
        let delivery = NewDelivery {
            client: person.client.clone(),
            id: format!("summary-{}-{date}", person.id),
            queue: mail_queue(&smtp.kept.id, &person),
            connection: smtp.kept.id.clone(),
            to: Some((person.client.clone(), person.id.clone())),
            kind: Kind::Summary.word().to_owned(),
            is_gathered: false,
            document: serde_json::to_string(&Document::Text { subject, text })?,
            // It comes at the hour the person chose, quiet or not.
            not_before: now,
        };
        let fresh = store
            .queue_summary(&person.client, &person.id, date, vec![delivery], now)
            .await?;
        queued += usize::from(fresh);
    }
    Ok(queued)
}

/// What a person's summary says: of all clients for staff, of their own for others.
async fn written(
    store: &Store,
    person: &Person,
    date: Date,
    links: Option<&str>,
    now: Timestamp,
) -> Result<(String, String), WorkError> {
    let is_staff = person.client.as_str() == duly_core::scope::Client::PROVIDER;
    let mut body = String::new();
    let mut all = Counted::default();
    for client in lists::clients(store).await? {
        if !is_staff && client.scope.id != person.client {
            continue;
        }
        all.add(&part_of(store, &client, date, links, now, &mut body).await?);
    }
    let subject = if all.is_nothing() {
        format!("{date}: nothing is owed, late or due")
    } else {
        format!(
            "{date}: {} missed and owed, {} late, {} due",
            all.missed, all.late, all.due
        )
    };
    if body.is_empty() {
        body.push_str("No client has duties yet.\n\n");
    }
    body.push_str(&text::foot(links));
    Ok((subject, body))
}

/// How much of each there is.
#[derive(Clone, Copy, Debug, Default)]
struct Counted {
    missed: usize,
    late: usize,
    due: usize,
}

impl Counted {
    fn add(&mut self, other: &Self) {
        self.missed += other.missed;
        self.late += other.late;
        self.due += other.due;
    }

    fn is_nothing(self) -> bool {
        self.missed + self.late + self.due == 0
    }
}

/// A client's part; nothing for one that has no duties.
async fn part_of(
    store: &Store,
    client: &ClientRow,
    date: Date,
    links: Option<&str>,
    now: Timestamp,
    body: &mut String,
) -> Result<Counted, WorkError> {
    let id = &client.scope.id;
    let first = date.first_of_month();
    let equation = count::equation(store, id, first, date.last_of_month(), now).await?;
    let soon = now.saturating_add(SOON).unwrap_or(now);
    let filter = TicketFilter {
        client: Some(id.clone()),
        owed: true,
        due_before: Some(soon),
        ..TicketFilter::default()
    };
    let tickets = lists::tickets(store, &filter).await?;
    let mut counted = Counted::default();
    if equation.due == 0 && tickets.is_empty() {
        return Ok(counted);
    }
    let published = store.published(id).await?;
    // Writing to a string cannot fail.
    let _ = writeln!(body, "{}\n", one_line(&client.name));
    let _ = writeln!(
        body,
        "{}: {}\n",
        first.strftime("%B %Y"),
        text::equation(&equation)
    );
    for (number, ticket) in tickets.iter().enumerate() {
        let word = counted.word(ticket, now);
        if number >= TICKETS_LISTED_MAX {
            continue;
        }
        let title = title_of(published.as_ref(), ticket.process.as_str(), &ticket.version);
        let _ = writeln!(
            body,
            "* {word}: {} (slot {})",
            one_line(&title),
            ticket.slot
        );
        let path = format!("/clients/{id}/tickets/{}", ticket.id);
        if let Some(link) = text::link(links, Some(&path)) {
            let _ = writeln!(body, "  {link}");
        }
    }
    if tickets.len() > TICKETS_LISTED_MAX {
        let more = tickets.len() - TICKETS_LISTED_MAX;
        let _ = writeln!(body, "and {more} more");
    }
    body.push('\n');
    Ok(counted)
}

impl Counted {
    /// The word for a ticket that is owed, counted.
    fn word(&mut self, ticket: &Ticket, now: Timestamp) -> &'static str {
        if ticket.outcome == Outcome::Missed {
            self.missed += 1;
            "Missed and owed"
        } else if ticket.due_at < now {
            self.late += 1;
            "Late"
        } else {
            self.due += 1;
            "Due"
        }
    }
}
