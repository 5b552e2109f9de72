//! `/clients/{client}/import`: a list is handed in, looked at under an address of its own, and
//! taken. What would come of it is worked out anew at every look, and taken only as it was shown.

use axum::extract::{Form, Multipart, Path};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use duly_store::{ClientRow, NewUpload, UPLOAD_BYTES_MAX, Upload};
use duly_work::import::mapping::Mapping;
use duly_work::import::{self, LookError, Looked, Taking};
use duly_work::lists;
use serde::Deserialize;

use crate::page::about_client::{address, kinds, nav};
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::client_nav::ClientPage;
use crate::problem::{self, Problem};
use crate::view::frame::Section;
use crate::view::import::{Import, Look};

/// Longest name of a file that is shown, in characters.
const FILE_CHARS_MAX: usize = 100;

/// Largest request that hands in a list: the list, and what a form puts around it.
pub(crate) const HAND_IN_BYTES_MAX: usize = UPLOAD_BYTES_MAX + 16 * 1_024;

/// The form of a look.
#[derive(Clone, Debug, Default, Deserialize)]
pub(crate) struct Sent {
    #[serde(default)]
    act: String,
    #[serde(default)]
    digest: String,
    #[serde(default)]
    source: String,
    #[serde(default)]
    expected_days: String,
    #[serde(default)]
    name: String,
    #[serde(default)]
    thing: String,
    #[serde(default)]
    kind: String,
    #[serde(default)]
    kind_else: String,
    #[serde(default)]
    site: String,
    #[serde(default)]
    new: String,
}

impl Sent {
    fn mapping(&self) -> Mapping {
        let chosen = |text: &str| Some(text.to_owned()).filter(|text| !text.is_empty());
        Mapping {
            source: self.source.trim().to_owned(),
            expected_days: self.expected_days.trim().parse().unwrap_or(0),
            name: self.name.clone(),
            thing: chosen(&self.thing),
            kind: chosen(&self.kind),
            kind_else: chosen(&self.kind_else),
            site: chosen(&self.site),
            takes_into_care: self.new != "unclaimed",
        }
    }
}

/// Shows where a list is handed in.
pub(crate) async fn ask(visit: Visit, Path(client): Path<String>) -> Shown {
    let client = visit.client(&client)?;
    shown(&start(&visit, client, Vec::new()).await?)
}

/// Takes a list in and leads to the look at it.
pub(crate) async fn receive(
    visit: Visit,
    Path(client): Path<String>,
    mut parts: Multipart,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let mut found = None;
    while let Ok(Some(part)) = parts.next_field().await {
        if part.name() != Some("list") {
            continue;
        }
        let file = part.file_name().unwrap_or("list").to_owned();
        let bytes = part.bytes().await.map_err(|_| problem::bad_request())?;
        found = Some((file, bytes.to_vec()));
        break;
    }
    let Some((file, body)) = found.filter(|(_, body)| !body.is_empty()) else {
        return again(&visit, client, "Choose a file with something in it.").await;
    };
    // Read once before it is kept: what is no list is refused at the door.
    if let Err(error) = import::table::read(&body) {
        return again(&visit, client, &sentence(&error.to_string())).await;
    }
    let upload = NewUpload {
        client: id.clone(),
        person: visit.person.id.clone(),
        file: file.chars().take(FILE_CHARS_MAX).collect(),
        body,
    };
    let upload = visit.store().put_upload(upload, visit.now).await?;
    let to = address(id, &format!("/import/{upload}"));
    Ok(Redirect::to(&to).into_response())
}

/// Shows what would come of it.
pub(crate) async fn look(
    visit: Visit,
    Path((client, upload)): Path<(String, String)>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let upload = waiting(&visit, client, &upload).await?;
    let looked = looked(&visit, client, &upload, None).await?;
    let page = shown(&view(&visit, client, &upload, looked, Vec::new()))?;
    Ok(page.into_response())
}

/// Looks again with other columns, or takes it.
pub(crate) async fn take(
    visit: Visit,
    Path((client, upload)): Path<(String, String)>,
    Form(sent): Form<Sent>,
) -> Result<Response, Problem> {
    let client = visit.client(&client)?;
    let id = &client.scope.id;
    let upload = waiting(&visit, client, &upload).await?;
    let looked = looked(&visit, client, &upload, Some(sent.mapping())).await?;
    let mut problems = looked.mapping.problems(&looked.table);
    if sent.act != "take" || !problems.is_empty() {
        let status = if problems.is_empty() {
            StatusCode::OK
        } else {
            StatusCode::UNPROCESSABLE_ENTITY
        };
        let page = shown(&view(&visit, client, &upload, looked, problems))?;
        return Ok((status, page).into_response());
    }
    if sent.digest != looked.comparison.digest() {
        problems.push(
            "Something has changed since this was shown, or you chose other columns; look again \
             before you take it."
                .to_owned(),
        );
    } else {
        let person = Some(&visit.person.id);
        match import::take(visit.store(), id, &looked, person, visit.now).await? {
            Taking::Taken { .. } => {
                visit.store().drop_upload(id, &upload.id).await?;
                let to = if looked.mapping.takes_into_care {
                    "/assets"
                } else {
                    "/unclaimed"
                };
                return Ok(Redirect::to(&address(id, to)).into_response());
            }
            // Why stands on the page already.
            Taking::Refused(_) => problems.push("It cannot be taken like this.".to_owned()),
            Taking::Raced => problems.push(
                "Somebody else changed an asset in the meantime; see what would come of it now."
                    .to_owned(),
            ),
        }
    }
    // What is shown below is as it is now, and can be taken from there.
    let page = shown(&view(&visit, client, &upload, looked, problems))?;
    Ok((StatusCode::CONFLICT, page).into_response())
}

async fn waiting(visit: &Visit, client: &ClientRow, upload: &str) -> Result<Upload, Problem> {
    let store = visit.store();
    let found = store.upload(&client.scope.id, upload, visit.now).await?;
    found.ok_or_else(problem::not_found)
}

async fn looked(
    visit: &Visit,
    client: &ClientRow,
    upload: &Upload,
    mapping: Option<Mapping>,
) -> Result<Looked, Problem> {
    let body = &upload.upload.body;
    let looked = import::look(visit.store(), &client.scope.id, body, mapping).await;
    looked.map_err(|error| match error {
        LookError::Work(error) => error.into(),
        LookError::Table(error) => Problem::unexpected(error),
    })
}

async fn again(visit: &Visit, client: &ClientRow, why: &str) -> Result<Response, Problem> {
    let page = shown(&start(visit, client, vec![why.to_owned()]).await?)?;
    Ok((StatusCode::UNPROCESSABLE_ENTITY, page).into_response())
}

/// With a capital letter and a full stop.
fn sentence(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    format!("{}{}.", first.unwrap_or_default(), letters.as_str())
}

async fn start(
    visit: &Visit,
    client: &ClientRow,
    problems: Vec<String>,
) -> Result<Import, Problem> {
    let sources = lists::sources(visit.store(), &client.scope.id).await?;
    let sources = sources.into_iter();
    Ok(Import {
        frame: visit.frame_of(client, Section::Clients),
        client: named(client),
        nav: nav(visit, client, ClientPage::Assets),
        sources: sources
            .map(|source| (source.source.name, source.reported_at))
            .collect(),
        problems,
    })
}

fn view(
    visit: &Visit,
    client: &ClientRow,
    upload: &Upload,
    looked: Looked,
    problems: Vec<String>,
) -> Look {
    let separator = match looked.table.separator {
        ';' => "semicolons",
        '\t' => "tabs",
        _ => "commas",
    };
    Look {
        frame: visit.frame_of(client, Section::Clients),
        client: named(client),
        nav: nav(visit, client, ClientPage::Assets),
        upload: upload.id.clone(),
        file: upload.upload.file.clone(),
        read_as: format!(
            "read as {}, separated by {separator}",
            looked.table.letters.name()
        ),
        columns: looked.table.columns,
        rows: u64::try_from(looked.table.rows.len()).unwrap_or(u64::MAX),
        mapping: looked.mapping,
        kinds: kinds(),
        digest: looked.comparison.digest(),
        refusals: looked.comparison.refusals(),
        comparison: looked.comparison,
        problems,
    }
}
