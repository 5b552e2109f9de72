//! Reading a whole list, page by page, where the worker needs all of it. The bound is the number
//! of pages: beyond it something is wrong, and stopping is better than a process that grows.

use duly_core::id::ClientId;
use duly_store::{
    AssetFilter, AssetRow, Assigned, ClientRow, Error, ExceptionRow, KeptAsset, Note, Page, Person,
    PingAddress, Review, ReviewFilter, ReviewMonth, SeenSnapshot, Sighting, SightingFilter, Source,
    Store, Ticket, TicketAsset, TicketFilter, Warning,
};

/// Pages of 500 rows: fifty thousand rows, far above what one client has of anything listed here.
const PAGES_MAX: usize = 100;

macro_rules! whole_list {
    ($page:ident => $read:expr) => {{
        let mut all = Vec::new();
        let mut $page = Page::widest();
        for _ in 0..PAGES_MAX {
            let listed = $read.await?;
            all.extend(listed.rows);
            match listed.next {
                Some(next) => $page = $page.after(&next),
                None => break,
            }
        }
        Ok(all)
    }};
}

/// Every client, the provider too.
///
/// # Errors
///
/// When the store fails.
pub async fn clients(store: &Store) -> Result<Vec<ClientRow>, Error> {
    whole_list!(page => store.clients(&page))
}

/// The technicians of every client that has any.
///
/// # Errors
///
/// When the store fails.
pub async fn technicians(store: &Store) -> Result<Vec<Assigned>, Error> {
    whole_list!(page => store.all_technicians(&page))
}

/// Every asset of a client, those let go too.
///
/// # Errors
///
/// When the store fails.
pub async fn assets(store: &Store, client: &ClientId) -> Result<Vec<AssetRow>, Error> {
    whole_list!(page => store.assets(client, &page))
}

/// Every exception of a client, ended and refused ones too.
///
/// # Errors
///
/// When the store fails.
pub async fn exceptions(store: &Store, client: &ClientId) -> Result<Vec<ExceptionRow>, Error> {
    whole_list!(page => store.exceptions(client, &page))
}

/// Every ticket that the filter lets through.
///
/// # Errors
///
/// When the store fails.
pub async fn tickets(store: &Store, filter: &TicketFilter) -> Result<Vec<Ticket>, Error> {
    whole_list!(page => store.tickets(filter, &page))
}

/// Every snapshot ever seen of an asset.
///
/// # Errors
///
/// When the store fails.
pub async fn snapshots(
    store: &Store,
    client: &ClientId,
    asset: &duly_core::id::AssetId,
) -> Result<Vec<SeenSnapshot>, Error> {
    whole_list!(page => store.snapshots_seen(client, asset, &page))
}

/// Everybody, those removed too: of all clients, or of the provider and this client.
///
/// # Errors
///
/// When the store fails.
pub async fn people(store: &Store, client: Option<&ClientId>) -> Result<Vec<Person>, Error> {
    let Some(client) = client else {
        return whole_list!(page => store.everybody(&page));
    };
    let provider = ClientId::from(duly_core::scope::Client::PROVIDER);
    let mut people = people_of(store, &provider).await?;
    people.extend(people_of(store, client).await?);
    Ok(people)
}

/// Everybody of one client, those removed too.
///
/// # Errors
///
/// When the store fails.
pub async fn people_of(store: &Store, client: &ClientId) -> Result<Vec<Person>, Error> {
    whole_list!(page => store.people(client, &page))
}

/// Every asset that a ticket lists.
///
/// # Errors
///
/// When the store fails.
pub async fn ticket_assets(
    store: &Store,
    client: &ClientId,
    ticket: &duly_core::id::DutyId,
) -> Result<Vec<TicketAsset>, Error> {
    whole_list!(page => store.ticket_assets(client, ticket, &page))
}

/// Every comment on a ticket, oldest first.
///
/// # Errors
///
/// When the store fails.
pub async fn notes(
    store: &Store,
    client: &ClientId,
    ticket: &duly_core::id::DutyId,
) -> Result<Vec<Note>, Error> {
    whole_list!(page => store.notes(client, ticket, &page))
}

/// Every closed month of a client.
///
/// # Errors
///
/// When the store fails.
pub async fn review_months(store: &Store, client: &ClientId) -> Result<Vec<ReviewMonth>, Error> {
    whole_list!(page => store.review_months(client, &page))
}

/// Every review that the filter lets through.
///
/// # Errors
///
/// When the store fails.
pub async fn reviews(store: &Store, filter: &ReviewFilter) -> Result<Vec<Review>, Error> {
    whole_list!(page => store.reviews(filter, &page))
}

/// Every asset of a client that the filter lets through, with where it lies.
///
/// # Errors
///
/// When the store fails.
pub async fn kept_assets(
    store: &Store,
    client: &ClientId,
    filter: &AssetFilter,
) -> Result<Vec<KeptAsset>, Error> {
    whole_list!(page => store.kept_assets(client, filter, &page))
}

/// Everything that sources saw and the filter lets through.
///
/// # Errors
///
/// When the store fails.
pub async fn sightings(
    store: &Store,
    client: &ClientId,
    filter: &SightingFilter,
) -> Result<Vec<Sighting>, Error> {
    whole_list!(page => store.sightings(client, filter, &page))
}

/// Every source of a client.
///
/// # Errors
///
/// When the store fails.
pub async fn sources(store: &Store, client: &ClientId) -> Result<Vec<Source>, Error> {
    whole_list!(page => store.sources(client, &page))
}

/// Every address of a client that jobs ping.
///
/// # Errors
///
/// When the store fails.
pub async fn ping_addresses(store: &Store, client: &ClientId) -> Result<Vec<PingAddress>, Error> {
    whole_list!(page => store.ping_addresses(client, None, &page))
}

/// Every warning of a client that is not cleared.
///
/// # Errors
///
/// When the store fails.
pub async fn warnings(store: &Store, client: &ClientId) -> Result<Vec<Warning>, Error> {
    whole_list!(page => store.warnings(client, &page))
}

/// Every warning of a client that nobody took on, oldest first.
///
/// # Errors
///
/// When the store fails.
pub async fn untaken_warnings(store: &Store, client: &ClientId) -> Result<Vec<Warning>, Error> {
    whole_list!(page => store.untaken_warnings(client, &page))
}
