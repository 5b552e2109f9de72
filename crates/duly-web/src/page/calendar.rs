//! `/calendar`: the duties of the next twelve months, and the private addresses under which a
//! calendar program reads them.

use std::collections::{BTreeMap, BTreeSet};

use axum::extract::{Path, Query, State};
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderValue};
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::permit::{Action, Thing, may};
use duly_core::schedule::duties::{Duty, Published};
use duly_core::schedule::icalendar::icalendar;
use duly_store::ClientRow;
use duly_work::lists;
use duly_work::proposal::AHEAD_DAYS;
use jiff::ToSpan;
use jiff::civil::Date;
use serde::Deserialize;

use crate::page::names::Names;
use crate::page::published;
use crate::page::set_up::own_address;
use crate::page::visit::{Visit, named, zone_of};
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::serve::App;
use crate::view::calendar::{Calendar, Day, LinkRow, Month, MonthLink, Row};
use crate::view::frame::Section;

/// Months on the page: the present one and the twelve that follow it in part.
const MONTHS: i32 = 12;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    #[serde(default)]
    client: String,
    #[serde(default)]
    process: String,
    #[serde(default)]
    month: String,
}

/// `GET /calendar`.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Shown {
    shown(&page(&visit, asked, None).await?)
}

/// `POST /calendar/links`: makes an address, and shows it this once.
pub(crate) async fn make(visit: Visit, headers: HeaderMap) -> Result<Response, Problem> {
    let person = &visit.person;
    let made = visit
        .store()
        .create_calendar_link(&person.client, &person.id, visit.now);
    let token = match made.await {
        Err(duly_store::Error::TooMuch { .. }) => return Err(problem::too_many_addresses()),
        made => made?,
    };
    let address = format!("{}/calendar/{token}.ics", own_address(&headers));
    Ok(shown(&page(&visit, Asked::default(), Some(address)).await?)?.into_response())
}

/// `POST /calendar/links/{link}/revoke`.
pub(crate) async fn revoke(visit: Visit, Path(link): Path<String>) -> Result<Response, Problem> {
    let person = &visit.person;
    let ended = visit
        .store()
        .revoke_calendar_link(&person.client, &person.id, &link, visit.now);
    match ended.await? {
        true => Ok(Redirect::to("/calendar").into_response()),
        false => Err(problem::not_found()),
    }
}

/// `GET /calendar/{token}.ics`: for whoever knows the address; what its person may see.
pub(crate) async fn file(
    State(app): State<App>,
    Path(file): Path<String>,
) -> Result<Response, Problem> {
    let token = file.strip_suffix(".ics").ok_or_else(problem::not_found)?;
    let now = app.now();
    let person = app.store.calendar_of(token, now).await?;
    let person = person.ok_or_else(problem::not_found)?;
    let clients = lists::clients(&app.store).await?;
    let sees = |client: &&ClientRow| {
        let thing = Thing::Client(&client.scope.id);
        may(person.who(now), Action::ReadProcesses, thing).is_ok()
    };
    let mut names = Names::new(&app.store);
    let (mut duties, mut titles) = (Vec::new(), BTreeMap::new());
    for client in clients.iter().filter(sees) {
        let Some(published) = published::of(&app.store, &client.scope.id).await? else {
            continue;
        };
        let today = now.to_zoned_datetime(zone_of(client)).date();
        for duty in published::coming(&published, today) {
            let mut title = format!("{} ({})", title_of(&published, &duty), client.name);
            if let Some(asset) = &duty.asset {
                let asset = names.asset(&duty.client, asset).await?.name;
                title = format!("{}: {asset} ({})", title_of(&published, &duty), client.name);
            }
            titles.insert(duty.id.clone(), title);
            duties.push(duty);
        }
    }
    duties.sort_by(|one, other| (one.slot, &one.id).cmp(&(other.slot, &other.id)));
    let title = |duty: &Duty| titles.get(&duty.id).cloned().unwrap_or_default();
    let text = icalendar("duly", &duties, title);
    let headers = [
        (
            CONTENT_TYPE,
            HeaderValue::from_static("text/calendar; charset=utf-8"),
        ),
        (
            CONTENT_DISPOSITION,
            HeaderValue::from_static("inline; filename=\"duly.ics\""),
        ),
    ];
    Ok((headers, text).into_response())
}

fn title_of<'a>(published: &'a Published, duty: &'a Duty) -> &'a str {
    let of_duty = |version: &&duly_core::schedule::duties::PublishedProcess| {
        version.process.process == duty.process && version.process.version() == duty.version
    };
    let version = published.processes.iter().find(of_duty);
    version.map_or(duty.process.as_str(), |version| &version.process.title)
}

/// The duties that are asked for, with what stands in their rows.
struct Coming {
    rows: Vec<Row>,
    processes: BTreeSet<String>,
    short: Vec<crate::view::Named>,
}

async fn coming(visit: &Visit, asked: &Asked, until: Date) -> Result<Coming, Problem> {
    let mut names = Names::new(visit.store());
    let mut found = Coming {
        rows: Vec::new(),
        processes: BTreeSet::new(),
        short: Vec::new(),
    };
    for client in &visit.clients {
        let id = &client.scope.id;
        let Some(published) = published::of(visit.store(), id).await? else {
            continue;
        };
        let versions = published.processes.iter();
        found
            .processes
            .extend(versions.map(|version| version.process.process.to_string()));
        if !asked.client.is_empty() && asked.client != id.as_str() {
            continue;
        }
        let today = visit.now.to_zoned_datetime(zone_of(client)).date();
        if published::ahead(&published, today, AHEAD_DAYS).is_err() {
            found.short.push(named(client));
        }
        for duty in published::coming(&published, today) {
            let other = !asked.process.is_empty() && asked.process != duty.process.as_str();
            if other || duty.slot > until {
                continue;
            }
            let due = duty.due_at.to_zoned_datetime(zone_of(client));
            found.rows.push(Row {
                slot: duty.slot,
                begins_a_day: false,
                title: title_of(&published, &duty).to_owned(),
                process: duty.process.to_string(),
                client: named(client),
                asset: match &duty.asset {
                    Some(asset) => Some(names.asset(&duty.client, asset).await?),
                    None => None,
                },
                due: due.strftime("%a %-d %b %H:%M").to_string(),
            });
        }
    }
    found.rows.sort_by_key(|row| row.slot);
    let mut before = None;
    for row in &mut found.rows {
        row.begins_a_day = before != Some(row.slot);
        before = Some(row.slot);
    }
    Ok(found)
}

async fn page(visit: &Visit, asked: Asked, made: Option<String>) -> Result<Calendar, Problem> {
    let frame = visit.frame(Section::Processes, false);
    let today = frame.today();
    let until = today.saturating_add(AHEAD_DAYS.days());
    let found = coming(visit, &asked, until).await?;
    let first = today.first_of_month();
    let chosen = format!("{}-01", asked.month).parse::<Date>().ok();
    let within = |date: &Date| (first..=until).contains(date);
    let shown = chosen.filter(within).unwrap_or(first);
    let per_day: BTreeMap<Date, u64> = found.rows.iter().fold(BTreeMap::new(), |mut days, row| {
        *days.entry(row.slot).or_default() += 1;
        days
    });
    let months = (0..=MONTHS).map(|ahead| first.saturating_add(ahead.months()));
    let months = months.filter(|month| *month <= until).map(|month| {
        let days = per_day.range(month..=month.last_of_month());
        MonthLink {
            month: month.strftime("%Y-%m").to_string(),
            name: month.strftime("%B %Y").to_string(),
            duties: days.map(|(_, duties)| duties).sum(),
            current: month == shown,
        }
    });
    let person = &visit.person;
    let links = visit
        .store()
        .calendar_links(&person.client, &person.id)
        .await?;
    let links = links.into_iter().map(|link| LinkRow {
        id: link.id,
        made_at: link.made_at,
        used_at: link.used_at,
    });
    Ok(Calendar {
        clients: visit.clients.iter().map(named).collect(),
        client: asked.client,
        process: asked.process,
        processes: found.processes.into_iter().collect(),
        months: months.collect(),
        shown: month(shown, &per_day),
        count: u64::try_from(found.rows.len()).unwrap_or(u64::MAX),
        duties: found
            .rows
            .into_iter()
            .filter(|row| row.slot.first_of_month() == shown)
            .collect(),
        links: links.collect(),
        made,
        short: found.short,
        frame,
    })
}

/// A month as weeks from Monday to Sunday.
fn month(first: Date, per_day: &BTreeMap<Date, u64>) -> Month {
    let mut weeks = Vec::new();
    let mut monday = duly_core::process::minutes::monday(first);
    while monday <= first.last_of_month() {
        let days = (0..7).map(|ahead: i32| monday.saturating_add(ahead.days()));
        let day = |date: Date| {
            let own = date.first_of_month() == first;
            own.then(|| Day {
                date,
                duties: per_day.get(&date).copied().unwrap_or(0),
            })
        };
        weeks.push(days.map(day).collect());
        monday = monday.saturating_add(7.days());
    }
    Month {
        name: first.strftime("%B %Y").to_string(),
        weeks,
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use jiff::civil::date;

    use super::month;

    #[test]
    fn a_month_has_each_of_its_days_once_and_weeks_of_seven() {
        for first in [date(2026, 2, 1), date(2027, 2, 1), date(2026, 11, 1)] {
            let month = month(first, &BTreeMap::new());
            assert!(month.weeks.iter().all(|week| week.len() == 7));
            let days = month.weeks.iter().flatten().flatten().count();
            assert_eq!(
                i64::try_from(days).unwrap(),
                i64::from(first.days_in_month())
            );
        }
    }
}
