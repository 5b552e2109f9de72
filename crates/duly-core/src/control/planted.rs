//! A sound input of each sort, on which no rule fires. Each rule spoils it in one place; what is
//! left is a planted input on which exactly that rule has to speak.

use jiff::civil::Date;
use jiff::{SignedDuration, Timestamp};

use crate::accounts::Outcome;
use crate::control::facts::{
    Approval, ClientFacts, DeskFacts, EvidenceFacts, PictureHash, RunFacts, StepFacts, StepState,
    TicketFacts, Work,
};
use crate::id::{AssetId, DutyId, PersonId, StepId};
use crate::process::Gate;
use crate::verdict::Verdict;

/// 24 November 2026, nine in the morning in London.
const NINE: Timestamp = Timestamp::constant(1_795_510_800, 0);

/// The day of the planted ticket.
const SLOT: Date = Date::constant(2026, 11, 24);

/// Minutes and days to the planted ticket.
#[must_use]
pub fn minutes(number: i64) -> SignedDuration {
    SignedDuration::from_mins(number)
}

/// See [`minutes`].
#[must_use]
pub fn days(number: i64) -> SignedDuration {
    SignedDuration::from_hours(24 * number)
}

/// The moment at which the planted ticket was raised.
#[must_use]
pub fn nine() -> Timestamp {
    NINE
}

/// Who did the work.
#[must_use]
pub fn doer() -> PersonId {
    PersonId::from("p-tess")
}

/// Who looked it over.
#[must_use]
pub fn checker() -> PersonId {
    PersonId::from("p-mara")
}

/// What it is about.
#[must_use]
pub fn asset() -> AssetId {
    AssetId::from("a-files")
}

/// A restore test as it should be: measured, opened, timed, tidied, closed in time; ten of the
/// same before it; a screenshot that was never seen before; approved by somebody else.
#[must_use]
pub fn ticket() -> TicketFacts {
    let work = work(0);
    let earlier: Vec<Work> = (1..=10).map(self::work).collect();
    let before = earlier.iter().flat_map(|work| &work.steps);
    let evidence_before = before.flat_map(|step| step.evidence.clone()).collect();
    TicketFacts {
        now: NINE + days(1),
        client: "c-baker".into(),
        process: "backup.restore-test".into(),
        slot: SLOT,
        due_at: NINE + days(5),
        missed_at: NINE + days(7),
        outcome: Outcome::Done,
        afterwards_at: None,
        approvals: vec![approval(0)],
        approvals_before: (0..10).map(approval).collect(),
        work,
        earlier,
        evidence_before,
        found_by_doer: (0..20).map(|number| number % 7 == 3).collect(),
        found_by_others: (0..20).map(|number| number % 7 == 2).collect(),
    }
}

fn approval(number: i64) -> Approval {
    Approval {
        of: duty(number).0,
        by: checker(),
        done_by: vec![doer()],
        at: NINE - days(14 * number) + minutes(300),
    }
}

fn duty(number: i64) -> DutyId {
    DutyId(format!("{:064x}", 7_000 + number))
}

/// The work of a ticket so many fortnights ago.
#[must_use]
pub fn work(number: i64) -> Work {
    let at = NINE - days(14 * number);
    Work {
        ticket: duty(number),
        asset: Some(asset()),
        opened_at: at,
        ended_at: Some(at + minutes(130)),
        closed_by: Some(doer()),
        verdict: Some(Verdict::Pass),
        steps: vec![
            StepFacts {
                measured: true,
                person: None,
                note: None,
                ..step("restore", at + minutes(60), "")
            },
            StepFacts {
                evidence: vec![evidence(number)],
                ..step(
                    "open",
                    at + minutes(90),
                    &format!(
                        "Opened the ledger, {} rows, last entry of yesterday",
                        4_000 + number
                    ),
                )
            },
            step(
                "time",
                at + minutes(105),
                &format!("{} minutes", 41 + number),
            ),
            step(
                "clean",
                at + minutes(125),
                &format!("Deleted from bench {number}"),
            ),
        ],
        run: Some(RunFacts {
            started_at: at + minutes(50),
            ended_at: Some(at + minutes(60)),
            verdict: Some(Verdict::Pass),
            level: 2,
            claimed_success: Some(true),
            restored_bytes: Some(40_000_000),
            restored_files: Some(300),
            files_in_point: Some(u64::try_from(90_000 + number).unwrap_or(90_000)),
            age_hours: Some(9),
            targets: vec![format!("set-{}", number % 5)],
        }),
    }
}

fn step(id: &str, at: Timestamp, note: &str) -> StepFacts {
    StepFacts {
        id: StepId::from(id),
        gate: Gate::Standard,
        state: StepState::Filled,
        measured: false,
        person: Some(doer()),
        verdict: Some(Verdict::Pass),
        note: Some(note.to_owned()),
        recorded_at: Some(at),
        evidence: Vec::new(),
    }
}

/// A screenshot as it was handed in so many fortnights ago.
#[must_use]
pub fn evidence(number: i64) -> EvidenceFacts {
    let at = NINE - days(14 * number) + minutes(85);
    // Eleven pictures that differ from each other in at least sixteen of 64 bits.
    let seed = u8::try_from(number.rem_euclid(11)).unwrap_or(0);
    let place = |place: u8| usize::from((seed * 3 + place * (seed + 1)) % 16);
    let picture = (0..8_u8).map(|one| PATTERNS.get(place(one)).copied().unwrap_or(0));
    EvidenceFacts {
        ticket: duty(number),
        step: StepId::from("open"),
        person: doer(),
        sha256: format!("{:064x}", 90_000 + number),
        bytes: 210_000,
        picture: Some(PictureHash(picture.collect())),
        claimed_at: Some(at),
        uploaded_at: at + minutes(2),
    }
}

/// Bytes that differ from each other in at least four bits.
const PATTERNS: [u8; 16] = [
    0x00, 0x0f, 0x33, 0x3c, 0x55, 0x5a, 0x66, 0x69, 0x96, 0x99, 0xa5, 0xaa, 0xc3, 0xcc, 0xf0, 0xff,
];

/// A client of whom nothing is known to be wrong.
#[must_use]
pub fn client() -> ClientFacts {
    ClientFacts {
        now: NINE,
        today: SLOT,
        client: "c-baker".into(),
        assets: Vec::new(),
        readings: Vec::new(),
        sources: Vec::new(),
        endings: Vec::new(),
        exclusions: Vec::new(),
        unclaimed: Vec::new(),
        open_points: Vec::new(),
        settings: Vec::new(),
        accounts: Vec::new(),
        firmware: Vec::new(),
        exceptions: Vec::new(),
    }
}

/// A desk on which nothing was left.
#[must_use]
pub fn desk() -> DeskFacts {
    DeskFacts {
        now: NINE,
        waiting: Vec::new(),
        failures: Vec::new(),
        gaps: Vec::new(),
    }
}

/// A planted ticket: the sound one, spoiled.
#[must_use]
pub fn spoiled_ticket(spoil: impl FnOnce(&mut TicketFacts)) -> super::Planted {
    let mut facts = ticket();
    spoil(&mut facts);
    super::Planted::Ticket(Box::new(facts))
}

/// A planted client: the sound one, spoiled.
#[must_use]
pub fn spoiled_client(spoil: impl FnOnce(&mut ClientFacts)) -> super::Planted {
    let mut facts = client();
    spoil(&mut facts);
    super::Planted::Client(Box::new(facts))
}

/// A planted desk: the sound one, spoiled.
#[must_use]
pub fn spoiled_desk(spoil: impl FnOnce(&mut DeskFacts)) -> super::Planted {
    let mut facts = desk();
    spoil(&mut facts);
    super::Planted::Desk(Box::new(facts))
}
