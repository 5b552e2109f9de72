//! `/clients/{client}/plan`: what is promised, signing a new plan, and the client's answer to one
//! that promises less than the minimum.

use std::collections::BTreeMap;

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::care::{Shortfall, least_per_year};
use duly_core::id::ProcessId;
use duly_core::permit::Action;
use duly_core::process::{Per, Process};
use duly_core::scope::{Promise, ServicePlan};
use duly_store::{ClientRow, PLAN_REASON_BYTES_MAX, PlanDecision, Proposal};
use duly_work::coverage;
use duly_work::plan::{Signed, Wanted, decide, short, sign, times_a_year};
use jiff::civil::Date;

use crate::page::about_client::{address, nav};
use crate::page::visit::{Visit, named};
use crate::page::{Shown, published, shown};
use crate::part::client_nav::ClientPage;
use crate::problem::Problem;
use crate::view::Named;
use crate::view::asset::REASON_CHARS_MAX;
use crate::view::frame::Section;
use crate::view::plan::{FormRow, Line, Plan, PlanForm, Shown as ShownPlan, Waiting};

/// What the name of each field of a process begins with.
const TIMES: &str = "times:";

/// Most times a year that anything can be promised.
pub(crate) const TIMES_MAX: u32 = 1_000;

/// The form, field by field: how many there are depends on the processes.
type Fields = Vec<(String, String)>;

/// Shows it.
pub(crate) async fn show(visit: Visit, Path(client): Path<String>) -> Shown {
    let client = visit.client(&client)?;
    shown(&view(&visit, client, None, Vec::new()).await?)
}

/// Signs a new one, or puts it to the client.
pub(crate) async fn take(
    visit: Visit,
    Path(client): Path<String>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let mut problems = Vec::new();
    let processes = newest(&visit, client).await?;
    let plan = read(&fields, &processes, &mut problems);
    let reason = field(&fields, "reason").trim().to_owned();
    if reason.chars().count() > REASON_CHARS_MAX || reason.len() > PLAN_REASON_BYTES_MAX {
        problems.push(format!(
            "The reason has more than {REASON_CHARS_MAX} characters."
        ));
    }
    if let (Some(plan), true) = (plan, problems.is_empty()) {
        let wanted = Wanted {
            plan,
            reason,
            person: visit.person.id.clone(),
        };
        match sign(visit.store(), id, wanted, visit.now).await? {
            Signed::Signed | Signed::Proposed => {
                return Ok(Redirect::to(&address(id, "/plan")).into_response());
            }
            Signed::BelowMinimum(short) => {
                problems.extend(short.iter().map(|one| words(one, &processes)));
                problems.push(format!(
                    "Less than the minimum takes the word of {}: say why, and it is put to them.",
                    client.name
                ));
            }
            Signed::InThePast => {
                problems.push("A plan holds from today on at the earliest.".into())
            }
        }
    }
    let page = shown(&view(&visit, client, Some(fields), problems).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Takes the client's answer.
pub(crate) async fn answer(
    visit: Visit,
    Path((client, proposal)): Path<(String, String)>,
    Form(fields): Form<Fields>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let decision = match field(&fields, "answer") {
        "agree" => Some(PlanDecision::Agreed),
        "decline" => Some(PlanDecision::Declined),
        _ => None,
    };
    let mut problems = Vec::new();
    match decision {
        None => problems.push("Agree or decline.".to_owned()),
        Some(decision) => {
            let (person, now) = (&visit.person.id, visit.now);
            if decide(visit.store(), id, &proposal, decision, person, now).await? {
                return Ok(Redirect::to(&address(id, "/plan")).into_response());
            }
            problems.push("It does not wait for an answer any more.".to_owned());
        }
    }
    let page = shown(&view(&visit, client, None, problems).await?)?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

fn field<'a>(fields: &'a Fields, name: &str) -> &'a str {
    let found = fields.iter().find(|(known, _)| known == name);
    found.map_or("", |(_, value)| value.as_str())
}

/// Reads the form; everything that is wrong with it, not the first thing alone.
fn read(
    fields: &Fields,
    processes: &BTreeMap<ProcessId, Process>,
    problems: &mut Vec<String>,
) -> Option<ServicePlan> {
    let effective: Option<Date> = field(fields, "effective").trim().parse().ok();
    if effective.is_none() {
        problems.push("Give the day from which it holds as YYYY-MM-DD.".to_owned());
    }
    let mut promises = Vec::new();
    for (name, value) in fields {
        let Some(process) = name.strip_prefix(TIMES) else {
            continue;
        };
        let (process, value) = (ProcessId::from(process), value.trim());
        if value.is_empty() {
            continue;
        }
        let Some(known) = processes.get(&process) else {
            problems.push(format!(
                "{process} is not published, so it cannot be promised."
            ));
            continue;
        };
        match value.parse::<u32>() {
            Ok(times) if (1..=TIMES_MAX).contains(&times) => promises.push(Promise {
                process,
                kind: kind_of(known),
                per_year_min: times,
            }),
            _ => problems.push(format!(
                "{}: a number from 1 to {TIMES_MAX}, or nothing.",
                known.title
            )),
        }
    }
    if promises.is_empty() {
        problems.push("A plan promises something.".to_owned());
    }
    Some(ServicePlan {
        effective: effective?,
        promises,
    })
}

/// What each promise of a process is counted for.
pub(crate) fn kind_of(process: &Process) -> Option<String> {
    match process.applies_to.per {
        Per::Asset => process.applies_to.kind.clone(),
        Per::Site => Some(duly_core::care::SITE.to_owned()),
        Per::Client | Per::Provider => None,
    }
}

pub(crate) fn words(short: &Shortfall, processes: &BTreeMap<ProcessId, Process>) -> String {
    let title = processes.get(&short.process);
    let title = title.map_or(short.process.as_str(), |process| process.title.as_str());
    let (promised, least) = (short.promised, short.least);
    if promised == 0 {
        format!("{title}: not promised; the least is {least} times a year.")
    } else {
        format!("{title}: {promised} times a year; the least is {least}.")
    }
}

/// The newest version of each process that was published for a client.
pub(crate) async fn newest(
    visit: &Visit,
    client: &ClientRow,
) -> Result<BTreeMap<ProcessId, Process>, Problem> {
    let published = published::of(visit.store(), &client.scope.id).await?;
    let versions = published.map_or_else(Vec::new, |published| published.processes);
    let versions = versions.into_iter();
    Ok(versions
        .map(|version| (version.process.process.clone(), version.process))
        .collect())
}

async fn view(
    visit: &Visit,
    client: &ClientRow,
    sent: Option<Fields>,
    problems: Vec<String>,
) -> Result<Plan, Problem> {
    let (store, id) = (visit.store(), &client.scope.id);
    let frame = visit.frame_of(client, Section::Clients);
    let today = frame.today();
    let processes = newest(visit, client).await?;
    let signed = store.plans(id).await?;
    let current = ServicePlan::on(signed.iter(), today);
    let coming = signed.iter().filter(|plan| plan.effective > today);
    let plans = current.into_iter().chain(coming);
    let uncovered = coverage::uncovered(store, id, visit.now).await?;
    let waiting = match store.proposed_plan(id).await? {
        Some(proposal) => Some(waits(visit, client, proposal, &processes).await?),
        None => None,
    };
    let form = visit
        .may(Action::SignPlan, id)
        .then(|| form(client, current, &processes, sent, today));
    Ok(Plan {
        client: named(client),
        nav: nav(visit, client, ClientPage::Plan),
        plans: plans
            .map(|plan| ShownPlan {
                effective: plan.effective,
                is_in_force: plan.effective <= today,
                lines: lines(plan, &processes),
            })
            .collect(),
        waiting,
        decides: visit.may(Action::ConsentPlan, id),
        uncovered: uncovered.gaps.into_iter().map(|gap| gap.words).collect(),
        form,
        problems,
        frame,
    })
}

fn lines(plan: &ServicePlan, processes: &BTreeMap<ProcessId, Process>) -> Vec<Line> {
    let title = |process: &ProcessId| {
        let known = processes.get(process);
        known.map_or_else(|| process.to_string(), |known| known.title.clone())
    };
    let promises = plan.promises.iter();
    promises
        .map(|promise| Line::of(promise, title(&promise.process)))
        .collect()
}

async fn waits(
    visit: &Visit,
    client: &ClientRow,
    proposal: Proposal,
    processes: &BTreeMap<ProcessId, Process>,
) -> Result<Waiting, Problem> {
    let plan = &proposal.proposed.plan;
    let short = short(visit.store(), &client.scope.id, plan).await?;
    Ok(Waiting {
        id: proposal.id,
        effective: plan.effective,
        lines: lines(plan, processes),
        short: short.iter().map(|one| words(one, processes)).collect(),
        reason: proposal.proposed.reason.clone(),
        who: visit.person_named(&proposal.proposed.person),
        at: proposal.proposed_at,
    })
}

fn form(
    client: &ClientRow,
    current: Option<&ServicePlan>,
    processes: &BTreeMap<ProcessId, Process>,
    sent: Option<Fields>,
    today: Date,
) -> PlanForm {
    let rows = processes.iter().map(|(id, process)| {
        let due = times_a_year(process, &client.scope.calendar, today).ok();
        let promised = current.and_then(|plan| {
            let mut promises = plan.promises.iter();
            promises.find(|promise| promise.process == *id)
        });
        let times = match &sent {
            Some(fields) => field(fields, &format!("{TIMES}{id}")).to_owned(),
            None => promised
                .map(|promise| promise.per_year_min)
                .or(due)
                .map_or_else(String::new, |times| times.to_string()),
        };
        FormRow {
            process: Named::new(id.as_str(), process.title.clone()),
            kind: kind_of(process),
            times,
            due,
            least: least_per_year(id),
        }
    });
    let effective = sent.as_ref().map(|fields| field(fields, "effective"));
    let reason = sent.as_ref().map(|fields| field(fields, "reason"));
    PlanForm {
        effective: effective.map_or_else(|| today.to_string(), str::to_owned),
        earliest: today,
        rows: rows.collect(),
        reason: reason.unwrap_or_default().to_owned(),
    }
}
