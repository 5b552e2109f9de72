//! What the pages about a client's assets have in common: the links, kinds and sites to choose
//! from, and reading names and dates out of forms.

use duly_core::care;
use duly_core::id::{AssetId, ClientId};
use duly_core::permit::Action;
use duly_store::{AssetFilter, ClientRow, Page};
use duly_work::clients::NAME_CHARS_MAX;

use crate::page::visit::Visit;
use crate::part::client_nav::{ClientNav, ClientPage};
use crate::problem::Problem;
use crate::view::Named;

/// Longest kind, in characters: the catalogue's are a word.
const KIND_CHARS_MAX: usize = 40;

pub(crate) fn nav(visit: &Visit, client: &ClientRow, current: ClientPage) -> ClientNav {
    ClientNav {
        client: client.scope.id.to_string(),
        current,
        keeps_client: visit.may(Action::KeepClients, &client.scope.id),
    }
}

/// The path of a client's pages.
pub(crate) fn address(client: &ClientId, rest: &str) -> String {
    let client = crate::page::today::encoded(client.as_str());
    format!("/clients/{client}{rest}")
}

/// Kinds to choose from, sites left out.
pub(crate) fn kinds() -> Vec<String> {
    let kinds = care::kinds().into_iter();
    let kinds = kinds.filter(|kind| *kind != care::SITE);
    kinds.map(str::to_owned).collect()
}

/// Sites of a client, by name, as many as one choice can hold.
pub(crate) async fn sites(visit: &Visit, client: &ClientId) -> Result<Vec<Named>, Problem> {
    let filter = AssetFilter {
        kind: Some(care::SITE.to_owned()),
        ..AssetFilter::default()
    };
    let store = visit.store();
    let listed = store.kept_assets(client, &filter, &Page::widest()).await?;
    let named = listed.rows.into_iter();
    Ok(named
        .map(|site| Named::new(site.row.scope.id.as_str(), site.row.name))
        .collect())
}

/// A name out of a form, or what is wrong with it.
pub(crate) fn name(text: &str, problems: &mut Vec<String>) -> String {
    let name = text.trim();
    if name.is_empty() {
        problems.push("Give it a name.".to_owned());
    } else if name.chars().count() > NAME_CHARS_MAX || name.chars().any(char::is_control) {
        problems.push(format!("A name has at most {NAME_CHARS_MAX} characters."));
    }
    name.to_owned()
}

/// A kind out of a form, or what is wrong with it.
pub(crate) fn kind(text: &str, problems: &mut Vec<String>) -> String {
    let kind = text.trim().to_lowercase();
    let is_allowed = |letter: char| letter.is_ascii_alphanumeric() || letter == '-';
    if kind.is_empty() || kind.chars().count() > KIND_CHARS_MAX || !kind.chars().all(is_allowed) {
        problems.push(format!(
            "Say what kind of asset it is: {}; or a word of your own, of letters, digits and \
             hyphens.",
            kinds().join(", ")
        ));
    }
    kind
}

/// A site out of a form; none for the empty choice.
pub(crate) fn site(text: &str) -> Option<AssetId> {
    Some(text.trim())
        .filter(|site| !site.is_empty())
        .map(AssetId::from)
}
