//! Which tickets are drawn: an order that nobody can foresee and everybody can recompute.
//!
//! The seed takes in the root of the log directly after the entry that closed the month and
//! committed to the lot. Each entry is salted with fresh random bytes, so neither technician nor
//! manager knows that root before it stands there, and from then on it cannot be had again: a
//! second closing of the same month is a finding. Until a witness has cosigned that head, a
//! provider who writes its own program could try several (the same holds for a probe's draw, see
//! [`crate::entry::draw_seed`]).

use std::collections::{BTreeMap, BTreeSet};

use duly_proof::hash::{Hash, hash_parts};

use crate::id::{ClientId, DutyId, PersonId, ProcessId};
use crate::process::SpotCheck;
use crate::review::lot::{Finished, Lot};
use crate::review::period::Period;
use crate::review::plan;
use crate::review::stage::Stage;

/// What the draw of a month is computed from: SHA-256 over the length-prefixed `duly-review1`,
/// root of the log directly after the closing, client, process and month.
#[must_use]
pub fn seed(root: &Hash, client: &ClientId, process: &ProcessId, period: Period) -> Hash {
    let period = period.to_string();
    hash_parts(&[
        b"duly-review1",
        &root.0,
        client.as_str().as_bytes(),
        process.as_str().as_bytes(),
        period.as_bytes(),
    ])
}

/// Where a ticket stands in the order of a draw: smallest first.
#[must_use]
pub fn order_key(seed: &Hash, ticket: &DutyId) -> Hash {
    hash_parts(&[&seed.0, ticket.as_str().as_bytes()])
}

/// The drawn tickets, in the order of the seed: first each technician's minimum, from the front of
/// that technician's own, then from the front of all until the sample is full.
#[must_use]
pub fn draw(seed: &Hash, lot: &Lot, check: &SpotCheck, stage: Stage) -> Vec<DutyId> {
    let mut order: Vec<(Hash, &Finished)> = lot
        .finished()
        .iter()
        .map(|finished| (order_key(seed, &finished.ticket), finished))
        .collect();
    order.sort();
    let least = plan::at_least(check, stage);
    let mut of_each: BTreeMap<&PersonId, u32> = BTreeMap::new();
    let mut drawn: BTreeSet<&DutyId> = BTreeSet::new();
    for (_, finished) in &order {
        let Some(technician) = &finished.technician else {
            continue;
        };
        let count = of_each.entry(technician).or_default();
        if *count < least {
            *count += 1;
            drawn.insert(&finished.ticket);
        }
    }
    let wanted = plan::sample(check, lot.size(), stage) as usize;
    for (_, finished) in &order {
        if drawn.len() >= wanted {
            break;
        }
        drawn.insert(&finished.ticket);
    }
    order
        .iter()
        .filter(|(_, finished)| drawn.contains(&finished.ticket))
        .map(|(_, finished)| finished.ticket.clone())
        .collect()
}

#[cfg(test)]
mod tests {
    use duly_proof::hash::hash;
    use proptest::prelude::*;

    use super::*;

    fn check(rate_percent: u32, least: u32) -> SpotCheck {
        SpotCheck {
            rate_percent,
            at_least_per_technician_per_month: Some(least),
            plan: None,
            minutes: None,
            within: None,
        }
    }

    /// Tickets numbered from 0, given to technicians in turn; none where there are none.
    fn lot(count: u32, technicians: u32) -> Lot {
        let technician =
            |number: u32| (technicians > 0).then(|| PersonId(format!("p{}", number % technicians)));
        let finished = |number: u32| Finished {
            ticket: DutyId(format!("{number:064x}")),
            technician: technician(number),
        };
        Lot::new((0..count).map(finished).collect())
    }

    fn of(lot: &Lot, technician: &str, drawn: &[DutyId]) -> usize {
        let is_theirs = |ticket: &&DutyId| {
            lot.finished().iter().any(|finished| {
                finished.ticket == **ticket
                    && finished.technician.as_ref().map(PersonId::as_str) == Some(technician)
            })
        };
        drawn.iter().filter(is_theirs).count()
    }

    fn of_month(root: &[u8], client: &str, process: &str, period: &str) -> Hash {
        let (client, process) = (ClientId::from(client), ProcessId::from(process));
        seed(&hash(root), &client, &process, period.parse().unwrap())
    }

    #[test]
    fn the_seed_takes_in_root_client_process_and_month() {
        let one = of_month(b"root", "baker", "backup.jobs", "2026-10");
        let others = [
            of_month(b"other", "baker", "backup.jobs", "2026-10"),
            of_month(b"root", "bakerb", "ackup.jobs", "2026-10"),
            of_month(b"root", "lakeside", "backup.jobs", "2026-10"),
            of_month(b"root", "baker", "backup.jobs", "2026-11"),
        ];
        assert!(!others.contains(&one));
    }

    #[test]
    fn another_root_draws_other_tickets() {
        let lot = lot(200, 2);
        let one = draw(&hash(b"one"), &lot, &check(10, 1), Stage::Normal);
        let two = draw(&hash(b"two"), &lot, &check(10, 1), Stage::Normal);
        assert_eq!((one.len(), two.len()), (20, 20));
        assert_ne!(one, two);
    }

    #[test]
    fn nobody_goes_unchecked_in_a_quiet_month() {
        // Ten technicians with two tickets each: 10 % would be two, the minimum makes it ten.
        let lot = lot(20, 10);
        let drawn = draw(&hash(b"seed"), &lot, &check(10, 1), Stage::Normal);
        assert_eq!(drawn.len(), 10);
        for number in 0..10 {
            assert_eq!(of(&lot, &format!("p{number}"), &drawn), 1);
        }
    }

    #[test]
    fn every_ticket_is_drawn_about_equally_often() {
        // 20 of 100 in each of 400 draws: 80 expected, standard deviation 8.
        let lot = lot(100, 0);
        let mut times: BTreeMap<DutyId, u32> = BTreeMap::new();
        for round in 0..400_u32 {
            let seed = hash(&round.to_be_bytes());
            for ticket in draw(&seed, &lot, &check(20, 0), Stage::Normal) {
                *times.entry(ticket).or_default() += 1;
            }
        }
        assert_eq!(times.len(), 100);
        assert!(times.values().all(|count| (40..=120).contains(count)));
    }

    proptest! {
        #[test]
        fn no_ticket_is_drawn_twice_and_all_are_of_the_lot(
            count in 0_u32..200, technicians in 0_u32..6, rate in 1_u32..=100, least in 0_u32..4,
            root in any::<u64>(), is_tightened in any::<bool>(),
        ) {
            let lot = lot(count, technicians);
            let stage = if is_tightened { Stage::Tightened { clean: 3 } } else { Stage::Normal };
            let check = check(rate, least);
            let drawn = draw(&hash(&root.to_be_bytes()), &lot, &check, stage);
            let distinct: BTreeSet<&DutyId> = drawn.iter().collect();
            prop_assert_eq!(distinct.len(), drawn.len());
            prop_assert!(drawn.len() >= plan::sample(&check, lot.size(), stage) as usize);
            prop_assert!(drawn.iter().all(|ticket| lot
                .finished()
                .iter()
                .any(|finished| finished.ticket == *ticket)));
            for number in 0..technicians {
                let technician = format!("p{number}");
                let all: Vec<DutyId> =
                    lot.finished().iter().map(|finished| finished.ticket.clone()).collect();
                let theirs = of(&lot, &technician, &all);
                let least = plan::at_least(&check, stage) as usize;
                prop_assert!(of(&lot, &technician, &drawn) >= least.min(theirs));
            }
        }

        #[test]
        fn tightened_inspection_never_draws_fewer(
            count in 0_u32..200, rate in 1_u32..=100, least in 0_u32..4, root in any::<u64>(),
        ) {
            let (lot, seed) = (lot(count, 3), hash(&root.to_be_bytes()));
            let normal = draw(&seed, &lot, &check(rate, least), Stage::Normal);
            let more = draw(&seed, &lot, &check(rate, least), Stage::Tightened { clean: 0 });
            prop_assert!(normal.len() <= more.len());
        }
    }
}
