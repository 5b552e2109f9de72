//! Oversight: months are counted, kept once they are over, and put on one page.

use duly_core::measure::reading::Figure;
use duly_core::permit::Role;
use duly_core::review::period::Period;
use duly_core::telling::Kind;
use duly_core::trend::reading::Ratio;
use duly_core::verdict::Verdict;
use duly_store::{ClosedBy, EntryFilter, Fill, MeasureKey, OnStep, Page, READINGS};
use duly_work::oversight::count::{count, months, night};
use duly_work::oversight::report::report;
use jiff::Timestamp;

use crate::world::{World, at, baker, days_later};

fn period(text: &str) -> Period {
    text.parse().unwrap()
}

fn key(process: &str, measure: &str) -> MeasureKey {
    MeasureKey {
        process: process.into(),
        measure: measure.to_owned(),
    }
}

async fn work_through(world: &World, process: &str, now: Timestamp) {
    let tickets = world.tickets().await;
    let mut open = tickets
        .iter()
        .filter(|one| one.process.as_str() == process && one.ended_at.is_none());
    let id = open.next().unwrap().id.clone();
    let (_, steps) = world.store.ticket(&baker(), &id).await.unwrap().unwrap();
    for step in steps {
        let on = OnStep {
            client: baker(),
            ticket: id.clone(),
            step: step.id.clone(),
            revision: step.revision,
            person: "p-tess".into(),
        };
        let said = Fill::of(Verdict::Pass, format!("{} was looked at", step.id));
        world.store.fill_step(on, said, now).await.unwrap();
    }
    let by = Some(ClosedBy::person(&"p-tess".into()));
    let client = baker();
    let closing = world.store.close_ticket(&client, &id, by, now);
    closing.await.unwrap();
}

async fn entries(world: &World) -> usize {
    let filter = EntryFilter {
        kinds: vec![READINGS.to_owned()],
        ..EntryFilter::default()
    };
    let page = Page::widest();
    let client = baker();
    let found = world.store.entries_listed(&client, &filter, &page);
    let found = found.await.unwrap();
    found.rows.len()
}

#[tokio::test]
async fn a_month_is_kept_once_its_last_duty_has_ended_and_never_counted_again() {
    let world = World::new().await;
    world.round(days_later(20)).await;
    assert_eq!(
        night(&world.store, &baker(), days_later(20)).await.unwrap(),
        0
    );
    assert_eq!(entries(&world).await, 0);
    // At the beginning of February what January owed is not over; at its end it is.
    let later = at("2026-03-20T12:00:00Z");
    world.round(later).await;
    let made = night(&world.store, &baker(), later).await.unwrap();
    assert!(made >= 1, "{made}");
    assert_eq!(entries(&world).await, made);
    let january = period("2026-01");
    let client = baker();
    let kept = world.store.kept_months(&client, january, january);
    let kept = kept.await.unwrap().remove(0);
    assert!(kept.entry.is_some());
    assert_eq!(kept.equation.open, 0);
    assert_eq!(kept.equation.due, kept.equation.missed);
    assert_eq!(night(&world.store, &baker(), later).await.unwrap(), 0);
    assert_eq!(entries(&world).await, made);
    let again = world.store.kept_months(&client, january, january);
    assert_eq!(again.await.unwrap().remove(0).counted_at, kept.counted_at);
}

#[tokio::test]
async fn a_measure_has_its_numerator_and_its_denominator_and_what_nothing_counts_says_so() {
    let world = World::new().await;
    let now = at("2026-01-13T10:00:00Z");
    world.round(now).await;
    work_through(&world, "backup.restore-test", now).await;
    let later = at("2026-03-20T12:00:00Z");
    world.round(later).await;
    let published = world.store.published(&baker()).await.unwrap().unwrap();
    let month = count(&world.store, &published, period("2026-01"), later);
    let month = month.await.unwrap();
    let figure = |process: &str, measure: &str| {
        let reading = month.readings.get(&key(process, measure));
        reading
            .unwrap_or_else(|| panic!("{process} {measure}"))
            .figure
    };
    // Two restore tests were due, and one was done.
    let ratio = |good, total| Figure::Ratio(Ratio { good, total });
    assert_eq!(figure("backup.restore-test", "restore.done"), ratio(1, 2));
    let equation = month.equation;
    let whole = figure("gov.oversight", "duties.on-time");
    assert_eq!(whole, ratio(equation.done, equation.due - equation.open));
    assert_eq!(
        figure("gov.oversight", "duties.missed"),
        Figure::Single(equation.missed as f64)
    );
    assert_eq!(
        figure("acct.review", "accounts.second-factor"),
        Figure::NotCounted
    );
    let between = &month.readings[&key("gov.oversight", "duties.missed")].between;
    let missed = usize::try_from(equation.missed).unwrap();
    assert_eq!(between.as_ref().unwrap().before.len(), missed);
}

#[tokio::test]
async fn a_report_names_what_was_missed_and_says_what_is_to_be_decided() {
    let world = World::new().await;
    let later = at("2026-03-20T12:00:00Z");
    world.round(later).await;
    night(&world.store, &baker(), later).await.unwrap();
    let client = baker();
    let january = report(&world.store, &client, period("2026-01"), later);
    let january = january.await.unwrap();
    assert!(january.is_final);
    let missed = january.equation.missed;
    assert_eq!(january.missed.len(), usize::try_from(missed).unwrap());
    assert!(
        january
            .sentence
            .starts_with(&format!("{missed} duties were missed")),
        "{}",
        january.sentence
    );
    assert!(january.missed.iter().all(|duty| duty.word == "still owed"));
    assert_eq!(january.doubts.checked, 0);
    assert!(!january.doubts.not_counted.is_empty());
    let checkpoint = january.checkpoint.unwrap();
    assert!(
        checkpoint.size > 0 && checkpoint.root.len() == 44,
        "{checkpoint:?}"
    );
    // Of three months nothing can be said to change.
    for row in &january.measures {
        assert_eq!(
            row.variation.filter(|word| word.word() != "too-few"),
            None,
            "{}",
            row.id
        );
    }
}

#[test]
fn two_years_are_looked_back() {
    let all = months(period("2026-02"), 24);
    assert_eq!(all.len(), 24);
    assert_eq!(all[0], period("2024-03"));
    assert_eq!(all[23], period("2026-02"));
}

#[tokio::test]
async fn a_month_that_is_over_is_told_once_with_its_figures_and_the_checkpoint() {
    let world = World::new().await;
    let later = at("2026-02-25T12:00:00Z");
    world.round(later).await;
    assert_eq!(night(&world.store, &baker(), later).await.unwrap(), 1);
    let told = |untold: Vec<duly_store::Untold>| {
        let mut reports: Vec<_> = untold
            .into_iter()
            .map(|one| one.notice)
            .filter(|notice| notice.kind == Kind::Report)
            .collect();
        assert!(reports.len() < 2, "{reports:?}");
        reports.pop()
    };
    let notice = told(world.store.untold().await.unwrap()).unwrap();
    assert!(notice.line.starts_with("2026-01: "), "{}", notice.line);
    assert_eq!(notice.roles, [Role::Executive, Role::Owner]);
    let fact = |name: &str| {
        let found = notice.facts.iter().find(|(fact, _)| fact == name);
        found.map(|(_, value)| value.clone()).unwrap()
    };
    let january = period("2026-01");
    let client = baker();
    let kept = world.store.kept_months(&client, january, january);
    let due = kept.await.unwrap()[0].equation.due;
    assert!(
        fact("Duties").starts_with(&format!("{due} due = ")),
        "{notice:?}"
    );
    assert!(
        fact("Checkpoint to keep").contains("duly.example/"),
        "{notice:?}"
    );
    assert!(
        fact("Duties done on time").contains("aim: at least 98 %"),
        "{notice:?}"
    );
    night(&world.store, &baker(), later).await.unwrap();
    told(world.store.untold().await.unwrap());
}
