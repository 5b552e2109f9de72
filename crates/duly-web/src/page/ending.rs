//! `/processes/{process}/end`: a process ends by one more version, which makes nothing due.

use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_core::id::ProcessId;
use duly_core::process::Process;
use duly_core::process::overrides::Overrides;
use duly_store::Publishing;
use duly_work::proposal::{Proposal, propose, publish_proposal};
use jiff::civil::Date;

use crate::page::chosen::{self, Chosen, Pairs};
use crate::page::proposed::{self, Page};
use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::page::{draft_changes, shown};
use crate::problem::{self, Problem};
use crate::view::changes::Changes;
use crate::view::frame::Section;

/// What would end, and for whom.
struct Ending {
    chosen: Chosen,
    proposal: Proposal,
    /// The common version as it would end.
    process: Process,
}

/// `GET /processes/{process}/end`.
pub(crate) async fn show(
    visit: Visit,
    Path(process): Path<String>,
    Query(pairs): Query<Pairs>,
) -> Result<Response, Problem> {
    let ending = ending(&visit, &process, &pairs).await?;
    Ok(shown(&page(&visit, &process, &ending, &pairs).await?)?.into_response())
}

/// `POST /processes/{process}/end`.
pub(crate) async fn take(
    visit: Visit,
    Path(process): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let ending = ending(&visit, &process, &pairs).await?;
    let reason = chosen::field(&pairs, "reason").trim().to_owned();
    let mut problems = draft_changes::wrong(&pairs, &ending.proposal, &reason);
    let sound = ending.chosen.problems.is_empty() && ending.proposal.refused.is_empty();
    if problems.is_empty() && sound {
        let (store, person) = (visit.store(), &visit.person.id);
        let text = duly_declare::write(&ending.process);
        let proposal = &ending.proposal;
        let done = publish_proposal(store, proposal, person, &reason, &text, visit.now);
        match done.await? {
            Publishing::Published => {
                let to = format!("/processes/{}", encoded(&process));
                return Ok(Redirect::to(&to).into_response());
            }
            other => problems.push(proposed::stopped(&visit, &other)),
        }
    }
    let mut page = page(&visit, &process, &ending, &pairs).await?;
    page.problems.extend(problems);
    page.reason = reason;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, shown(&page)?).into_response())
}

/// Everybody who has the process and for whom it has not ended; each ends its own version.
async fn ending(visit: &Visit, process: &str, pairs: &Pairs) -> Result<Ending, Problem> {
    let id = ProcessId::from(process);
    let today = visit.frame(Section::Processes, false).today();
    let tomorrow = today.tomorrow().unwrap_or(today);
    let written = chosen::field(pairs, "from").trim();
    let from: Option<Date> = match written {
        "" => Some(tomorrow),
        written => written.parse().ok(),
    };
    let mut clients = Vec::new();
    let mut newest: Option<Process> = None;
    for client in &visit.clients {
        let Some(published) = visit.store().published(&client.scope.id).await? else {
            continue;
        };
        let mut versions = published
            .processes
            .into_iter()
            .map(|version| version.process);
        let Some(last) = versions.rfind(|known| known.process == id) else {
            continue;
        };
        if newest
            .as_ref()
            .is_none_or(|known| last.effective > known.effective)
        {
            newest = Some(last.clone());
        }
        if !last.is_ended() {
            clients.push((client.clone(), Some(last), Overrides::default()));
        }
    }
    let newest = newest.ok_or_else(problem::not_found)?;
    let versions = clients.clone();
    let mut chosen = chosen::read(clients, pairs);
    let mut proposal = Proposal::default();
    let day = from.unwrap_or(tomorrow);
    if from.is_none() {
        let says = "The first day without it must be a date, as in 2026-12-31.";
        chosen.problems.push(says.to_owned());
    } else if day <= today {
        let says = "It can end from tomorrow on: what is due today stays due.";
        chosen.problems.push(says.to_owned());
    }
    for wish in &chosen.wishes {
        let own = versions
            .iter()
            .find(|(client, _, _)| client.scope.id == wish.client);
        if let Some((_, Some(version), _)) = own {
            let wishes = std::slice::from_ref(wish);
            let one = propose(visit.store(), &version.ended(day), wishes, visit.now).await?;
            proposal.clients.extend(one.clients);
            proposal.refused.extend(one.refused);
        }
    }
    Ok(Ending {
        chosen,
        proposal,
        process: newest.ended(day),
    })
}

async fn page(
    visit: &Visit,
    process: &str,
    ending: &Ending,
    pairs: &Pairs,
) -> Result<Changes, Problem> {
    let base = format!("/processes/{}", encoded(process));
    let about = Page {
        look: format!("{base}/end"),
        publish: format!("{base}/end"),
        back: (base, ending.process.title.clone()),
        process: &ending.process,
        ends: true,
    };
    let mut page = proposed::page(visit, about, &ending.chosen, &ending.proposal).await?;
    let written = chosen::field(pairs, "from").trim();
    if !written.is_empty() {
        page.effective = written.to_owned();
    }
    let effective = page.effective.clone();
    page.seen.push(("from".to_owned(), effective));
    Ok(page)
}
