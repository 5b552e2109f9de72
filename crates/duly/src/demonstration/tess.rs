//! Tess, the technician: each afternoon she does what no probe can do, and closes what is done.

use anyhow::Result;
use duly_core::accounts::Outcome;
use duly_core::evidence::is_file;
use duly_core::id::{ClientId, PersonId};
use duly_core::verdict::Verdict;
use duly_store::{ClosedBy, Fill, StepState, Store, Ticket, TicketFilter, TicketStep};
use duly_work::acts::{self, OnStep};
use duly_work::evidence::{Brought, receive};
use duly_work::lists;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};

use super::picture::screen;

/// She has not come to the tickets of the last days yet, so that Today is not empty.
const UNTOUCHED_DAYS: i32 = 4;

/// Tess at one client.
pub struct Tess {
    /// Where the tickets are.
    pub store: Store,
    /// Her id.
    pub person: PersonId,
    /// Whose tickets.
    pub client: ClientId,
    /// The day on which the story ends.
    pub today: Date,
    /// The slot of the restore test that she never finishes.
    pub neglects: Option<Date>,
}

impl Tess {
    /// An afternoon's work.
    ///
    /// # Errors
    ///
    /// When the store fails.
    pub async fn work(&self, date: Date, now: Timestamp) -> Result<()> {
        if date > self.today.saturating_sub(UNTOUCHED_DAYS.days()) {
            return Ok(());
        }
        let filter = TicketFilter {
            client: Some(self.client.clone()),
            outcome: Some(Outcome::Open),
            ..TicketFilter::default()
        };
        for ticket in lists::tickets(&self.store, &filter).await? {
            let neglected = ticket.process.as_str() == "backup.restore-test"
                && self.neglects == Some(ticket.slot);
            if !neglected {
                self.finish(&ticket, now).await?;
            }
        }
        Ok(())
    }

    async fn finish(&self, ticket: &Ticket, now: Timestamp) -> Result<()> {
        let found = self.store.ticket(&self.client, &ticket.id).await?;
        let Some((ticket, steps)) = found else {
            return Ok(());
        };
        for step in steps.iter().filter(|step| step.state == StepState::Pending) {
            if step.probe.is_some() {
                return Ok(());
            }
            self.fill(&ticket, step, now).await?;
        }
        let by = ClosedBy::person(&self.person);
        acts::close_ticket(&self.store, &self.client, &ticket.id, by, now).await?;
        Ok(())
    }

    /// What the process asks for as a file: a list as text, a picture of a screen.
    async fn leave_files(&self, ticket: &Ticket, step: &TicketStep, now: Timestamp) -> Result<()> {
        for kind in step.evidence.iter().filter(|kind| is_file(kind)) {
            let what = format!("{} {} of {}", ticket.process, step.id, ticket.slot);
            let (name, content) = if kind == "file" {
                (
                    format!("{what}.txt"),
                    format!("{what}\nNothing to report.\n").into_bytes(),
                )
            } else {
                (format!("{what}.png"), screen(&what))
            };
            let brought = Brought {
                client: self.client.clone(),
                ticket: ticket.id.clone(),
                step: Some(step.id.clone()),
                person: self.person.clone(),
                name,
                content,
            };
            receive(&self.store, brought, &TimeZone::UTC, now).await?;
        }
        Ok(())
    }

    async fn fill(&self, ticket: &Ticket, step: &TicketStep, now: Timestamp) -> Result<()> {
        let on = OnStep {
            client: self.client.clone(),
            ticket: ticket.id.clone(),
            step: step.id.clone(),
            revision: step.revision,
            person: self.person.clone(),
        };
        self.leave_files(ticket, step, now).await?;
        let note = format!("{}: done, nothing to report", ticket.slot);
        acts::fill_step(&self.store, on, Fill::of(Verdict::Pass, note), now).await?;
        Ok(())
    }
}
