//! What stands beside a ticket's checklist, read from the store for the ticket's page.

use duly_core::assignment::{Absence, Doer, Why, who_does};
use duly_core::id::{PersonId, StepId};
use duly_core::permit::{Action, Role};
use duly_core::scope::Client;
use duly_core::telling::mirror::MirrorState;
use duly_store::{Evidence, Page, Person, Ticket, TicketAsset, TicketStep};

use crate::page::names::Names;
use crate::page::visit::Visit;
use crate::problem::Problem;
use crate::view::Named;
use crate::view::beside::{Beside, Mirror, Offers, Row, Said};
use crate::view::frame::Section;
use crate::view::step::File;
use crate::words::size;

/// Digits of a hash that are shown; whoever compares in earnest computes all of it.
const DIGITS: usize = 16;

/// Reads it.
pub(crate) async fn of(
    visit: &Visit,
    names: &mut Names<'_>,
    ticket: &Ticket,
    steps: &[TicketStep],
    evidence: &[Evidence],
    rows: &[TicketAsset],
) -> Result<Beside, Problem> {
    let store = visit.store();
    let (client, id) = (&ticket.client, &ticket.id);
    let is_owed = ticket.is_owed();
    let may = |action| visit.may(action, client);
    // Who of the provider's staff does it is named to that staff.
    let doer = if is_owed && visit.bound_to().is_none() {
        doer(visit, ticket).await?
    } else {
        None
    };
    let handed = store.handovers_of(client, id).await?.pop();
    let rework = store.rework_of(client, id).await?.pop();
    let assigns = is_owed && may(Action::Assign);
    Ok(Beside {
        holder: doer
            .as_ref()
            .map_or_else(String::new, |doer| doer.person.0.clone()),
        doer: doer.map(|doer| sentence(visit, &doer)),
        handed_over: handed.map(|handed| Said {
            who: visit.person_named(&handed.what.by),
            at: handed.at,
            words: handed.what.word,
            about: None,
        }),
        handovers: ticket.handovers,
        staff: if assigns {
            technicians(visit).await?
        } else {
            Vec::new()
        },
        comments: comments(visit, ticket, steps).await?,
        rework: rework
            .filter(|_| ticket.rework_at.is_some())
            .map(|rework| Said {
                who: visit.person_named(&rework.asked_by),
                at: rework.asked_at,
                words: rework.reason,
                about: None,
            }),
        files: files(visit, evidence, None),
        rows: listed(visit, names, ticket, rows).await?,
        mirrors: mirrors(visit, ticket).await?,
        offers: Offers {
            work: is_owed && may(Action::DoWork),
            comment: may(Action::Comment),
            assign: assigns,
            reopen: !is_owed && ticket.verdict.is_some() && may(Action::Reopen),
        },
    })
}

/// Where a ticket is mirrored. That desk is the provider's, so others are not told of it.
async fn mirrors(visit: &Visit, ticket: &Ticket) -> Result<Vec<Mirror>, Problem> {
    if visit.bound_to().is_some() {
        return Ok(Vec::new());
    }
    let mirrors = visit.store().mirrors_of(&ticket.client, &ticket.id).await?;
    let shown = mirrors.into_iter().map(|mirrored| Mirror {
        number: mirrored.foreign_id,
        link: mirrored.link.filter(|link| is_web(link)),
        state: match mirrored.state {
            MirrorState::Asked => "asked for, not known to be there yet",
            MirrorState::Open => "open there; closing it there ends nothing here",
            MirrorState::Closed => "closed there with this ticket",
        },
    });
    Ok(shown.collect())
}

/// Whether what a help desk said is an address that a page may link to.
fn is_web(link: &str) -> bool {
    ["https://", "http://"]
        .iter()
        .any(|way| link.starts_with(way))
}

/// The assets that a ticket lists, by name.
async fn listed(
    visit: &Visit,
    names: &mut Names<'_>,
    ticket: &Ticket,
    rows: &[TicketAsset],
) -> Result<Vec<Row>, Problem> {
    let mut listed = Vec::new();
    for row in rows {
        let by = row.person.as_ref().zip(row.changed_at);
        listed.push(Row {
            asset: names.asset(&ticket.client, &row.asset).await?,
            verdict: row.verdict,
            note: row.note.clone().unwrap_or_default(),
            by: by.map(|(person, at)| (visit.person_named(person), at)),
            revision: row.revision,
        });
    }
    Ok(listed)
}

/// Every asset that a ticket lists.
pub(crate) async fn rows(visit: &Visit, ticket: &Ticket) -> Result<Vec<TicketAsset>, Problem> {
    let (client, id) = (&ticket.client, &ticket.id);
    let all = duly_work::lists::ticket_assets(visit.store(), client, id).await?;
    Ok(all)
}

/// Who does a ticket today, by the provider's calendar day.
pub(crate) async fn doer(visit: &Visit, ticket: &Ticket) -> Result<Option<Doer>, Problem> {
    let store = visit.store();
    let assigned = store.technicians(&ticket.client).await?;
    let today = visit.frame(Section::Today, false).today();
    let noted = store.absences(&Client::PROVIDER.into(), today).await?;
    let absences: Vec<Absence> = noted.into_iter().map(|noted| noted.absence).collect();
    let both = assigned.as_ref().map(|assigned| &assigned.technicians);
    Ok(who_does(both, ticket.handed_to.as_ref(), &absences, today))
}

/// Who does it and why they, in words.
fn sentence(visit: &Visit, doer: &Doer) -> String {
    let name = visit.person_named(&doer.person);
    match doer.why {
        Why::Primary => name,
        Why::Backup => format!("{name}, while the primary technician is away"),
        Why::HandedOver => format!("{name}, to whom it was handed over"),
        Why::StandsIn => format!("{name}, while whom it was handed to is away"),
        Why::NobodyElse => format!("{name}, who is away; nobody stands in, so hand it over"),
    }
}

/// The provider's technicians who have not left.
pub(crate) async fn technicians(visit: &Visit) -> Result<Vec<Named>, Problem> {
    let provider = Client::PROVIDER.into();
    let page = Page::widest();
    let staff = visit.store().people(&provider, &page);
    let does =
        |person: &Person| person.removed_at.is_none() && person.roles.contains(&Role::Technician);
    let found = staff.await?.rows.into_iter().filter(does);
    Ok(found
        .map(|person| Named::new(person.id.as_str(), person.name))
        .collect())
}

/// The staff of these ids are technicians who have not left.
pub(crate) async fn is_technician(visit: &Visit, person: &PersonId) -> Result<bool, Problem> {
    let all = technicians(visit).await?;
    Ok(all.iter().any(|one| one.id == person.as_str()))
}

async fn comments(
    visit: &Visit,
    ticket: &Ticket,
    steps: &[TicketStep],
) -> Result<Vec<Said>, Problem> {
    let notes = duly_work::lists::notes(visit.store(), &ticket.client, &ticket.id).await?;
    let number = |id: &StepId| steps.iter().position(|step| step.id == *id);
    let said = notes.into_iter().map(|note| Said {
        who: visit.person_named(&note.person),
        at: note.written_at,
        words: note.words,
        about: note
            .step
            .as_ref()
            .and_then(number)
            .map(|place| format!("step {}", place + 1)),
    });
    Ok(said.collect())
}

/// The files of a step, or of the ticket as a whole.
pub(crate) fn files(visit: &Visit, evidence: &[Evidence], step: Option<&StepId>) -> Vec<File> {
    let of_step = evidence.iter().filter(|file| file.step.as_ref() == step);
    of_step
        .map(|file| File {
            id: file.id.clone(),
            name: file.kind.safe_name(&file.name),
            kind: file.kind.word().to_owned(),
            size: size::bytes(file.bytes),
            is_picture: file.picture.is_some(),
            who: visit.person_named(&file.person),
            at: file.added_at,
            taken_at: file.taken_at,
            digits: file.sha256.chars().take(DIGITS).collect(),
        })
        .collect()
}
