//! What is due at once when an exception ends.

use duly_core::process::{Per, Roll};
use duly_core::scope::Exception;
use jiff::civil::{Date, date};

use crate::schedule_world::{asset, due, excepted, process, slots, world};

/// A yearly duty of 15 February 2026, under these exceptions; the slots of the year.
fn yearly(exceptions: impl IntoIterator<Item = Exception>) -> Vec<Date> {
    let mut world = world([process("p", "2026-01-01", "15 february")]);
    world.exceptions.extend(exceptions);
    slots(&due(&world, "2026-01-01", "2026-12-31"))
}

fn february(from: i8, to: i8) -> Exception {
    excepted(date(2026, 2, from), date(2026, 2, to))
}

#[test]
fn what_was_waived_is_due_on_the_first_day_after_the_exception() {
    let found = yearly([february(1, 25)]);
    assert_eq!(found, [date(2026, 2, 15), date(2026, 2, 26)]);
}

#[test]
fn an_exception_that_waived_nothing_leaves_nothing() {
    assert_eq!(yearly([february(16, 25)]), [date(2026, 2, 15)]);
    let too_late = Exception {
        granted_at: "2026-03-01T00:00:00Z".parse().unwrap(),
        ..february(1, 25)
    };
    assert_eq!(yearly([too_late]), [date(2026, 2, 15)]);
}

#[test]
fn one_that_does_not_say_so_leaves_nothing_as_ever() {
    let silent = Exception {
        resume: None,
        ..february(1, 25)
    };
    let text = serde_json::to_string(&silent).unwrap();
    assert!(!text.contains("resume"), "{text}");
    assert_eq!(yearly([silent]), [date(2026, 2, 15)]);
    let spoken = serde_json::to_string(&february(1, 25)).unwrap();
    assert!(spoken.contains(r#""resume":"at-once""#), "{spoken}");
}

#[test]
fn a_slot_on_the_first_day_after_it_is_not_doubled() {
    let mut world = world([process("p", "2026-01-01", "15 february, 26 february")]);
    world.exceptions.push(february(1, 25));
    let found = slots(&due(&world, "2026-01-01", "2026-12-31"));
    assert_eq!(found, [date(2026, 2, 15), date(2026, 2, 26)]);
}

#[test]
fn an_exception_granted_after_its_last_day_leaves_its_duty_on_the_day_after() {
    // Due within five business days of Monday the 16th, so granted in time on the 18th.
    let afterwards = Exception {
        granted_at: "2026-02-18T10:00:00Z".parse().unwrap(),
        ..february(10, 16)
    };
    assert_eq!(yearly([afterwards]), [date(2026, 2, 15), date(2026, 2, 19)]);
}

#[test]
fn a_chain_of_exceptions_leaves_one_duty_after_each_and_the_last_one_stands() {
    let chain = [february(1, 20), february(21, 25), february(26, 27)];
    let expected = [15, 21, 26, 28].map(|day| date(2026, 2, day));
    assert_eq!(yearly(chain), expected);
}

#[test]
fn overlapping_exceptions_leave_a_duty_after_the_longer_one() {
    for pair in [
        [february(1, 20), february(10, 27)],
        [february(1, 27), february(10, 20)],
    ] {
        let expected = [15, 21, 28].map(|day| date(2026, 2, day));
        assert_eq!(yearly(pair), expected);
    }
    assert_eq!(
        yearly([february(1, 20), february(10, 20)]),
        [date(2026, 2, 15), date(2026, 2, 21)]
    );
}

#[test]
fn a_day_off_is_rolled_over_and_never_drops_the_duty() {
    let opens = |roll| {
        let mut process = process("p", "2026-01-01", "16 february");
        process.schedule.roll = roll;
        let mut world = world([process]);
        // The 28th is a Saturday.
        world.exceptions.push(february(1, 27));
        let found = due(&world, "2026-02-20", "2026-12-31");
        assert_eq!(slots(&found), [date(2026, 2, 28)]);
        found[0].opens_at.to_string()
    };
    assert_eq!(opens(None), "2026-02-28T09:00:00Z");
    assert_eq!(opens(Some(Roll::Following)), "2026-03-02T09:00:00Z");
    let preceding = opens(Some(Roll::Preceding));
    assert_eq!(
        preceding, "2026-03-02T09:00:00Z",
        "the exception held on Friday"
    );
}

#[test]
fn only_what_was_waived_and_is_still_in_care_is_due() {
    let mut world = world([process("p", "2026-01-01", "15 february")]);
    world.assets = vec![
        asset("b-1", "backup"),
        asset("b-2", "backup"),
        asset("b-3", "backup"),
    ];
    world.assets[2].until = Some(date(2026, 2, 20));
    world.exceptions = vec![
        Exception {
            asset: Some("b-2".into()),
            ..february(1, 25)
        },
        Exception {
            asset: Some("b-3".into()),
            ..february(2, 25)
        },
    ];
    let after = due(&world, "2026-02-20", "2026-12-31");
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].asset, Some("b-2".into()));
    assert_eq!(after[0].slot, date(2026, 2, 26));
}

#[test]
fn a_duty_of_the_client_as_a_whole_is_due_again_too() {
    let mut process = process("p", "2026-01-01", "15 february");
    process.applies_to.per = Per::Client;
    process.applies_to.kind = None;
    let mut world = world([process]);
    world.exceptions.push(february(1, 25));
    let after = due(&world, "2026-02-20", "2026-12-31");
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].asset, None);
}

#[test]
fn an_exception_of_one_process_leaves_nothing_of_another() {
    let mut world = world([
        process("p", "2026-01-01", "15 february"),
        process("q", "2026-01-01", "15 february"),
    ]);
    world.exceptions.push(Exception {
        process: Some("q".into()),
        ..february(1, 25)
    });
    let after = due(&world, "2026-02-20", "2026-12-31");
    assert_eq!(after.len(), 1);
    assert_eq!(after[0].process, "q".into());
}
