//! Service plans: signed ones, and those that wait for the client's word because they promise less
//! than the catalogue's minimum. Whether one does is asked in core; here it is only kept.

use duly_core::entry::{EntryDraft, kind};
use duly_core::id::{ClientId, PersonId};
use duly_core::scope::{Consent, ServicePlan};
use jiff::Timestamp;
use jiff::civil::Date;

use crate::clients::Made;
use crate::database::value::{Row, args};
use crate::error::{Error, at_most};
use crate::log::append::signed;
use crate::random;
use crate::store::Store;
use crate::transaction::Transaction;
use crate::writer::Lane;

/// Type of the entry for a plan that was put to the client. Fields: `plan`, `reason`.
pub const PLAN_PROPOSE: &str = "x.plan.propose";
/// Type of the entry for the client's answer to it. Fields: `proposal` (its id), `decision`.
pub const PLAN_DECIDE: &str = "x.plan.decide";

/// Most lines of a plan: several times the processes that anybody has.
pub const PROMISES_MAX: usize = 200;

/// Longest reason for promising less, in bytes: a page of text.
pub const PLAN_REASON_BYTES_MAX: usize = 4_000;

/// Who signs a plan, and by whose word it may promise less than the minimum.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Signing {
    /// Who signs; nobody where a configuration file does.
    pub person: Option<PersonId>,
    /// The client's word.
    pub consent: Option<Consent>,
}

/// A plan to be put to the client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewProposal {
    /// Whose.
    pub client: ClientId,
    /// What would be promised.
    pub plan: ServicePlan,
    /// Why less than the minimum.
    pub reason: String,
    /// Who asks.
    pub person: PersonId,
}

/// A plan that was put to the client, as remembered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proposal {
    /// Random.
    pub id: String,
    /// What was proposed.
    pub proposed: NewProposal,
    /// When.
    pub proposed_at: Timestamp,
}

/// What the client answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PlanDecision {
    /// The plan is signed with it.
    Agreed,
    /// It is not.
    Declined,
}

impl PlanDecision {
    fn word(self) -> &'static str {
        match self {
            Self::Agreed => "agreed",
            Self::Declined => "declined",
        }
    }
}

impl Store {
    /// Signs a service plan; it holds from its date on, in place of one signed before for the same
    /// date.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when it has too many lines.
    pub async fn sign_plan(
        &self,
        client: &ClientId,
        plan: &ServicePlan,
        signing: Signing,
        now: Timestamp,
    ) -> Result<Made, Error> {
        at_most("lines of a plan", plan.promises.len(), PROMISES_MAX)?;
        let input = (client.clone(), plan.clone(), signing, now);
        self.write(Lane::Acknowledge, input, |tx, (client, plan, by, now)| {
            Box::pin(sign(tx, client, plan, by, *now))
        })
        .await
    }

    /// Every service plan, in the order of signing.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn plans(&self, client: &ClientId) -> Result<Vec<ServicePlan>, Error> {
        let mut rows = self.read().await?;
        let found = rows
            .all(
                "select document from plan where client = $1 order by idx",
                args![client],
            )
            .await?;
        found.iter().map(|row| row.json("document")).collect()
    }

    /// Puts a plan to the client, in place of one that still waits; its id.
    ///
    /// # Errors
    ///
    /// [`Error::TooMuch`] when it or the reason is too long.
    pub async fn propose_plan(
        &self,
        proposal: NewProposal,
        now: Timestamp,
    ) -> Result<String, Error> {
        at_most(
            "lines of a plan",
            proposal.plan.promises.len(),
            PROMISES_MAX,
        )?;
        let reason = proposal.reason.len();
        at_most("a reason in bytes", reason, PLAN_REASON_BYTES_MAX)?;
        let input = (random::id()?, proposal, now);
        self.write(Lane::Acknowledge, input, |tx, (id, proposal, now)| {
            Box::pin(propose(tx, id, proposal, *now))
        })
        .await
    }

    /// The plan that waits for the client's word, if there is one.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn proposed_plan(&self, client: &ClientId) -> Result<Option<Proposal>, Error> {
        let mut rows = self.read().await?;
        let found = rows.first(WAITING, args![client]).await?;
        found
            .as_ref()
            .map(|row| proposal_row(client, row))
            .transpose()
    }

    /// Takes the client's answer to a proposal; with `agreed`, the plan is signed in the same
    /// transaction, from its date on, or from `today` on where that has passed. `false` when it
    /// does not wait any more.
    ///
    /// # Errors
    ///
    /// When the database fails.
    pub async fn decide_plan(
        &self,
        client: &ClientId,
        proposal: &str,
        decision: PlanDecision,
        person: &PersonId,
        today: Date,
        now: Timestamp,
    ) -> Result<bool, Error> {
        let answer = Answer {
            proposal: proposal.to_owned(),
            decision,
            person: person.clone(),
            today,
        };
        let input = (client.clone(), answer, now);
        self.write(Lane::Acknowledge, input, |tx, (client, answer, now)| {
            Box::pin(decide(tx, client, answer, *now))
        })
        .await
    }
}

const WAITING: &str = "select proposal, document, reason, proposed_by, proposed_at \
                       from plan_proposal where client = $1 and decision is null";

async fn sign(
    tx: &mut Transaction,
    client: &ClientId,
    plan: &ServicePlan,
    signing: &Signing,
    now: Timestamp,
) -> Result<Made, Error> {
    let effective = plan.effective.to_string();
    let text = serde_json::to_string(plan)?;
    let last = tx
        .rows()
        .first(
            "select document from plan where client = $1 and effective = $2 \
             order by idx desc limit 1",
            args![client, effective.as_str()],
        )
        .await?;
    if let Some(row) = last
        && row.text("document")? == text
    {
        return Ok(Made::Already);
    }
    let mut draft = EntryDraft {
        person: signing.person.clone(),
        ..EntryDraft::new(kind::PLAN_SIGN).with_field("plan", plan)?
    };
    if let Some(consent) = &signing.consent {
        draft = draft.with_field("consent", consent)?;
    }
    let appended = tx.append(client, draft, now).await?;
    tx.rows()
        .run(
            "insert into plan(client, effective, idx, document) values ($1, $2, $3, $4)",
            args![client, effective, signed(appended.index)?, text],
        )
        .await?;
    Ok(Made::New)
}

async fn propose(
    tx: &mut Transaction,
    id: &str,
    proposal: &NewProposal,
    now: Timestamp,
) -> Result<String, Error> {
    let client = &proposal.client;
    let draft = EntryDraft {
        person: Some(proposal.person.clone()),
        ..EntryDraft::new(PLAN_PROPOSE)
            .with_field("plan", &proposal.plan)?
            .with_field("reason", &proposal.reason)?
    };
    let appended = tx.append(client, draft, now).await?;
    tx.rows()
        .run(
            "update plan_proposal set decision = 'declined', decided_at = $1, decided_by = $2 \
             where client = $3 and decision is null",
            args![appended.at, &proposal.person, client],
        )
        .await?;
    let row = args![
        client,
        id,
        serde_json::to_string(&proposal.plan)?,
        proposal.reason.as_str(),
        &proposal.person,
        appended.at,
    ];
    tx.rows()
        .run(
            "insert into plan_proposal(client, proposal, document, reason, proposed_by, \
             proposed_at) values ($1, $2, $3, $4, $5, $6)",
            row,
        )
        .await?;
    Ok(id.to_owned())
}

/// An answer to a proposal.
struct Answer {
    proposal: String,
    decision: PlanDecision,
    person: PersonId,
    today: Date,
}

async fn decide(
    tx: &mut Transaction,
    client: &ClientId,
    answer: &Answer,
    now: Timestamp,
) -> Result<bool, Error> {
    let Answer {
        proposal,
        decision,
        person,
        today,
    } = answer;
    let proposal = proposal.as_str();
    let at = tx.at(client, now).await?;
    let waiting = tx.rows().first(WAITING, args![client]).await?;
    let waiting = waiting.map(|row| proposal_row(client, &row)).transpose()?;
    let Some(waiting) = waiting.filter(|waiting| waiting.id == proposal) else {
        return Ok(false);
    };
    tx.rows()
        .run(
            "update plan_proposal set decision = $1, decided_at = $2, decided_by = $3 \
             where client = $4 and proposal = $5 and decision is null",
            args![decision.word(), at, person, client, proposal],
        )
        .await?;
    let draft = EntryDraft {
        person: Some(person.clone()),
        ..EntryDraft::new(PLAN_DECIDE)
            .with_field("proposal", &proposal)?
            .with_field("decision", &decision.word())?
    };
    tx.append(client, draft, now).await?;
    if *decision == PlanDecision::Agreed {
        let consent = Consent {
            person: person.clone(),
            agreed_at: at,
            reason: waiting.proposed.reason.clone(),
        };
        let signing = Signing {
            person: Some(waiting.proposed.person.clone()),
            consent: Some(consent),
        };
        let mut plan = waiting.proposed.plan;
        plan.effective = plan.effective.max(*today);
        sign(tx, client, &plan, &signing, now).await?;
    }
    Ok(true)
}

fn proposal_row(client: &ClientId, row: &Row) -> Result<Proposal, Error> {
    Ok(Proposal {
        id: row.text("proposal")?,
        proposed: NewProposal {
            client: client.clone(),
            plan: row.json("document")?,
            reason: row.text("reason")?,
            person: row.id("proposed_by")?,
        },
        proposed_at: row.at("proposed_at")?,
    })
}
