//! Which tickets need a person, asked of the queue and of one ticket.

use std::collections::BTreeSet;

use duly_core::id::DutyId;
use duly_store::{Page, QueueAt, QueueFilter, QueueState};
use duly_work::open_due::open_due;
use duly_work::publish;
use duly_work::run_probe::PROBES;
use duly_work::telling::mirror::needs_person;

use crate::world::{OPENED, World, at, baker, days_later, declaration, process, settings};

#[tokio::test]
async fn the_queue_and_the_mirrors_agree_on_which_tickets_need_a_person() {
    let world = World::new().await;
    let mut declared = declaration(Some(settings()));
    declared.clients[0].processes.push(process("backup.jobs"));
    publish::publish(&world.store, &declared, at(OPENED))
        .await
        .unwrap();
    let (mut with, mut without) = (0, 0);
    for day in [1, 5, 20, 60] {
        let now = days_later(day);
        // Opened and not yet measured, then measured, missed and closed, as the days bring it.
        open_due(&world.store, &baker(), None, now).await.unwrap();
        for _ in 0..2 {
            let at = QueueAt {
                now,
                day_end: now,
                month_first: "2026-01-01".parse().unwrap(),
                probes: PROBES.iter().map(|probe| (*probe).to_owned()).collect(),
            };
            let measured = QueueFilter {
                state: Some(QueueState::Measured),
                ..QueueFilter::default()
            };
            let page = Page::widest();
            let measured = world.store.queue(&measured, &at, &page).await.unwrap();
            assert_eq!(measured.next, None);
            let measured = measured.rows.into_iter().map(|queued| queued.ticket.id);
            let measured: BTreeSet<DutyId> = measured.collect();
            for ticket in world.tickets().await {
                let found = world.store.ticket(&baker(), &ticket.id).await.unwrap();
                let (ticket, steps) = found.unwrap();
                if !ticket.is_owed() {
                    continue;
                }
                let needs = needs_person(&ticket, &steps);
                assert_eq!(needs, !measured.contains(&ticket.id), "{ticket:?}");
                with += usize::from(needs);
                without += usize::from(!needs);
            }
            world.round(now).await;
        }
    }
    assert!(with > 3 && without > 3, "{with} and {without}");
}
