//! Mirrors in a real Request Tracker, with a database of its own: over its API, and by the mail
//! that it takes in.

use duly_core::id::DutyId;
use duly_send::desk::{Desk, title};
use duly_send::mail::Mail;

use crate::tracker::Tracker;

fn duty(number: u8) -> DutyId {
    DutyId::from(format!("{number:02x}").repeat(32))
}

#[test]
fn a_mirror_lives_in_a_real_request_tracker() {
    let tracker = Tracker::start();
    let desk = &tracker.desk;
    let (one, other) = (duty(0xa1), duty(0xb2));

    // Made once, however often it is asked for.
    assert_eq!(desk.find(&one).unwrap(), None);
    let made = desk
        .make(
            &one,
            "Baker & Sons: Restore a real backup",
            "Owed.\nhttps://d.example",
        )
        .unwrap();
    assert!(!made.is_closed);
    let again = desk
        .make(&one, "Baker & Sons: renamed since", "Owed.")
        .unwrap();
    assert_eq!(again, made);
    let second = desk
        .make(&other, "It's about a \"quoted\" thing", "Owed.")
        .unwrap();
    assert_ne!(second.id, made.id);
    assert_eq!(desk.find(&other).unwrap().unwrap().id, second.id);

    // Closed and opened again, each as often as it is asked for.
    for _ in 0..2 {
        desk.close(&made.id, "The duty has ended.").unwrap();
        assert!(desk.look(&made.id).unwrap().unwrap().is_closed);
    }
    assert!(!desk.look(&second.id).unwrap().unwrap().is_closed);
    for _ in 0..2 {
        desk.reopen(&made.id, "Still owed.").unwrap();
        assert!(!desk.look(&made.id).unwrap().unwrap().is_closed);
    }
    // A closed one is still the mirror: no second is made.
    desk.close(&made.id, "Done.").unwrap();
    assert_eq!(desk.make(&one, "x", "y").unwrap().id, made.id);

    // What is not there, and what may not be.
    assert_eq!(desk.look("999").unwrap(), None);
    desk.close("999", "gone").unwrap();
    assert!(desk.reopen("999", "gone").unwrap_err().is_final());
    let stranger = Desk {
        token: "1-14-0000".to_owned(),
        ..desk.clone()
    };
    assert!(stranger.find(&one).unwrap_err().is_final());
    let misled = Desk {
        queue: "No such queue".to_owned(),
        ..desk.clone()
    };
    assert!(misled.make(&duty(0xc3), "x", "y").unwrap_err().is_final());

    // By mail it becomes a ticket with the same tag, which is found like one made over the API.
    let mailed = duty(0xd4);
    tracker.mail(&Mail {
        id: format!("ticket-{mailed}"),
        domain: "harbour.example".to_owned(),
        from: (
            "duly at Harbour IT".to_owned(),
            "duly@harbour.example".to_owned(),
        ),
        to: ("Help".to_owned(), "help@harbour.example".to_owned()),
        subject: title(&mailed, "Baker & Sons: Prüfung"),
        text: "Owed.\n".to_owned(),
        follows: None,
        unsubscribe: None,
        written_at: "2026-11-24T09:12:00Z".parse().unwrap(),
    });
    let found = desk.find(&mailed).unwrap().unwrap();
    assert!(!found.is_closed);
    assert_eq!(desk.make(&mailed, "x", "y").unwrap().id, found.id);
}
