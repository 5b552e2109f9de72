//! `GET /clients/{client}/exceptions/ask` and `POST /clients/{client}/exceptions`: the form that
//! asks for an exception, and what came in with it.

use std::collections::BTreeMap;

use axum::extract::{Form, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use duly_core::exception::Ask;
use duly_core::process::Process;
use duly_store::{Asking, ClientRow};
use duly_work::{exceptions, lists};
use jiff::civil::Date;
use serde::Deserialize;

use crate::page::exceptions::to_one;
use crate::page::names::Names;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::problem::Problem;
use crate::view::Named;
use crate::view::exception::{AskForm, Typed, WORDS_CHARS_MAX};
use crate::view::frame::Section;

/// `GET …/ask`: the form.
pub(crate) async fn show(visit: Visit, Path(client): Path<String>) -> Shown {
    let client = visit.client(&client)?;
    let today = visit.frame_of(client, Section::Clients).today();
    let typed = Typed {
        from: today.to_string(),
        ..Typed::default()
    };
    let id = duly_store::random_id()?;
    shown(&form(&visit, client, id, typed, Vec::new()).await?)
}

async fn form(
    visit: &Visit,
    client: &ClientRow,
    id: String,
    typed: Typed,
    problems: Vec<String>,
) -> Result<AskForm, Problem> {
    let store = visit.store();
    let mut names = Names::new(store);
    let assets = lists::assets(store, &client.scope.id).await?;
    let mut assets: Vec<Named> = assets
        .into_iter()
        .filter(|asset| asset.scope.until.is_none())
        .map(|asset| Named::new(asset.scope.id.as_str(), asset.name))
        .collect();
    assets.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(AskForm {
        frame: visit.frame_of(client, Section::Clients),
        client: named(client),
        id,
        processes: newest(names.processes(&client.scope.id).await?),
        assets,
        typed,
        problems,
    })
}

/// Each process by the title of its newest version.
fn newest(versions: &[Process]) -> Vec<Named> {
    let mut newest = BTreeMap::new();
    for process in versions {
        let known: &mut &Process = newest.entry(&process.process).or_insert(process);
        if process.effective > known.effective {
            *known = process;
        }
    }
    newest
        .into_values()
        .map(|process| Named::new(process.process.as_str(), process.title.clone()))
        .collect()
}

/// The form, as it comes in.
#[derive(Clone, Debug, Deserialize)]
pub(crate) struct Wish {
    #[serde(default)]
    id: String,
    #[serde(default)]
    process: String,
    #[serde(default)]
    asset: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    reason: String,
    #[serde(default)]
    measure: String,
}

/// `POST …/exceptions`: takes a wish and leads to it; or shows the form with what is wrong.
pub(crate) async fn take(
    visit: Visit,
    Path(client): Path<String>,
    Form(wish): Form<Wish>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let problems = match read(&wish) {
        Ok(ask) => {
            let (store, person) = (visit.store(), &visit.person.id);
            match exceptions::ask(store, id, wish.id.clone(), ask, person, visit.now).await? {
                Asking::Asked | Asking::Already => return Ok(to_one(id, &wish.id)),
                Asking::Refused(problems) => {
                    problems.into_iter().map(|one| one.message()).collect()
                }
            }
        }
        Err(problems) => problems,
    };
    let typed = Typed {
        process: wish.process,
        asset: wish.asset,
        from: wish.from,
        to: wish.to,
        reason: wish.reason,
        measure: wish.measure,
    };
    let id = if wish.id.is_empty() {
        duly_store::random_id()?
    } else {
        wish.id
    };
    let page = shown(&form(&visit, client, id, typed, problems).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// Reads the form; everything that is wrong with its shape.
fn read(wish: &Wish) -> Result<Ask, Vec<String>> {
    let mut problems = Vec::new();
    let mut date = |text: &str, what: &str| -> Option<Date> {
        let date = text.trim().parse().ok();
        if date.is_none() {
            problems.push(format!(
                "Give the {what} day as a date, such as 2026-12-31."
            ));
        }
        date
    };
    let (from, to) = (date(&wish.from, "first"), date(&wish.to, "last"));
    let is_id = !wish.id.is_empty()
        && wish.id.len() <= duly_core::id::ID_BYTES_MAX
        && wish.id.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if !is_id {
        problems.push("The form was not whole; send it again.".to_owned());
    }
    let chars = wish
        .reason
        .chars()
        .count()
        .max(wish.measure.chars().count());
    if chars > WORDS_CHARS_MAX {
        problems.push(format!("Write at most {WORDS_CHARS_MAX} characters."));
    }
    let some = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    match (from, to) {
        (Some(from), Some(to)) if problems.is_empty() => Ok(Ask {
            process: some(&wish.process).map(Into::into),
            asset: some(&wish.asset).map(Into::into),
            from,
            to,
            reason: wish.reason.trim().to_owned(),
            measure: some(&wish.measure),
        }),
        _ => Err(problems),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish() -> Wish {
        Wish {
            id: "a1".to_owned(),
            process: String::new(),
            asset: "b-1".to_owned(),
            from: "2026-12-01".to_owned(),
            to: "2026-12-31".to_owned(),
            reason: " closed ".to_owned(),
            measure: String::new(),
        }
    }

    #[test]
    fn what_is_left_empty_means_everything() {
        let ask = read(&wish()).unwrap();
        assert_eq!((ask.process, ask.measure), (None, None));
        assert_eq!(ask.asset, Some("b-1".into()));
        assert_eq!(ask.reason, "closed");
    }

    #[test]
    fn everything_that_is_wrong_with_a_wish_is_said_at_once() {
        let wish = Wish {
            id: "a/b".to_owned(),
            from: "yesterday".to_owned(),
            to: String::new(),
            reason: "x".repeat(WORDS_CHARS_MAX + 1),
            ..wish()
        };
        assert_eq!(read(&wish).unwrap_err().len(), 4);
    }
}
