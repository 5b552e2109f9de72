//! `/connections`: through what duly sends, how well that works, and making another. A secret is
//! taken here and never shown again.

use std::collections::BTreeMap;

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_store::Connection;
use duly_work::telling::connection::{DeskKind, Security, Settings, add};

use crate::page::visit::Visit;
use crate::page::{Shown, shown};
use crate::problem::{self, Problem};
use crate::view::connections::{Connections, Row, Typed};
use crate::view::frame::Section;

/// The fields of a form, by name.
type Fields = BTreeMap<String, String>;

/// Shows them.
pub(crate) async fn show(visit: Visit) -> Shown {
    shown(&view(&visit, Vec::new(), Typed::default()).await?)
}

/// Makes one; or says what is wrong with it.
pub(crate) async fn make(visit: Visit, Form(fields): Form<Fields>) -> Result<Response, Problem> {
    let text = |name: &str| fields.get(name).map_or("", |value| value.trim());
    let secret = Some(text("secret")).filter(|secret| !secret.is_empty());
    let problems = match read(&fields) {
        Err(problem) => vec![problem],
        Ok(settings) => {
            let (store, by) = (visit.store(), &visit.person.id);
            match add(store, text("name"), &settings, secret, by, visit.now).await? {
                Ok(_) => return Ok(Redirect::to("/connections").into_response()),
                Err(problems) => problems,
            }
        }
    };
    let page = shown(&view(&visit, problems, Typed::of(fields)).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Removes one.
pub(crate) async fn remove(
    visit: Visit,
    Path(connection): Path<String>,
) -> Result<Response, Problem> {
    let by = &visit.person.id;
    let store = visit.store();
    if store.remove_connection(&connection, by, visit.now).await? {
        Ok(Redirect::to("/connections").into_response())
    } else {
        Err(problem::not_found())
    }
}

fn read(fields: &Fields) -> Result<Settings, String> {
    let text = |name: &str| fields.get(name).map_or("", |value| value.trim());
    let filled = |name: &str| Some(text(name).to_owned()).filter(|text| !text.is_empty());
    let ticked = |name: &str| fields.contains_key(name);
    let desk = |desk: DeskKind| Settings::Desk {
        desk,
        address: text("address").to_owned(),
        queue: text("queue").to_owned(),
        requester: text("requester").to_owned(),
        private: ticked("private"),
        authority: filled("authority"),
    };
    Ok(match text("kind") {
        "smtp" => Settings::Smtp {
            host: text("host").to_owned(),
            port: text("port")
                .parse()
                .map_err(|_| "Give the port as a number: 587.".to_owned())?,
            security: match text("security") {
                "tls" => Security::Tls,
                "plain" => Security::Plain,
                _ => Security::Starttls,
            },
            login: filled("login"),
            from: text("from").to_owned(),
            authority: filled("authority"),
        },
        "webhook" => Settings::Webhook {
            address: text("address").to_owned(),
            private: ticked("private"),
        },
        "mail-desk" => Settings::MailDesk {
            to: text("to").to_owned(),
            follows: ticked("follows"),
        },
        "request-tracker" => desk(DeskKind::RequestTracker),
        "zammad" => desk(DeskKind::Zammad),
        _ => return Err("Choose what to connect.".to_owned()),
    })
}

async fn view(visit: &Visit, problems: Vec<String>, typed: Typed) -> Result<Connections, Problem> {
    let connections = visit.store().connections().await?;
    let mut rows = Vec::with_capacity(connections.len());
    for connection in &connections {
        rows.push(row(connection)?);
    }
    Ok(Connections {
        frame: visit.frame(Section::Connections, true),
        rows,
        problems,
        typed,
    })
}

fn row(connection: &Connection) -> Result<Row, Problem> {
    let (kind, to) = match Settings::of(connection)? {
        Settings::Smtp { host, from, .. } => ("Mail server", format!("{host}, from {from}")),
        Settings::Webhook { address, .. } => ("Webhook", address),
        Settings::MailDesk { to, .. } => ("Help desk by mail", to),
        Settings::Desk {
            desk: DeskKind::RequestTracker,
            address,
            queue,
            ..
        } => ("Request Tracker", format!("{address}, queue {queue}")),
        Settings::Desk { address, queue, .. } => ("Zammad", format!("{address}, group {queue}")),
    };
    Ok(Row {
        id: connection.kept.id.clone(),
        name: connection.kept.name.clone(),
        kind,
        to,
        delivered_at: connection.delivered_at,
        failed_at: connection.failed_at,
        problem: connection.problem.clone(),
        waiting: connection.waiting,
        waiting_since: connection.waiting_since,
        failed: connection.failed,
    })
}
