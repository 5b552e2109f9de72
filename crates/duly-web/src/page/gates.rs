//! What stands in the way of closing a ticket, in words. The rule is `duly_core::gate`'s, and the
//! store asks it again in the transaction that closes; this is how a page says beforehand what that
//! will come to.

use duly_core::gate::Obstacle;
use duly_core::id::StepId;
use duly_store::{Evidence, Ticket, TicketAsset, TicketStep, lacking, obstacles};

use crate::view::ticket::Closing;
use crate::words::number::counted;

/// A word that stands for whatever whoever closes will say.
const SOME_WORD: &str = "something";

/// What closing would take.
pub(crate) fn closing(
    ticket: &Ticket,
    steps: &[TicketStep],
    rows: &[TicketAsset],
    files: &[Evidence],
) -> Closing {
    if !ticket.is_owed() {
        return Closing::NotOffered;
    }
    let in_the_way = obstacles(steps, rows, files, Some(SOME_WORD));
    if in_the_way.is_empty() {
        let mute = obstacles(steps, rows, files, None);
        return Closing::Allowed {
            asks_word: mute.contains(&Obstacle::NoWord),
        };
    }
    Closing::Refused {
        reasons: sentences(&in_the_way, steps),
    }
}

/// What a step lacks as files, if it were said to be in order.
pub(crate) fn lacks(step: &TicketStep, files: &[Evidence]) -> Vec<String> {
    lacking(step, files)
}

/// What stands in the way, each thing a sentence; the assets in one.
pub(crate) fn sentences(in_the_way: &[Obstacle], steps: &[TicketStep]) -> Vec<String> {
    let mut reasons: Vec<String> = in_the_way
        .iter()
        .filter_map(|obstacle| sentence(obstacle, steps))
        .collect();
    let open = |obstacle: &&Obstacle| matches!(obstacle, Obstacle::RowOpen { .. });
    let rows = in_the_way.iter().filter(open).count();
    if rows > 0 {
        let rows = u64::try_from(rows).unwrap_or(u64::MAX);
        reasons.push(format!(
            "{} without a verdict.",
            counted(rows, "asset is", "assets are")
        ));
    }
    reasons
}

fn sentence(obstacle: &Obstacle, steps: &[TicketStep]) -> Option<String> {
    let found = |id: &StepId| steps.iter().position(|step| step.id == *id);
    let number = |id: &StepId| found(id).map_or(0, |place| place + 1);
    let step = |id: &StepId| found(id).and_then(|place| steps.get(place));
    Some(match obstacle {
        Obstacle::Pending { step: id } => {
            let number = number(id);
            match step(id) {
                Some(step) if step.gate == duly_core::process::Gate::Standard => {
                    format!("Step {number} is neither done nor left out with a reason.")
                }
                Some(step) if step.probe.is_some() => {
                    format!("Step {number} is critical and has no result yet.")
                }
                _ => format!("Step {number} is critical and nobody has done it."),
            }
        }
        Obstacle::LeftOut { step } => {
            format!("Step {} is critical and was left out.", number(step))
        }
        Obstacle::Unknown { step } => format!(
            "Step {} is critical, and what it should find out is unknown.",
            number(step)
        ),
        Obstacle::NoEvidence { step, kinds } => format!(
            "Step {} is said to be in order, and its {} is not there.",
            number(step),
            kinds.join(" and ")
        ),
        Obstacle::NoWord => "Something did not pass: say why it is closed so.".to_owned(),
        Obstacle::RowOpen { .. } => return None,
    })
}
