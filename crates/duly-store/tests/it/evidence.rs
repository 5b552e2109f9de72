//! Evidence: a file is whole or not there, the same one lies once, limits hold, and a step that
//! asks for one is not done without it.

use duly_core::evidence::FILES_PER_TICKET_MAX;
use duly_core::evidence::kind::FileKind;
use duly_core::gate::Obstacle;
use duly_core::id::PersonId;
use duly_core::process::Process;
use duly_core::verdict::Verdict;
use duly_store::{
    ClosedBy, Closing, EVIDENCE_ADD, Evidence, EvidenceAdded, Fill, NewEvidence, OpenDuty, Page,
    Picture, StepChange, Store, UNNAMED_FOR_MAX, random_id,
};
use jiff::{SignedDuration, Timestamp};

use crate::world::{baker, duties, duty, on, on_both, process, tess};

fn file(content: &[u8], kind: FileKind, step: Option<&str>, person: &PersonId) -> NewEvidence {
    NewEvidence {
        id: random_id().unwrap(),
        client: baker(),
        ticket: duty(0).duty.id,
        step: step.map(Into::into),
        person: person.clone(),
        name: "what was seen.txt".to_owned(),
        kind,
        content: content.to_vec(),
        picture: kind.is_picture().then(|| Picture {
            hash: "0".repeat(64),
            width: 1,
            height: 1,
        }),
        taken_at: None,
        thumbnail: kind.is_picture().then(|| b"small".to_vec()),
    }
}

async fn added(store: &Store, new: NewEvidence, now: Timestamp) -> Evidence {
    match store.add_evidence(new, now).await.unwrap() {
        EvidenceAdded::Added(evidence) => *evidence,
        other => panic!("{other:?}"),
    }
}

/// The process of the world in which the second step asks for a screenshot and a file, and the
/// third, a standard one, for a photo.
fn demanding() -> Vec<OpenDuty> {
    let mut all = duties(1);
    for open in &mut all {
        let mut steps = open.checklist.to_vec();
        steps[1].evidence = vec!["screenshot".to_owned(), "file".to_owned()];
        steps[2].evidence = vec!["photo".to_owned()];
        open.checklist = steps.into();
    }
    all
}

/// Bytes of several pieces, none like the other.
fn long() -> Vec<u8> {
    (0..3_000_001_u32)
        .map(|n| (n.wrapping_mul(2_654_435_761) >> 24) as u8)
        .collect()
}

on_both! {
    async fn a_file_of_many_pieces_comes_back_as_it_was_and_its_entry_commits_to_it(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let content = long();
        let new = file(&content, FileKind::Pdf, Some("open"), &person);
        let evidence = added(&store, new, now).await;
        let (found, bytes) = store.evidence_content(&baker(), &evidence.id).await.unwrap().unwrap();
        assert_eq!((&found, &bytes), (&evidence, &content));
        let entries = store.entries_of(&baker(), &duty(0).duty.id).await.unwrap();
        let told = entries.last().unwrap();
        assert_eq!(told.entry().unwrap().t, EVIDENCE_ADD);
        assert!(told.fields["evidence"].contains(&evidence.sha256));
        assert_eq!(told.index, evidence.index);
        store.close().await;
        place.assert_sound().await;
    }

    async fn the_same_file_at_the_same_step_is_there_once_and_its_content_too(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let new = || file(b"a list", FileKind::Text, Some("open"), &person);
        let first = added(&store, new(), now).await;
        let again = store.add_evidence(new(), now).await.unwrap();
        assert_eq!(again, EvidenceAdded::Already(Box::new(first)));
        added(&store, file(b"a list", FileKind::Text, None, &person), now).await;
        assert_eq!(place.sql("select count(*) from content").trim(), "1");
        let since = store.evidence_since(&baker(), now, &Page::default()).await.unwrap();
        assert_eq!(since.rows.len(), 2);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_changed_content_is_not_handed_out(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let evidence = added(&store, file(b"a list", FileKind::Text, None, &person), now).await;
        store.close().await;
        place.sql(&format!("update content_piece set piece = {}", place.blob(b"a lost")));
        let store = place.open().await;
        let error = store.evidence_content(&baker(), &evidence.id).await.unwrap_err();
        assert_eq!(error.code(), "unreadable");
        store.close().await;
    }

    async fn evidence_is_neither_changed_nor_removed_by_a_stray_statement(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        added(&store, file(b"a list", FileKind::Text, None, &person), now).await;
        store.close().await;
        let count = if place.is_sqlite() {
            "select count(*) from sqlite_master where type = 'trigger' and tbl_name = 'evidence'"
        } else {
            "select count(*) from pg_trigger where tgrelid = 'evidence'::regclass \
             and not tgisinternal"
        };
        assert_eq!(place.sql(count).trim(), "2");
    }

    async fn an_upload_that_broke_off_is_swept_a_day_later_and_nothing_else(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let kept = added(&store, file(b"a list", FileKind::Text, None, &person), now).await;
        let begun = now.as_millisecond();
        place.sql(&format!(
            "insert into content(client, sha256, bytes, begun_at) \
             values ('c-baker', 'broken-off', 9, {begun}); \
             insert into content_piece(client, sha256, position, piece) \
             values ('c-baker', 'broken-off', 0, {})", place.blob(b"half")));
        assert_eq!(store.sweep_contents(&baker(), now + UNNAMED_FOR_MAX).await.unwrap(), 0);
        let later = now + UNNAMED_FOR_MAX + SignedDuration::from_millis(1);
        assert_eq!(store.sweep_contents(&baker(), later).await.unwrap(), 1);
        assert_eq!(place.sql("select count(*) from content_piece").trim(), "1");
        assert!(store.evidence_content(&baker(), &kept.id).await.unwrap().is_some());
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_ticket_has_a_bound_of_files_and_an_ended_one_takes_none(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        for number in 0..FILES_PER_TICKET_MAX {
            let new = file(number.to_string().as_bytes(), FileKind::Text, None, &person);
            added(&store, new, now).await;
        }
        let more = file(b"one more", FileKind::Text, None, &person);
        assert_eq!(store.add_evidence(more.clone(), now).await.unwrap(), EvidenceAdded::TooMany);
        let other = NewEvidence { step: Some("nothing".into()), ..more.clone() };
        assert_eq!(store.add_evidence(other, now).await.unwrap(), EvidenceAdded::NoSuch);
        for step in ["restore", "open", "tidy"] {
            let fill = Fill::of(Verdict::Pass, "looked");
            store.fill_step(on(step, 0, &person), fill, now).await.unwrap();
        }
        store.close_ticket(&baker(), &duty(0).duty.id, None, now).await.unwrap();
        assert_eq!(store.add_evidence(more, now).await.unwrap(), EvidenceAdded::Ended);
        store.close().await;
        place.assert_sound().await;
    }

    async fn a_client_has_a_bound_of_bytes(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        store.open_duties(&baker(), &duties(1), now).await.unwrap();
        let held = duly_core::evidence::CLIENT_BYTES_MAX - 3;
        place.sql(&format!(
            "insert into content(client, sha256, bytes, begun_at) \
             values ('c-baker', 'much', {held}, {})", now.as_millisecond()));
        let four = file(b"four", FileKind::Text, None, &person);
        assert_eq!(store.add_evidence(four, now).await.unwrap(), EvidenceAdded::Full);
        added(&store, file(b"ive", FileKind::Text, None, &person), now).await;
        store.close().await;
    }

    async fn a_step_is_not_done_without_the_evidence_it_asks_for(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        let published: Process = process();
        assert_eq!(published.checklist.len(), demanding()[0].checklist.len());
        store.open_duties(&baker(), &demanding(), now).await.unwrap();
        let pass = || Fill::of(Verdict::Pass, "opened it");
        let early = store.fill_step(on("open", 0, &person), pass(), now).await.unwrap();
        assert_eq!(early, StepChange::NoEvidence);
        added(&store, file(b"\x89PNG", FileKind::Png, Some("open"), &person), now).await;
        let half = store.fill_step(on("open", 0, &person), pass(), now).await.unwrap();
        assert_eq!(half, StepChange::NoEvidence, "the picture is not the file as well");
        let excused = Fill { excuse: Some("no time".to_owned()), ..pass() };
        let critical = store.fill_step(on("open", 0, &person), excused, now).await.unwrap();
        assert_eq!(critical, StepChange::NoEvidence, "no reason opens a critical gate");
        added(&store, file(b"a log", FileKind::Text, Some("open"), &person), now).await;
        let done = store.fill_step(on("open", 0, &person), pass(), now).await.unwrap();
        assert_eq!(done, StepChange::Changed { revision: 1 });

        let bare = store.fill_step(on("tidy", 0, &person), pass(), now).await.unwrap();
        assert_eq!(bare, StepChange::NoEvidence);
        let excused = Fill { excuse: Some("cameras are not allowed".to_owned()), ..pass() };
        let done = store.fill_step(on("tidy", 0, &person), excused, now).await.unwrap();
        assert_eq!(done, StepChange::Changed { revision: 1 });
        store.fill_step(on("restore", 0, &person), pass(), now).await.unwrap();
        let closing = store.close_ticket(&baker(), &duty(0).duty.id, None, now).await.unwrap();
        assert!(matches!(closing, Closing::Closed { .. }), "{closing:?}");
        store.close().await;
        place.assert_sound().await;
    }

    async fn closing_asks_for_the_evidence_again(place: Place) {
        let store = place.baker().await;
        let (person, now) = (tess(&store).await, duty(0).duty.opens_at);
        store.open_duties(&baker(), &demanding(), now).await.unwrap();
        // As a program before this one left it: done, without a file.
        place.sql("update step set state = 'filled', verdict = 'pass', note = 'done'");
        let by = || Some(ClosedBy::person(&person));
        let closing = store.close_ticket(&baker(), &duty(0).duty.id, by(), now).await.unwrap();
        let kinds = |kinds: &[&str]| kinds.iter().map(|kind| (*kind).to_owned()).collect();
        assert_eq!(closing, Closing::GatesOpen(vec![
            Obstacle::NoEvidence { step: "open".into(), kinds: kinds(&["screenshot", "file"]) },
            Obstacle::NoEvidence { step: "tidy".into(), kinds: kinds(&["photo"]) },
        ]));
        store.close().await;
    }
}
