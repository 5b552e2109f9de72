//! What is promised to a client: read, signed, put to the client and answered.

use axum::Json;
use axum::extract::Path;
use duly_core::scope::{Promise, ServicePlan};
use duly_store::{PLAN_REASON_BYTES_MAX, PlanDecision};
use duly_work::plan::{Signed, Wanted, decide, sign};
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::failed::{Failed, conflict, refused};
use super::sent::Sent;
use crate::page::plan::{TIMES_MAX, kind_of, newest, words};
use crate::page::visit::{Visit, zone_of};
use crate::problem;
use crate::view::asset::REASON_CHARS_MAX;

/// A promise.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Promised {
    process: String,
    /// For each asset of this kind; none for the client as a whole.
    kind: Option<String>,
    /// At least so often in a calendar year.
    per_year_min: u32,
}

/// A plan.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Plan {
    /// From this day on.
    effective: Date,
    promises: Vec<Promised>,
}

impl From<&ServicePlan> for Plan {
    fn from(plan: &ServicePlan) -> Self {
        let promises = plan.promises.iter().map(|promise| Promised {
            process: promise.process.to_string(),
            kind: promise.kind.clone(),
            per_year_min: promise.per_year_min,
        });
        Self {
            effective: plan.effective,
            promises: promises.collect(),
        }
    }
}

/// A plan that waits for the client's word.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Waiting {
    id: String,
    plan: Plan,
    /// Why less than the minimum.
    reason: String,
    person: String,
    proposed_at: Timestamp,
}

/// What is promised to a client.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Plans {
    /// The one that holds today.
    in_force: Option<Plan>,
    /// Those that begin later.
    coming: Vec<Plan>,
    waiting: Option<Waiting>,
}

async fn read(visit: &Visit, client: &str) -> Result<Json<Plans>, Failed> {
    let client = visit.client(client)?;
    let id = &client.scope.id;
    let today = visit.now.to_zoned_datetime(zone_of(client)).date();
    let signed = visit.store().plans(id).await?;
    let coming = signed.iter().filter(|plan| plan.effective > today);
    let waiting = visit.store().proposed_plan(id).await?;
    Ok(Json(Plans {
        in_force: ServicePlan::on(signed.iter(), today).map(Plan::from),
        coming: coming.map(Plan::from).collect(),
        waiting: waiting.map(|one| Waiting {
            id: one.id,
            plan: Plan::from(&one.proposed.plan),
            reason: one.proposed.reason,
            person: one.proposed.person.to_string(),
            proposed_at: one.proposed_at,
        }),
    }))
}

/// What is promised to a client, and what waits for the client's word.
#[utoipa::path(get, path = "/api/v1/clients/{client}/plan",
    responses((status = 200, body = Plans)))]
pub(crate) async fn get(visit: Visit, Path(client): Path<String>) -> Result<Json<Plans>, Failed> {
    read(&visit, &client).await
}

/// A promise to be made.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPromise {
    /// A process that is published for the client.
    process: String,
    /// At least so often in a calendar year.
    #[schema(minimum = 1, maximum = 1000)]
    per_year_min: u32,
}

/// A plan to be signed.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct NewPlan {
    /// From this day on; today at the earliest.
    effective: Date,
    #[schema(min_items = 1)]
    promises: Vec<NewPromise>,
    /// Why less than the minimum, where it is less: it is then put to the client.
    #[serde(default)]
    reason: String,
}

/// Signs a plan, or puts it to the client where it promises less than the minimum.
#[utoipa::path(post, path = "/api/v1/clients/{client}/plan", request_body = NewPlan,
    responses((status = 200, body = Plans)))]
pub(crate) async fn take(
    visit: Visit,
    Path(client): Path<String>,
    Sent(sent): Sent<NewPlan>,
) -> Result<Json<Plans>, Failed> {
    let row = visit.client(&client)?;
    let processes = newest(&visit, row).await?;
    let reason = sent.reason.trim().to_owned();
    if reason.chars().count() > REASON_CHARS_MAX || reason.len() > PLAN_REASON_BYTES_MAX {
        let why = format!("The reason has more than {REASON_CHARS_MAX} characters.");
        return Err(refused("too-much", why));
    }
    if sent.promises.is_empty() {
        return Err(refused("no-promises", "A plan promises something."));
    }
    let mut promises: Vec<Promise> = Vec::with_capacity(sent.promises.len());
    for promise in sent.promises {
        let process = promise.process.into();
        let Some(known) = processes.get(&process) else {
            let why = format!("{process} is not published, so it cannot be promised.");
            return Err(refused("not-published", why));
        };
        let twice = promises.iter().any(|other| other.process == process);
        if twice || !(1..=TIMES_MAX).contains(&promise.per_year_min) {
            let why = format!("{process}: promise it once, from 1 to {TIMES_MAX} times a year.");
            return Err(refused("wrong-promise", why));
        }
        promises.push(Promise {
            kind: kind_of(known),
            process,
            per_year_min: promise.per_year_min,
        });
    }
    let wanted = Wanted {
        plan: ServicePlan {
            effective: sent.effective,
            promises,
        },
        reason,
        person: visit.person.id.clone(),
    };
    match sign(visit.store(), &row.scope.id, wanted, visit.now).await? {
        Signed::Signed | Signed::Proposed => read(&visit, &client).await,
        Signed::BelowMinimum(short) => {
            let mut why: Vec<String> = short.iter().map(|one| words(one, &processes)).collect();
            why.push("Less than the minimum takes the client’s word: say why.".to_owned());
            Err(refused("below-minimum", why.join(" ")))
        }
        Signed::InThePast => Err(refused(
            "in-the-past",
            "A plan holds from today on at the earliest.",
        )),
    }
}

/// The client's answer.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Answer {
    agree: bool,
}

/// Takes the client's answer to a plan that waits.
#[utoipa::path(post, path = "/api/v1/clients/{client}/plan/{proposal}", request_body = Answer,
    responses((status = 200, body = Plans)))]
pub(crate) async fn answer(
    visit: Visit,
    Path((client, proposal)): Path<(String, String)>,
    Sent(sent): Sent<Answer>,
) -> Result<Json<Plans>, Failed> {
    let id = visit.client(&client)?.scope.id.clone();
    let waits = visit.store().proposed_plan(&id).await?;
    if waits.is_none_or(|one| one.id != proposal) {
        return Err(problem::not_found().into());
    }
    let decision = if sent.agree {
        PlanDecision::Agreed
    } else {
        PlanDecision::Declined
    };
    let (person, now) = (&visit.person.id, visit.now);
    if !decide(visit.store(), &id, &proposal, decision, person, now).await? {
        return Err(conflict(
            "already",
            "It does not wait for an answer any more.",
        ));
    }
    read(&visit, &client).await
}
