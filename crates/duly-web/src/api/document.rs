//! The OpenAPI 3.1 document of the API. Handlers say what they take and answer; what is the same
//! everywhere (places in the path, problems, the key of a request, the token) is added here once.

use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use utoipa::openapi::path::{Operation, ParameterBuilder, ParameterIn};
use utoipa::openapi::schema::{ObjectBuilder, SchemaType, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityRequirement, SecurityScheme};
use utoipa::openapi::{ContentBuilder, OpenApi as Document, Ref, RefOr, Required, ResponseBuilder};
use utoipa::{Modify, OpenApi as _};

use super::{
    acts, assets, clients, exceptions, failed, files, me, people, pings, plan, processes, reviews,
    schedule, tickets, warnings,
};

/// Name of the way in.
const TOKEN: &str = "token";

/// Longest id in a path.
const ID_CHARS_MAX: usize = duly_core::id::ID_BYTES_MAX;

/// What a request may be answered with instead, whatever it asks for.
const OF_ALL: [(&str, &str); 7] = [
    (
        "400",
        "The address cannot be read, or the token came in clear.",
    ),
    ("401", "There is no token, or it is not good."),
    ("403", "The person may not, or their token may not."),
    ("404", "It is not there, or not for whoever asks."),
    ("422", "What was sent cannot be taken as it is."),
    ("429", "Too many wrong tokens, or too many keys."),
    ("503", "It took too long, or other packs are being made."),
];

/// What a request that changes something may be answered with besides.
const OF_WRITES: [(&str, &str); 3] = [
    ("409", "It does not fit how things stand now."),
    ("413", "The body is too long."),
    ("415", "The body is of another kind."),
];

#[derive(utoipa::OpenApi)]
#[openapi(
    info(
        title = "duly",
        version = "1",
        description = "Managed IT, made real and visible. Lists come in pages: `after` takes the \
                       `next` of the page before. Problems are documents of RFC 9457, each with a \
                       stable `code`. Requests that change something take an `Idempotency-Key`.",
        license(name = "Apache-2.0", identifier = "Apache-2.0"),
        contact()
    ),
    paths(
        me::show,
        clients::list, clients::add, clients::get, clients::change, clients::equation,
        clients::uncovered, clients::checkpoint,
        assets::list, assets::add, assets::get, assets::change, assets::retire, assets::events,
        plan::get, plan::take, plan::answer,
        tickets::list, tickets::get,
        acts::step, acts::row, acts::comment, acts::hand_over, acts::close, acts::reopen,
        acts::snooze, acts::wake,
        files::evidence, files::download, files::close, files::pack,
        exceptions::list, exceptions::ask, exceptions::get, exceptions::decide,
        exceptions::withdraw,
        warnings::list, warnings::get, warnings::acknowledge, warnings::clear,
        warnings::ask_silence, warnings::silences, warnings::decide_silence,
        reviews::list, reviews::get, reviews::open, reviews::word,
        processes::list, processes::get, processes::propose_one, processes::publish,
        people::list, people::invite, people::log,
        pings::list, pings::declare, pings::heard, pings::rotate, pings::remove,
        schedule::duties, schedule::load,
        show,
    ),
    components(schemas(failed::ProblemDocument)),
    modifiers(&Everywhere)
)]
struct Described;

/// The document as JSON, with line breaks, as it is served and kept beside the code.
///
/// # Errors
///
/// When it cannot be written; it always can.
pub fn openapi() -> Result<String, serde_json::Error> {
    let mut text = Described::openapi().to_pretty_json()?;
    text.push('\n');
    Ok(text)
}

/// This document.
#[utoipa::path(get, path = "/api/v1/openapi.json",
    responses((status = 200, body = Object, content_type = "application/json")))]
pub(crate) async fn show() -> Result<Response, failed::Failed> {
    let text = openapi().map_err(crate::problem::Problem::unexpected)?;
    Ok(([(CONTENT_TYPE, "application/json")], text).into_response())
}

/// Adds what is the same everywhere.
struct Everywhere;

impl Modify for Everywhere {
    fn modify(&self, document: &mut Document) {
        let components = document.components.get_or_insert_with(Default::default);
        let bearer = HttpBuilder::new()
            .scheme(HttpAuthScheme::Bearer)
            .bearer_format("duly_…")
            .description(Some(
                "A token that a person made on the page of their account; it can never do more \
                 than they may at that moment.",
            ))
            .build();
        components.add_security_scheme(TOKEN, SecurityScheme::Http(bearer));
        for (path, item) in &mut document.paths.paths {
            let get = item.get.iter_mut().map(|one| ("get", one));
            let post = item.post.iter_mut().map(|one| ("post", one));
            for (method, operation) in get.chain(post) {
                complete(path, method, operation);
            }
        }
    }
}

fn complete(path: &str, method: &str, operation: &mut Operation) {
    let writes = method == "post";
    operation.operation_id = Some(named(path, method));
    operation.tags = Some(vec![tag(path).to_owned()]);
    let places = path.split(['{', '}']).skip(1).step_by(2);
    let parameters = operation.parameters.get_or_insert_default();
    for place in places {
        let schema = ObjectBuilder::new()
            .schema_type(SchemaType::Type(Type::String))
            .min_length(Some(1))
            .max_length(Some(ID_CHARS_MAX));
        let parameter = ParameterBuilder::new()
            .name(place)
            .parameter_in(ParameterIn::Path)
            .required(Required::True)
            .schema(Some(schema));
        parameters.push(parameter.build().into());
    }
    if writes {
        parameters.push(key_of_request());
    }
    if path.ends_with("/openapi.json") {
        // For whoever comes.
        operation.security = Some(vec![SecurityRequirement::default()]);
        return;
    }
    operation.security = Some(vec![SecurityRequirement::new::<_, _, &str>(TOKEN, [])]);
    let more = OF_WRITES.iter().filter(|_| writes);
    for (status, what) in OF_ALL.iter().chain(more) {
        let problem = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name("ProblemDocument")))
            .build();
        let response = ResponseBuilder::new()
            .description(*what)
            .content("application/problem+json", problem)
            .build();
        let responses = &mut operation.responses.responses;
        responses
            .entry((*status).to_owned())
            .or_insert_with(|| RefOr::T(response));
    }
}

fn key_of_request() -> RefOr<utoipa::openapi::path::Parameter> {
    let schema = ObjectBuilder::new()
        .schema_type(SchemaType::Type(Type::String))
        .pattern(Some("^(?:[!#-~]{1,255}|\"[!#-~]{1,255}\")$"));
    let parameter = ParameterBuilder::new()
        .name("Idempotency-Key")
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some(
            "Drawn afresh for each thing that is to be done. The same request under the same key \
             is done once and answered each time as the first time, for a day.",
        ))
        .schema(Some(schema));
    parameter.build().into()
}

/// `post_clients_client_tickets_ticket_close`.
fn named(path: &str, method: &str) -> String {
    let rest = path.trim_start_matches("/api/v1/");
    let word = |letter: char| {
        if letter.is_alphanumeric() {
            letter
        } else {
            '_'
        }
    };
    let words: String = rest.chars().map(word).collect();
    let words: Vec<&str> = words.split('_').filter(|word| !word.is_empty()).collect();
    format!("{method}_{}", words.join("_"))
}

/// What an address is about: the last collection that it names.
fn tag(path: &str) -> &str {
    let known = [
        "tickets",
        "assets",
        "exceptions",
        "warnings",
        "silences",
        "reviews",
        "processes",
        "people",
        "pings",
        "plan",
        "duties",
        "load",
        "log",
        "clients",
    ];
    let parts: Vec<&str> = path.split('/').collect();
    let found = known.into_iter().find(|word| parts.contains(word));
    found.unwrap_or("duly")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_one_name_for_each_method() {
        let path = "/api/v1/clients/{client}/tickets/{ticket}/hand-over";
        assert_eq!(
            named(path, "post"),
            "post_clients_client_tickets_ticket_hand_over"
        );
        assert_eq!(tag(path), "tickets");
        assert_eq!(tag("/api/v1/me"), "duly");
    }
}
