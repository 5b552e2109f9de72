//! Tickets: what is owed, what is done to it, what a second person makes of it.

use duly_core::permit::Action;

use super::Line;
use crate::changes;
use crate::page::upload::UPLOAD_BYTES_MAX;
use crate::page::{
    absences, answer, bulk, close, evidence, exception_ask, exceptions, said, snooze, ticket,
    today, verification, verifications,
};
use crate::permit::About;
use crate::serve::{BODY_BYTES_MAX, UPLOAD_WITHIN};

/// Largest form with a row for each asset of a ticket: some hundred rows with a sentence each.
const ROWS_BYTES_MAX: usize = 8 * BODY_BYTES_MAX;

/// All of them.
pub(super) fn lines() -> Vec<Line> {
    [
        work(),
        beside_the_work(),
        closing_and_assigning(),
        of_exceptions(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Tickets and what is done to them.
fn work() -> Vec<Line> {
    use About::{Client, Everything, Home};
    vec![
        Line::get("/", Action::ReadQueue, Everything, today::show),
        Line::get("/changes", Action::ReadClient, Home, changes::listen),
        Line::get(
            "/clients/{client}/tickets/{ticket}",
            Action::ReadClient,
            Client,
            ticket::show,
        ),
        Line::post(
            "/clients/{client}/tickets/{ticket}/steps/{step}",
            Action::DoWork,
            Client,
            answer::take,
        )
        .with_body(UPLOAD_BYTES_MAX)
        .within(UPLOAD_WITHIN),
        Line::post(
            "/clients/{client}/tickets/{ticket}/close",
            Action::DoWork,
            Client,
            close::take,
        ),
        Line::post(
            "/clients/{client}/tickets/{ticket}/snooze",
            Action::DoWork,
            Client,
            snooze::take,
        ),
        Line::post(
            "/clients/{client}/tickets/{ticket}/wake",
            Action::DoWork,
            Client,
            snooze::wake,
        ),
        Line::get(
            "/clients/{client}/verifications/{run}",
            Action::ReadClient,
            Client,
            verification::show,
        ),
        Line::get(
            "/verifications",
            Action::ReadClient,
            Home,
            verifications::show,
        ),
    ]
}

/// What is said, left and decided beside a checklist.
fn beside_the_work() -> Vec<Line> {
    use About::Client;
    vec![
        Line::post(
            "/clients/{client}/tickets/{ticket}/evidence",
            Action::DoWork,
            Client,
            said::files,
        )
        .with_body(UPLOAD_BYTES_MAX)
        .within(UPLOAD_WITHIN),
        Line::get(
            "/clients/{client}/evidence/{evidence}",
            Action::ReadClient,
            Client,
            evidence::download,
        ),
        Line::get(
            "/clients/{client}/evidence/{evidence}/small.jpg",
            Action::ReadClient,
            Client,
            evidence::small,
        ),
        Line::post(
            "/clients/{client}/tickets/{ticket}/comments",
            Action::Comment,
            Client,
            said::comment,
        ),
        Line::post(
            "/clients/{client}/tickets/{ticket}/assets",
            Action::DoWork,
            Client,
            said::rows,
        )
        .with_body(ROWS_BYTES_MAX),
        Line::post(
            "/clients/{client}/tickets/{ticket}/hand-over",
            Action::Assign,
            Client,
            said::hand_over,
        ),
        Line::post(
            "/clients/{client}/tickets/{ticket}/reopen",
            Action::Reopen,
            Client,
            said::reopen,
        ),
    ]
}

/// Several at once, and who does what.
fn closing_and_assigning() -> Vec<Line> {
    use About::{Client, Everything};
    vec![
        Line::get(
            "/clients/{client}/close",
            Action::DoWork,
            Client,
            bulk::show,
        ),
        Line::post(
            "/clients/{client}/close",
            Action::DoWork,
            Client,
            bulk::take,
        ),
        Line::post(
            "/clients/{client}/technicians",
            Action::KeepClients,
            Client,
            absences::technicians,
        ),
        Line::get("/absences", Action::ReadQueue, Everything, absences::show),
        Line::post("/absences", Action::Assign, Everything, absences::add),
        Line::post(
            "/absences/{absence}/end",
            Action::Assign,
            Everything,
            absences::end,
        ),
    ]
}

/// What need not be done, and by whose word.
fn of_exceptions() -> Vec<Line> {
    use About::Client;
    vec![
        Line::get(
            "/clients/{client}/exceptions",
            Action::ReadClient,
            Client,
            exceptions::list,
        ),
        Line::get(
            "/clients/{client}/exceptions/ask",
            Action::AskException,
            Client,
            exception_ask::show,
        ),
        Line::post(
            "/clients/{client}/exceptions",
            Action::AskException,
            Client,
            exception_ask::take,
        ),
        Line::get(
            "/clients/{client}/exceptions/{exception}",
            Action::ReadClient,
            Client,
            exceptions::show,
        ),
        Line::post(
            "/clients/{client}/exceptions/{exception}/decide",
            Action::GrantException,
            Client,
            exceptions::decide,
        ),
        Line::post(
            "/clients/{client}/exceptions/{exception}/withdraw",
            Action::GrantException,
            Client,
            exceptions::withdraw,
        ),
    ]
}
