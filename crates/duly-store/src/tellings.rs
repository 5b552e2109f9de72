//! What acts tell people of, as notices. What is missing here the store does not know: who told
//! it fills in the titles of processes when it decides to whom a notice goes.

use duly_core::assignment::Technicians;
use duly_core::exception::Ask;
use duly_core::id::{ClientId, DutyId, PersonId};
use duly_core::measure::reading::Figure;
use duly_core::oversight::report::Report;
use duly_core::process::Severity;
use duly_core::review::reviewer::Assigned;
use duly_core::telling::{Kind, Notice};
use duly_core::trend::word::Variation;

use crate::handovers::HandOver;
use crate::rework::Reopen;

/// Measures that a report tells of; with the equation and the checkpoint they fit a message, and
/// the page has the others.
const MEASURES_TOLD_MAX: usize = 12;

/// A month that is over: its sentence, its equation, its measures and the checkpoint. Whoever keeps
/// the message keeps something that the log can be held against.
pub(crate) fn reported(report: &Report) -> Notice {
    let equation = &report.equation;
    let terms = format!(
        "{} due = {} done + {} late + {} missed + {} waived + {} open",
        equation.due, equation.done, equation.late, equation.missed, equation.waived, equation.open
    );
    let severity = if equation.missed > 0 {
        Severity::Medium
    } else {
        Severity::Low
    };
    let line = format!("{}: {}", report.month, report.sentence);
    let path = format!(
        "/clients/{}/oversight?month={}",
        report.client, report.month
    );
    let mut notice = Notice::new(Kind::Report, severity, &line)
        .at(&path)
        .with_fact("Duties", &terms);
    if let Some(checkpoint) = &report.checkpoint {
        let text = format!(
            "{} {} {}",
            checkpoint.origin, checkpoint.size, checkpoint.root
        );
        notice = notice.with_fact("Checkpoint to keep", &text);
    }
    let counted = report.measures.iter();
    let counted = counted.filter(|row| row.figure != Figure::NotCounted);
    for row in counted.take(MEASURES_TOLD_MAX) {
        let change = row.variation.map_or("", |variation| match variation {
            Variation::Improving => "; better than before",
            Variation::Worsening => "; worse than before",
            Variation::CommonCause => "; varies as always",
            Variation::TooFew => "",
        });
        let figure = format!("{}, aim: {}{change}", row.now, row.aim);
        notice = notice.with_fact(&row.title, &figure);
    }
    notice
}

fn of_ticket(kind: Kind, severity: Severity, line: &str, about: (&ClientId, &DutyId)) -> Notice {
    let (client, ticket) = about;
    Notice::new(kind, severity, line)
        .about(Some(ticket))
        .at(&format!("/clients/{client}/tickets/{ticket}"))
}

/// A missed duty.
pub(crate) fn missed(client: &ClientId, ticket: &DutyId) -> Notice {
    of_ticket(Kind::Missed, Severity::High, "Missed", (client, ticket))
}

/// A ticket handed over: to whoever gets it, and to whoever had it unless they did it themselves.
pub(crate) fn handed_over(what: &HandOver) -> Notice {
    let mut people = vec![what.to.clone()];
    people.extend(what.from.clone().filter(|from| *from != what.by));
    of_ticket(
        Kind::HandOver,
        Severity::Medium,
        "Handed over",
        (&what.client, &what.ticket),
    )
    .with_fact("What was said", &what.word)
    .to_people(&people)
}

/// A ticket to be done again: to whoever closed it; nobody where it closed itself.
pub(crate) fn reopened(reopen: &Reopen, closed_by: Option<&PersonId>) -> Option<Notice> {
    let notice = of_ticket(
        Kind::Assignment,
        Severity::Medium,
        "To be done again",
        (&reopen.client, &reopen.ticket),
    );
    let closed_by = closed_by.filter(|person| **person != reopen.person)?;
    Some(
        notice
            .with_fact("Why", &reopen.reason)
            .to_people(std::slice::from_ref(closed_by)),
    )
}

/// Who looks after a client from now on: to those of them who did not set it themselves.
pub(crate) fn assigned(
    client: &ClientId,
    technicians: &Technicians,
    by: &PersonId,
) -> Option<Notice> {
    let both = [Some(&technicians.primary), technicians.backup.as_ref()];
    let others = both.into_iter().flatten().filter(|person| *person != by);
    let people: Vec<PersonId> = others.cloned().collect();
    let line = "You look after this client's tickets from now on";
    let notice = Notice::new(Kind::Assignment, Severity::Medium, line);
    let is_empty = people.is_empty();
    (!is_empty).then(|| notice.at(&format!("/?client={client}")).to_people(&people))
}

/// An exception that somebody has to decide.
pub(crate) fn asked(client: &ClientId, id: &str, ask: &Ask) -> Notice {
    let line = "An exception was asked for";
    about_exception(Kind::ExceptionAsked, line, client, id)
        .with_fact("Slots", &format!("{} to {}", ask.from, ask.to))
        .with_fact("Why", &ask.reason)
}

/// An exception that was decided: to whoever asked for it.
pub(crate) fn decided(
    client: &ClientId,
    id: &str,
    is_granted: bool,
    answer: &str,
    asked_by: &PersonId,
) -> Notice {
    let line = if is_granted {
        "The exception you asked for was granted"
    } else {
        "The exception you asked for was refused"
    };
    let notice = about_exception(Kind::ExceptionDecided, line, client, id);
    let notice = if answer.is_empty() {
        notice
    } else {
        notice.with_fact("Answer", answer)
    };
    notice.to_people(std::slice::from_ref(asked_by))
}

fn about_exception(kind: Kind, line: &str, client: &ClientId, id: &str) -> Notice {
    Notice::new(kind, Severity::Medium, line).at(&format!("/clients/{client}/exceptions/{id}"))
}

/// A finished ticket drawn for a second look: to whoever is to look at it, or to everybody who
/// may where nobody was found.
pub(crate) fn drawn(client: &ClientId, one: &Assigned) -> Notice {
    let ticket = &one.ticket;
    let notice = Notice::new(Kind::ReviewDrawn, Severity::Low, "To be looked at")
        .about(Some(ticket))
        .at(&format!("/clients/{client}/reviews/{ticket}"));
    match &one.reviewer {
        Some((person, _)) => notice.to_people(std::slice::from_ref(person)),
        None => notice,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn technicians(backup: Option<&str>) -> Technicians {
        Technicians {
            primary: "p-tess".into(),
            backup: backup.map(PersonId::from),
        }
    }

    #[test]
    fn whoever_acts_is_not_told_of_their_own_act() {
        let client = ClientId::from("baker");
        let tess = PersonId::from("p-tess");
        assert_eq!(assigned(&client, &technicians(None), &tess), None);
        let both = assigned(&client, &technicians(Some("p-olav")), &tess);
        assert_eq!(both.unwrap().people, [PersonId::from("p-olav")]);
        let reopen = Reopen {
            client,
            ticket: "0".repeat(64).into(),
            steps: Vec::new(),
            person: tess.clone(),
            reason: "another device".to_owned(),
        };
        assert_eq!(reopened(&reopen, Some(&tess)), None);
        assert_eq!(reopened(&reopen, None), None, "it closed itself");
        let olav = PersonId::from("p-olav");
        let told = reopened(&reopen, Some(&olav)).unwrap();
        assert_eq!(told.people, [olav]);
    }
}
