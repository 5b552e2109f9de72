//! The equation of a period as the client's verifier counts it: over the duties that are due, not
//! over the tickets that were raised. A slot of today whose ticket opens at nine is due, and open,
//! at eight.

use duly_core::accounts::Equation;
use duly_core::id::ClientId;
use duly_core::schedule::duties::duties;
use duly_store::Store;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::error::WorkError;
use crate::publish::today;

/// The equation of a client over the slots dated from `from` to `to`, but none after today: what
/// is due tomorrow is a plan and no account.
///
/// # Errors
///
/// When there is no such client, its duties cannot be computed, or the store fails.
pub async fn equation(
    store: &Store,
    client: &ClientId,
    from: Date,
    to: Date,
    now: Timestamp,
) -> Result<Equation, WorkError> {
    let published = store
        .published(client)
        .await?
        .ok_or_else(|| WorkError::NoClient(client.clone()))?;
    let to = to.min(today(&published.client.tz, now)?);
    if to < from {
        return Ok(Equation::default());
    }
    let due = u64::try_from(duties(&published, from, to)?.len()).unwrap_or(u64::MAX);
    let mut equation = store.equation(client, from, to).await?;
    let not_raised = due.saturating_sub(equation.due);
    equation.due += not_raised;
    equation.open += not_raised;
    Ok(equation)
}
