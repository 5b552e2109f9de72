//! What people are told of warnings: one notice for each look at a client, kind and audience,
//! whatever the number of warnings: one outage must not be ten thousand messages.

use duly_core::id::ClientId;
use duly_core::permit::Role;
use duly_core::process::Severity;
use duly_core::telling::{FACTS_MAX, Kind, Notice};
use jiff::Timestamp;

use crate::error::Error;
use crate::notices;
use crate::transaction::Transaction;

/// A warning as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Line {
    /// The rule.
    pub(crate) rule: String,
    /// How bad.
    pub(crate) severity: Severity,
    /// Its sentence.
    pub(crate) message: String,
}

/// Tells an audience, a role at the provider or `client`, of these warnings.
pub(crate) async fn tell(
    tx: &mut Transaction,
    client: &ClientId,
    kind: Kind,
    audience: &str,
    mut lines: Vec<Line>,
    now: Timestamp,
) -> Result<(), Error> {
    lines.sort_by_key(|line| std::cmp::Reverse(line.severity));
    let Some(worst) = lines.first() else {
        return Ok(());
    };
    let first = match lines.len() {
        1 => worst.message.clone(),
        number => format!("{number} warnings, the worst first: {}", worst.message),
    };
    let mut notice = Notice::new(kind, worst.severity, &first)
        .to_roles(&[role(audience)])
        .at(&format!("/clients/{client}"));
    if lines.len() == 1 {
        notice = notice.with_fact("Rule", &worst.rule);
    } else {
        for line in lines.iter().take(FACTS_MAX) {
            notice = notice.with_fact(&line.rule, &line.message);
        }
    }
    notices::tell(tx, client, &notice, now).await
}

/// Who stands for an audience. A ladder names roles of the provider and `client`; a word that is
/// neither reaches the managers, since nothing that is raised may reach nobody.
fn role(audience: &str) -> Role {
    match audience {
        "client" => Role::Owner,
        word => Role::from_word(word).unwrap_or(Role::Manager),
    }
}
