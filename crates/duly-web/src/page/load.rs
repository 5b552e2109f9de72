//! `GET /load`: hours for each role and week of the next twelve months.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::process::minutes::Load as Hours;
use duly_work::proposal::load_of;
use jiff::civil::Date;

use crate::page::visit::{Visit, zone_of};
use crate::page::{Shown, published, shown};
use crate::view::frame::Section;
use crate::view::load::{Load, WeekRow};
use crate::words::process::hours;

/// Shows it.
pub(crate) async fn show(visit: Visit) -> Shown {
    let mut weeks: BTreeMap<Date, BTreeMap<String, Hours>> = BTreeMap::new();
    let mut unknown = BTreeSet::new();
    for client in &visit.clients {
        let Some(published) = published::of(visit.store(), &client.scope.id).await? else {
            continue;
        };
        let today = visit.now.to_zoned_datetime(zone_of(client)).date();
        let duties = published::coming(&published, today);
        for duty in &duties {
            let mut versions = published.processes.iter().map(|version| &version.process);
            let version = versions.find(|version| {
                version.process == duty.process && version.version() == duty.version
            });
            if version.is_some_and(|version| version.expected_minutes().is_none()) {
                unknown.insert(duty.process.to_string());
            }
        }
        for load in load_of(&published, &duties) {
            let roles = weeks.entry(load.week).or_default();
            let sum = roles.entry(load.role.clone()).or_insert_with(|| Hours {
                duties: 0,
                minutes: 0,
                without_estimate: 0,
                ..load.clone()
            });
            sum.duties = sum.duties.saturating_add(load.duties);
            sum.minutes = sum.minutes.saturating_add(load.minutes);
            sum.without_estimate = sum.without_estimate.saturating_add(load.without_estimate);
        }
    }
    let roles: BTreeSet<String> = weeks.values().flat_map(BTreeMap::keys).cloned().collect();
    let all = weeks.values().flat_map(BTreeMap::values);
    let without_estimate = all.map(|load| u64::from(load.without_estimate)).sum();
    let row = |(week, of_roles): (&Date, &BTreeMap<String, Hours>)| WeekRow {
        week: *week,
        duties: of_roles.values().map(|load| u64::from(load.duties)).sum(),
        hours: roles
            .iter()
            .map(|role| (role.clone(), hours(of_roles.get(role))))
            .collect(),
    };
    shown(&Load {
        frame: visit.frame(Section::Processes, false),
        weeks: weeks.iter().map(row).collect(),
        roles: roles.into_iter().collect(),
        without_estimate,
        unknown: unknown.into_iter().collect(),
    })
}
