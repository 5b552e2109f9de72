//! `/drafts/{draft}/changes`: what a draft would change, for whom; and publishing it.

use axum::extract::{Form, Path, Query};
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Redirect, Response};
use duly_core::process::Process;
use duly_store::{Origin, Publishing, REASON_BYTES_MAX};
use duly_work::proposal::{Proposal, applies, propose, publish_proposal};

use crate::page::chosen::{self, Chosen, Pairs};
use crate::page::draft;
use crate::page::proposed::{self, Page};
use crate::page::today::encoded;
use crate::page::visit::Visit;
use crate::page::{drafts, shown};
use crate::part::line_diff::compare;
use crate::problem::{self, Problem};
use crate::view::changes::Changes;
use crate::view::frame::Section;

/// A draft that is sound, and what it says.
struct Sound {
    text: String,
    revision: u64,
    process: Process,
}

/// The draft; nothing where it is refused.
async fn sound(visit: &Visit, draft: &str) -> Result<Option<Sound>, Problem> {
    let found = visit.store().draft(&draft::of(visit, draft)).await?;
    let found = found.ok_or_else(problem::not_found)?;
    let today = visit.frame(Section::Processes, false).today();
    let read = duly_declare::load_on(found.text.as_bytes(), "draft", today);
    Ok(read.ok().map(|process| Sound {
        text: found.text,
        revision: found.revision,
        process,
    }))
}

/// `GET /drafts/{draft}/changes`.
pub(crate) async fn show(
    visit: Visit,
    Path(draft): Path<String>,
    Query(pairs): Query<Pairs>,
) -> Result<Response, Problem> {
    let Some(sound) = sound(&visit, &draft).await? else {
        return Ok(Redirect::to(&format!("/drafts/{}", encoded(&draft))).into_response());
    };
    let chosen = chosen(&visit, &sound.process, &pairs).await?;
    let proposal = propose(visit.store(), &sound.process, &chosen.wishes, visit.now).await?;
    let page = page(&visit, &draft, &sound, &chosen, &proposal, Vec::new(), "").await?;
    Ok(shown(&page)?.into_response())
}

/// `POST /drafts/{draft}/publish`: publishes it for the clients chosen, or says why not.
pub(crate) async fn publish(
    visit: Visit,
    Path(draft): Path<String>,
    Form(pairs): Form<Pairs>,
) -> Result<Response, Problem> {
    let Some(sound) = sound(&visit, &draft).await? else {
        return Ok(Redirect::to(&format!("/drafts/{}", encoded(&draft))).into_response());
    };
    let chosen = chosen(&visit, &sound.process, &pairs).await?;
    let proposal = propose(visit.store(), &sound.process, &chosen.wishes, visit.now).await?;
    let reason = chosen::field(&pairs, "reason").trim().to_owned();
    let mut problems = wrong(&pairs, &proposal, &reason);
    if chosen::field(&pairs, "revision") != sound.revision.to_string() {
        problems.push("The draft was changed since you looked; look again.".to_owned());
    }
    if problems.is_empty() && chosen.problems.is_empty() && proposal.refused.is_empty() {
        let (store, person) = (visit.store(), &visit.person.id);
        let done = publish_proposal(store, &proposal, person, &reason, &sound.text, visit.now);
        match done.await? {
            Publishing::Published => {
                // What it says is published and kept with the version; the draft has done its work.
                store.discard_draft(&draft::of(&visit, &draft)).await?;
                let to = format!("/processes/{}", encoded(sound.process.process.as_str()));
                return Ok(Redirect::to(&to).into_response());
            }
            other => problems.push(proposed::stopped(&visit, &other)),
        }
    }
    let page = page(
        &visit, &draft, &sound, &chosen, &proposal, problems, &reason,
    )
    .await?;
    let page: Html<String> = shown(&page)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// What is wrong with the form that publishes.
pub(crate) fn wrong(pairs: &Pairs, proposal: &Proposal, reason: &str) -> Vec<String> {
    let mut problems = Vec::new();
    if reason.is_empty() {
        problems.push("Say why: the clients read it.".to_owned());
    }
    if reason.len() > REASON_BYTES_MAX {
        problems.push("The reason is too long; shorten it.".to_owned());
    }
    if proposal.clients.is_empty() && proposal.refused.is_empty() {
        problems.push("Choose at least one client.".to_owned());
    }
    for client in &proposal.clients {
        let was = client.before.as_ref().map(Process::version);
        let seen = chosen::field(pairs, &format!("seen.{}", client.client));
        if seen != was.unwrap_or_default() {
            let says = "Another version was published since you looked; look again.";
            problems.push(says.to_owned());
        }
    }
    if proposal.loosens() && chosen::field(pairs, "loosens") != "yes" {
        let says = "It asks for less than before: say that you know it.";
        problems.push(says.to_owned());
    }
    problems
}

/// Who was chosen; at first everybody who has the process, or to whom it applies.
async fn chosen(visit: &Visit, process: &Process, pairs: &Pairs) -> Result<Chosen, Problem> {
    let mut clients = Vec::new();
    for client in &visit.clients {
        let Some(published) = visit.store().published(&client.scope.id).await? else {
            continue;
        };
        let mut versions = published.processes.iter().map(|version| &version.process);
        let newest = versions.rfind(|known| known.process == process.process);
        if newest.is_none() && !applies(process, &published) {
            continue;
        }
        let version = newest.map(Process::version).unwrap_or_default();
        let origins = visit.store().origins(&client.scope.id).await?;
        let own = |origin: &Origin| origin.process == process.process && origin.version == version;
        let had = origins.into_iter().find(own);
        let had = had.map(|origin| origin.overrides).unwrap_or_default();
        clients.push((client.clone(), newest.cloned(), had));
    }
    Ok(chosen::read(clients, pairs))
}

async fn page(
    visit: &Visit,
    draft: &str,
    sound: &Sound,
    chosen: &Chosen,
    proposal: &Proposal,
    problems: Vec<String>,
    reason: &str,
) -> Result<Changes, Problem> {
    let base = format!("/drafts/{}", encoded(draft));
    let before = drafts::text_of(visit, &sound.process.process).await?;
    let mut page = proposed::page(
        visit,
        Page {
            look: format!("{base}/changes"),
            publish: format!("{base}/publish"),
            back: (base, "Draft".to_owned()),
            process: &sound.process,
            ends: false,
        },
        chosen,
        proposal,
    )
    .await?;
    page.lines = before.map_or_else(Vec::new, |before| compare(&before, &sound.text));
    let revision = ("revision".to_owned(), sound.revision.to_string());
    page.seen.push(revision);
    page.problems.extend(problems);
    page.reason = reason.to_owned();
    Ok(page)
}
