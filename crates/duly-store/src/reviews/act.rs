//! What people do to a review: open it, say what they found. Nobody reviews a ticket that their own
//! hands were in; that is asked here, in the transaction that writes.

use duly_core::entry::EntryDraft;
use duly_core::id::{ClientId, DutyId, PersonId};
use duly_core::review::document::{AGREE, DISAGREE, OPEN};
use jiff::Timestamp;
use serde_json::json;

use super::{Review, ReviewState, StepWord, material, read};
use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::log::append::signed;
use crate::rework::{self, Reopen, Reopened};
use crate::steps::NOTE_BYTES_MAX;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// A reviewer's word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReviewWord {
    /// Whose ticket.
    pub client: ClientId,
    /// Which ticket.
    pub ticket: DutyId,
    /// Who says so.
    pub person: PersonId,
    /// The revision the person saw.
    pub revision: u64,
    /// On the ticket as a whole; needed to disagree.
    pub words: String,
    /// Step by step; one that does not agree needs words.
    pub steps: Vec<StepWord>,
}

impl ReviewWord {
    /// Whether every step is as recorded.
    #[must_use]
    pub fn agrees(&self) -> bool {
        self.steps.iter().all(|step| step.agrees)
    }
}

/// What became of an act on a review.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReviewChange {
    /// Done; how it stands now.
    Changed(ReviewState),
    /// This ticket was not drawn.
    NoSuch,
    /// Somebody else was first; how it stands.
    Raced(ReviewState),
    /// The person's own hands were in it.
    OwnWork,
    /// The person did not open it first.
    NotOpened,
    /// Words are missing: why a step is not as recorded.
    NoWords,
    /// The steps are not those of the ticket, each once.
    OtherSteps,
}

impl Store {
    /// Opens a review: from here on the time is taken. Opening it again changes nothing.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn open_review(
        &self,
        client: &ClientId,
        ticket: &DutyId,
        person: &PersonId,
        now: Timestamp,
    ) -> Result<ReviewChange, Error> {
        let input = (client.clone(), ticket.clone(), person.clone(), now);
        self.write(
            Lane::Acknowledge,
            input,
            |tx, (client, ticket, person, now)| Box::pin(open(tx, client, ticket, person, *now)),
        )
        .await
    }

    /// Writes down what a reviewer found. A ticket that is not as recorded is owed again; its
    /// outcome stays what it was.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when the words are too long.
    pub async fn decide_review(
        &self,
        word: ReviewWord,
        now: Timestamp,
    ) -> Result<ReviewChange, Error> {
        at_most("a word in bytes", word.words.len(), NOTE_BYTES_MAX)?;
        for step in &word.steps {
            at_most("a word in bytes", step.words.len(), NOTE_BYTES_MAX)?;
        }
        self.write(Lane::Acknowledge, (word, now), |tx, (word, now)| {
            Box::pin(decide(tx, word, *now))
        })
        .await
    }

    /// Has a ticket looked at a second time by a time, once its rework is done. Whoever did it
    /// again is not asked to look at it. Whether this changed anything: nothing happens while the
    /// rework is owed, and where no review asked for it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn ask_for_second_look(
        &self,
        client: &ClientId,
        ticket: &DutyId,
        due_at: Timestamp,
    ) -> Result<bool, Error> {
        let input = (client.clone(), ticket.clone(), due_at);
        self.write(Lane::Acknowledge, input, |tx, (client, ticket, due_at)| {
            Box::pin(look_again(tx, client, ticket, *due_at))
        })
        .await
    }

    /// Whose hands were in a ticket: none of them may review it.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn hands_in(
        &self,
        client: &ClientId,
        ticket: &DutyId,
    ) -> Result<Vec<PersonId>, Error> {
        let mut rows = self.read().await?;
        material::hands_in(&mut rows, client, ticket).await
    }
}

async fn open(
    tx: &mut Transaction,
    client: &ClientId,
    ticket: &DutyId,
    person: &PersonId,
    now: Timestamp,
) -> Result<ReviewChange, Error> {
    let at = tx.at(client, now).await?;
    let review = match owed(tx, client, ticket, person).await? {
        Ok(review) => review,
        Err(refused) => return Ok(refused),
    };
    let opened = tx
        .rows()
        .run(
            "insert into review_look(client, ticket, round, person, opened_at) \
             values ($1, $2, $3, $4, $5) on conflict do nothing",
            args![client, ticket, signed(review.round)?, person, at],
        )
        .await?;
    if opened > 0 {
        let draft = EntryDraft {
            duty: Some(ticket.clone()),
            person: Some(person.clone()),
            ..EntryDraft::new(OPEN)
        };
        tx.append(client, draft, now).await?;
    }
    Ok(ReviewChange::Changed(review.state))
}

/// A review that is owed and that this person may make; or why not.
async fn owed(
    tx: &mut Transaction,
    client: &ClientId,
    ticket: &DutyId,
    person: &PersonId,
) -> Result<Result<Review, ReviewChange>, Error> {
    let Some(review) = read::one(tx.rows(), client, ticket).await? else {
        return Ok(Err(ReviewChange::NoSuch));
    };
    if review.state != ReviewState::Owed {
        return Ok(Err(ReviewChange::Raced(review.state)));
    }
    let hands = material::hands_in(tx.rows(), client, ticket).await?;
    if hands.contains(person) {
        return Ok(Err(ReviewChange::OwnWork));
    }
    Ok(Ok(review))
}

async fn decide(
    tx: &mut Transaction,
    word: &ReviewWord,
    now: Timestamp,
) -> Result<ReviewChange, Error> {
    let (client, ticket) = (&word.client, &word.ticket);
    // Takes the log first, so that two who decide at once come one after the other.
    tx.at(client, now).await?;
    let review = match owed(tx, client, ticket, &word.person).await? {
        Ok(review) => review,
        Err(refused) => return Ok(refused),
    };
    if review.revision != word.revision {
        return Ok(ReviewChange::Raced(review.state));
    }
    let steps = crate::tickets::steps(tx.rows(), client, ticket).await?;
    let named = word.steps.iter().map(|step| &step.step);
    if !named.eq(steps.iter().map(|step| &step.id)) {
        return Ok(ReviewChange::OtherSteps);
    }
    let is_silent = |step: &StepWord| !step.agrees && step.words.trim().is_empty();
    if word.steps.iter().any(is_silent) {
        return Ok(ReviewChange::NoWords);
    }
    let opened = tx
        .rows()
        .first(
            "select opened_at from review_look \
             where client = $1 and ticket = $2 and round = $3 and person = $4",
            args![client, ticket, signed(review.round)?, &word.person],
        )
        .await?;
    let Some(opened) = opened else {
        return Ok(ReviewChange::NotOpened);
    };
    let opened_at = opened.at("opened_at")?;
    say(tx, word, &review, opened_at, now).await
}

/// Writes a word down: its entry, the review and the look.
async fn say(
    tx: &mut Transaction,
    word: &ReviewWord,
    review: &Review,
    opened_at: Timestamp,
    now: Timestamp,
) -> Result<ReviewChange, Error> {
    let (client, ticket) = (&word.client, &word.ticket);
    let at = tx.at(client, now).await?;
    let agrees = word.agrees();
    let (state, kind) = if agrees {
        (ReviewState::Agreed, AGREE)
    } else {
        (ReviewState::Rework, DISAGREE)
    };
    let told = json!({
        "round": review.round,
        "seconds": at.duration_since(opened_at).as_secs(),
        "words": word.words,
        "steps": word.steps,
    });
    let draft = EntryDraft {
        duty: Some(ticket.clone()),
        person: Some(word.person.clone()),
        ..EntryDraft::new(kind).with_field("review", &told)?
    };
    let appended = tx.append(client, draft, now).await?;
    let (round, revision) = (signed(review.round)?, signed(review.revision)?);
    tx.rows()
        .run(
            "update review set state = $1, revision = revision + 1 \
             where client = $2 and ticket = $3 and revision = $4",
            args![
                crate::database::value::word(&state)?,
                client,
                ticket,
                revision
            ],
        )
        .await?;
    tx.rows()
        .run(
            "update review_look set decided_at = $1, agrees = $2, words = $3, steps = $4, \
             idx = $5 where client = $6 and ticket = $7 and round = $8 and person = $9",
            args![
                at,
                agrees,
                word.words.as_str(),
                serde_json::to_string(&word.steps)?,
                signed(appended.index)?,
                client,
                ticket,
                round,
                &word.person,
            ],
        )
        .await?;
    if !agrees {
        have_done_again(tx, word, now).await?;
    }
    Ok(ReviewChange::Changed(state))
}

/// What is not as recorded is owed again: re-opened by the reviewer's own words. Where it is owed
/// anyway, since a manager was quicker, these steps are put back too.
async fn have_done_again(
    tx: &mut Transaction,
    word: &ReviewWord,
    now: Timestamp,
) -> Result<(), Error> {
    let wrong: Vec<&StepWord> = word.steps.iter().filter(|step| !step.agrees).collect();
    let mut reasons: Vec<&str> = wrong.iter().map(|step| step.words.trim()).collect();
    reasons.push(word.words.trim());
    reasons.retain(|reason| !reason.is_empty());
    let reopen = Reopen {
        client: word.client.clone(),
        ticket: word.ticket.clone(),
        steps: wrong.iter().map(|step| step.step.clone()).collect(),
        person: word.person.clone(),
        reason: reasons.join(" "),
    };
    if rework::again(tx, &reopen, now).await? == Reopened::Owed {
        rework::put_back(tx, &reopen, now).await?;
    }
    Ok(())
}

async fn look_again(
    tx: &mut Transaction,
    client: &ClientId,
    ticket: &DutyId,
    due_at: Timestamp,
) -> Result<bool, Error> {
    let changed = tx
        .rows()
        .run(
            "update review set state = 'owed', round = round + 1, revision = revision + 1, \
             due_at = $1 where client = $2 and ticket = $3 and state = 'rework' \
             and not exists (select 1 from ticket t where t.client = review.client \
             and t.ticket = review.ticket and t.rework_at is not null)",
            args![due_at, client, ticket],
        )
        .await?;
    if changed == 0 {
        return Ok(false);
    }
    // Whoever did it again cannot be the one who looks at it.
    let hands = material::hands_in(tx.rows(), client, ticket).await?;
    let review = read::one(tx.rows(), client, ticket).await?;
    let reviewer = review.and_then(|review| review.reviewer);
    if reviewer.is_some_and(|(who, _)| hands.contains(&who)) {
        tx.rows()
            .run(
                "update review set reviewer = null, stands_as = null \
                 where client = $1 and ticket = $2",
                args![client, ticket],
            )
            .await?;
    }
    Ok(true)
}
