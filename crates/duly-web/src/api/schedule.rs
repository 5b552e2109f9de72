//! What falls due: the duties of a period, computed from what was published, and the load of the
//! next twelve months.

use std::collections::BTreeMap;

use axum::Json;
use duly_core::schedule::duties::{Duty as Computed, duties as computed};
use duly_work::proposal::load_of;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::failed::{Failed, refused};
use super::sent::{Asked, sound_period};
use crate::page::published;
use crate::page::visit::{Visit, zone_of};
use crate::problem;

/// Which duties.
#[derive(Debug, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub(crate) struct DutiesAsked {
    /// Of this client.
    client: String,
    /// First slot.
    from: Date,
    /// Last slot; at most 366 days later.
    to: Date,
}

/// One expected occurrence of a process.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Duty {
    id: String,
    client: String,
    process: String,
    version: String,
    asset: Option<String>,
    /// Nominal local date.
    slot: Date,
    opens_at: Timestamp,
    due_at: Timestamp,
    missed_at: Timestamp,
}

impl From<Computed> for Duty {
    fn from(duty: Computed) -> Self {
        Self {
            id: duty.id.to_string(),
            client: duty.client.to_string(),
            process: duty.process.to_string(),
            version: duty.version,
            asset: duty.asset.map(|asset| asset.0),
            slot: duty.slot,
            opens_at: duty.opens_at,
            due_at: duty.due_at,
            missed_at: duty.missed_at,
        }
    }
}

/// The duties of a period, in the shape of `duly plan`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Duties {
    duties: Vec<Duty>,
}

/// The duties of a period, computed from what was published; also those that are yet to come.
#[utoipa::path(get, path = "/api/v1/duties", params(DutiesAsked),
    responses((status = 200, body = Duties)))]
pub(crate) async fn duties(
    visit: Visit,
    Asked(asked): Asked<DutiesAsked>,
) -> Result<Json<Duties>, Failed> {
    let client = &visit.client(&asked.client)?.scope.id;
    sound_period(asked.from, asked.to)?;
    let published = visit.store().published(client).await?;
    let published = published.ok_or_else(problem::not_found)?;
    let duties = computed(&published, asked.from, asked.to)
        .map_err(|error| refused("no-calendar", format!("They cannot be computed: {error}.")))?;
    Ok(Json(Duties {
        duties: duties.into_iter().map(Duty::from).collect(),
    }))
}

/// What a role has to do in a week.
#[derive(Debug, Default, Serialize, ToSchema)]
pub(crate) struct Load {
    /// The Monday on which the week begins.
    week: Date,
    role: String,
    duties: u64,
    /// Minutes that they are expected to take together.
    minutes: u64,
    /// How many of them have no estimate and stand for no minutes here.
    without_estimate: u64,
}

/// The load of the next twelve months.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Loads {
    load: Vec<Load>,
}

/// What each role has to do in each week of the next twelve months, over all clients.
#[utoipa::path(get, path = "/api/v1/load", responses((status = 200, body = Loads)))]
pub(crate) async fn load(visit: Visit) -> Result<Json<Loads>, Failed> {
    let mut sums: BTreeMap<(Date, String), Load> = BTreeMap::new();
    for client in &visit.clients {
        let Some(published) = published::of(visit.store(), &client.scope.id).await? else {
            continue;
        };
        let today = visit.now.to_zoned_datetime(zone_of(client)).date();
        for one in load_of(&published, &published::coming(&published, today)) {
            let key = (one.week, one.role.clone());
            let sum = sums.entry(key).or_insert_with(|| Load {
                week: one.week,
                role: one.role.clone(),
                ..Load::default()
            });
            sum.duties += u64::from(one.duties);
            sum.minutes += one.minutes;
            sum.without_estimate += u64::from(one.without_estimate);
        }
    }
    Ok(Json(Loads {
        load: sums.into_values().collect(),
    }))
}
