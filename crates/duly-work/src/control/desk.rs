//! Rules about the provider's own desk: warnings of a client that nobody took on within a business
//! day.

use duly_core::control::facts::{DeskFacts, Waiting};
use duly_core::control::ladder::BusinessTime;
use duly_core::control::rules::rule;
use duly_core::process::{Allowance, AllowanceUnit};
use duly_store::{Keeper, Settled};

use super::At;
use super::climb::business_time;
use super::settle::{Place, Seen};
use crate::error::WorkError;
use crate::lists;

/// The rule; what it raises is not itself counted.
const RULE: &str = "unacknowledged";

/// A warning is taken on by the evening of the next business day.
const WITHIN: Allowance = Allowance {
    count: 1,
    unit: AllowanceUnit::BusinessDays,
};

/// Looks at what waits.
pub(super) async fn look(at: &At<'_>) -> Result<Settled, WorkError> {
    let Some(rule) = rule(RULE) else {
        return Ok(Settled::default());
    };
    let waiting = waiting(at).await?;
    let facts = DeskFacts {
        now: at.now,
        waiting: waiting.into_iter().collect(),
        failures: Vec::new(),
        gaps: Vec::new(),
    };
    let seen = rule.at_desk(&facts).into_iter().map(|raised| Seen {
        rule: rule.id.to_owned(),
        severity: rule.severity,
        raised,
        process: None,
        owner: "manager".to_owned(),
    });
    let known = at.store.known_of(at.id(), Keeper::Desk).await?;
    let place = Place {
        client: at.id(),
        source: Keeper::Desk,
        ticket: None,
        now: at.now,
    };
    let changes = place.settle(seen.collect(), known.iter());
    Ok(at
        .store
        .settle_warnings(at.id(), &changes, None, at.now)
        .await?)
}

async fn waiting(at: &At<'_>) -> Result<Option<Waiting>, WorkError> {
    let untaken = lists::untaken_warnings(at.store, at.id()).await?;
    let mut own = untaken
        .iter()
        .filter(|one| one.raised.rule != RULE)
        .peekable();
    if own.peek().is_none() {
        return Ok(None);
    }
    let (calendar, zone) = business_time(at)?;
    let time = BusinessTime {
        calendar,
        zone: &zone,
    };
    let mut waiting: Option<Waiting> = None;
    for warning in own {
        let until = time
            .after(warning.raised_at, WITHIN)
            .map_err(duly_core::schedule::error::ScheduleError::from)?;
        if at.now > until {
            // They come oldest first.
            let waiting = waiting.get_or_insert_with(|| Waiting {
                client: at.id().clone(),
                warnings: 0,
                since: warning.raised_at,
            });
            waiting.warnings += 1;
        }
    }
    Ok(waiting)
}
