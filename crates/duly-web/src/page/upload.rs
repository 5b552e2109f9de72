//! A form with files in it, read within bounds: fields by name, files with what they are called.
//!
//! A browser sends a form as `multipart/form-data` where files may be in it, a program perhaps not;
//! both are read here to the same thing.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use axum::body::{Body, to_bytes};
use axum::extract::{Form, FromRequest, Multipart, Request};
use axum::http::header::CONTENT_TYPE;
use duly_core::evidence::FILE_BYTES_MAX;
use duly_core::evidence::kind::NotKept;
use duly_core::id::{ClientId, DutyId, StepId};
use duly_store::EvidenceAdded;
use duly_work::evidence::{Brought, Received, receive};
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::page::visit::{Visit, zone_of};
use crate::problem::{self, Problem};
use crate::serve::BODY_BYTES_MAX;

/// Largest body of a form with files: two of the largest, and the fields beside them.
pub(crate) const UPLOAD_BYTES_MAX: usize = 2 * FILE_BYTES_MAX + BODY_BYTES_MAX;

/// Parts of a form: its fields and as many files as somebody chooses at once.
const PARTS_MAX: usize = 40;

/// Uploads read at the same time: each lies in memory whole.
const UPLOADS_AT_ONCE: usize = 4;

static UPLOADING: LazyLock<Semaphore> = LazyLock::new(|| Semaphore::new(UPLOADS_AT_ONCE));

/// A form.
#[derive(Default)]
pub(crate) struct Upload {
    fields: BTreeMap<String, String>,
    files: Vec<(String, Vec<u8>)>,
    _turn: Option<SemaphorePermit<'static>>,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let kind = request.headers().get(CONTENT_TYPE);
        let has_parts = kind.is_some_and(|kind| kind.as_bytes().starts_with(b"multipart/"));
        if !has_parts {
            let request = bounded(request).await?;
            let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, state)
                .await
                .map_err(|_| problem::bad_request())?;
            return Ok(Self {
                fields: pairs.into_iter().collect(),
                ..Self::default()
            });
        }
        let turn = UPLOADING.acquire().await.map_err(Problem::unexpected)?;
        let parts = Multipart::from_request(request, state)
            .await
            .map_err(|_| problem::bad_request())?;
        let mut upload = Self::read(parts).await?;
        upload._turn = Some(turn);
        Ok(upload)
    }
}

impl Upload {
    async fn read(mut parts: Multipart) -> Result<Self, Problem> {
        let mut upload = Self::default();
        for _ in 0..PARTS_MAX {
            let next = parts.next_field().await.map_err(|error| unread(&error))?;
            let Some(part) = next else {
                return Ok(upload);
            };
            let name = part.name().unwrap_or_default().to_owned();
            match part.file_name().map(str::to_owned) {
                Some(file) => {
                    let bytes = part.bytes().await.map_err(|error| unread(&error))?;
                    // A field for files in which none was chosen.
                    if !(file.is_empty() && bytes.is_empty()) {
                        upload.files.push((file, bytes.to_vec()));
                    }
                }
                None => {
                    let text = part.text().await.map_err(|error| unread(&error))?;
                    if text.len() > BODY_BYTES_MAX {
                        return Err(problem::too_large());
                    }
                    upload.fields.insert(name, text);
                }
            }
        }
        Err(problem::bad_request())
    }

    /// A field; empty where it is not there.
    pub(crate) fn field(&self, name: &str) -> &str {
        self.fields.get(name).map_or("", String::as_str)
    }

    /// Whether there is a file in it.
    pub(crate) fn has_files(&self) -> bool {
        !self.files.is_empty()
    }

    /// Keeps every file as evidence; what is wrong with those that are not kept.
    pub(crate) async fn keep(
        &mut self,
        visit: &Visit,
        client: &ClientId,
        ticket: &DutyId,
        step: Option<&StepId>,
    ) -> Result<Vec<String>, Problem> {
        let zone = zone_of(visit.client(client.as_str())?);
        let mut problems = Vec::new();
        for (name, content) in std::mem::take(&mut self.files) {
            let brought = Brought {
                client: client.clone(),
                ticket: ticket.clone(),
                step: step.cloned(),
                person: visit.person.id.clone(),
                name: name.clone(),
                content,
            };
            let received = receive(visit.store(), brought, &zone, visit.now).await?;
            if received == Received::Stored(EvidenceAdded::NoSuch) {
                return Err(problem::not_found());
            }
            if let Some(why) = refusal(&received) {
                problems.push(format!("{name} was not kept: {why}."));
            }
        }
        Ok(problems)
    }
}

/// A form without files is no longer than elsewhere.
async fn bounded(request: Request) -> Result<Request, Problem> {
    let (parts, body) = request.into_parts();
    let bytes = to_bytes(body, BODY_BYTES_MAX)
        .await
        .map_err(|_| problem::too_large())?;
    Ok(Request::from_parts(parts, Body::from(bytes)))
}

/// Why a file was not kept, in words; nothing when it was.
pub(crate) fn refusal(received: &Received) -> Option<String> {
    Some(match received {
        Received::Stored(EvidenceAdded::Added(_) | EvidenceAdded::Already(_)) => return None,
        Received::Stored(EvidenceAdded::Ended) => "the ticket has ended in the meantime".into(),
        Received::Stored(EvidenceAdded::TooMany) => {
            "the ticket has a hundred files already; bring several in one ZIP".into()
        }
        Received::Stored(EvidenceAdded::Full) => {
            "the files of this client fill the 4 GiB that are kept for each".into()
        }
        Received::Stored(EvidenceAdded::NoSuch) => "there is no such ticket or step".into(),
        Received::NotKept(why) => why.to_string(),
        Received::Damaged => "it begins like a picture and cannot be read as one".into(),
        Received::TooManyPixels => "it has more than 40 million pixels; save it smaller".into(),
    })
}

/// The stable code of a refusal, and its status.
pub(crate) fn refusal_code(received: &Received) -> (axum::http::StatusCode, &'static str) {
    use axum::http::StatusCode;
    match received {
        Received::Stored(EvidenceAdded::Added(_)) => (StatusCode::CREATED, "added"),
        Received::Stored(EvidenceAdded::Already(_)) => (StatusCode::OK, "already"),
        Received::Stored(EvidenceAdded::Ended) => (StatusCode::CONFLICT, "ticket-ended"),
        Received::Stored(EvidenceAdded::TooMany) => (StatusCode::CONFLICT, "too-many-files"),
        Received::Stored(EvidenceAdded::Full) => (StatusCode::CONFLICT, "client-full"),
        Received::Stored(EvidenceAdded::NoSuch) => (StatusCode::NOT_FOUND, "not-found"),
        Received::NotKept(NotKept::TooLarge) => (StatusCode::PAYLOAD_TOO_LARGE, "too-large"),
        Received::NotKept(NotKept::Empty) => (StatusCode::UNPROCESSABLE_ENTITY, "empty-file"),
        Received::NotKept(NotKept::Markup) => {
            (StatusCode::UNSUPPORTED_MEDIA_TYPE, "markup-not-kept")
        }
        Received::NotKept(NotKept::Unknown) => (StatusCode::UNSUPPORTED_MEDIA_TYPE, "unknown-kind"),
        Received::Damaged => (StatusCode::UNPROCESSABLE_ENTITY, "damaged-picture"),
        Received::TooManyPixels => (StatusCode::UNPROCESSABLE_ENTITY, "too-many-pixels"),
    }
}

fn unread(error: &axum::extract::multipart::MultipartError) -> Problem {
    if error.status() == axum::http::StatusCode::PAYLOAD_TOO_LARGE {
        problem::too_large()
    } else {
        problem::bad_request()
    }
}
