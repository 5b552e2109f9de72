//! `GET /control`: the control board; filtered by `client`, `process`, `kind`, `rule`, `severity`
//! and `taken`, paged by `after`. The address holds all of it, so that a view can be sent on.

use axum::extract::Query;
use duly_core::control::Kind;
use duly_core::control::rules::{RAISED_ELSEWHERE, RULES, kind_of};
use duly_core::process::Severity;
use duly_store::{BoardCount, BoardRow, Page, WarningFilter};
use serde::Deserialize;

use crate::page::today::encoded;
use crate::page::visit::{Visit, named};
use crate::page::{Shown, shown};
use crate::part::paging::{Paging, ROWS_PER_PAGE};
use crate::problem::Problem;
use crate::view::Named;
use crate::view::control::{Asking, Control, GROUPS_SHOWN_MAX, Group, Row};
use crate::view::frame::Section;

/// What the address may hold.
#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    client: Option<String>,
    process: Option<String>,
    kind: Option<String>,
    rule: Option<String>,
    severity: Option<String>,
    taken: Option<String>,
    after: Option<String>,
}

/// Shows it.
pub(crate) async fn show(visit: Visit, Query(asked): Query<Asked>) -> Shown {
    let frame = visit.frame(Section::Control, true);
    let asking = asking(&visit, &asked)?;
    let filter = filter(&visit, &asking);
    let page = Page {
        after: asked.after.clone().filter(|after| !after.is_empty()),
        rows: ROWS_PER_PAGE,
    };
    let board = visit.store().control_board(&filter, &page).await?;
    let address = asking.address();
    let (groups, groups_more) = most(groups(&visit, &board.counts));
    shown(&Control {
        groups,
        groups_more,
        total: board.counts.iter().map(|count| count.number).sum(),
        untaken: board.counts.iter().map(|count| count.untaken).sum(),
        rows: board
            .rows
            .rows
            .into_iter()
            .map(|found| row(&visit, found))
            .collect(),
        paging: Paging {
            address: address.clone(),
            is_continued: page.after.is_some(),
            next: board.rows.next,
        },
        clients: visit.looked_after().map(named).collect(),
        asking,
        address,
        frame,
    })
}

/// Reads the filters; what means nothing is no filter, but a client that is not theirs is not
/// there.
fn asking(visit: &Visit, asked: &Asked) -> Result<Asking, Problem> {
    let given = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
    let client = match given(&asked.client) {
        Some(id) => Some(named(visit.client(&id)?)),
        None => None,
    };
    let kind = given(&asked.kind);
    let kind = kind.and_then(|word| Kind::ALL.into_iter().find(|kind| kind.word() == word));
    let severity = match asked.severity.as_deref() {
        Some("high") => Some(Severity::High),
        Some("medium") => Some(Severity::Medium),
        Some("low") => Some(Severity::Low),
        _ => None,
    };
    let taken = match asked.taken.as_deref() {
        Some("yes") => Some(true),
        Some("no") => Some(false),
        _ => None,
    };
    Ok(Asking {
        client,
        process: given(&asked.process),
        kind,
        rule: given(&asked.rule),
        severity,
        taken,
    })
}

fn filter(visit: &Visit, asking: &Asking) -> WarningFilter {
    let asked = asking
        .client
        .as_ref()
        .map(|client| client.id.as_str().into());
    let mut filter = WarningFilter {
        client: asked.or_else(|| visit.bound_to().cloned()),
        process: asking.process.as_deref().map(Into::into),
        severity: asking.severity,
        acknowledged: asking.taken,
        ..WarningFilter::default()
    };
    filter.rules.extend(asking.rule.clone());
    let elsewhere = RAISED_ELSEWHERE.iter().map(|(name, ..)| *name);
    let names = RULES.iter().map(|rule| rule.id).chain(elsewhere);
    let names = names.map(str::to_owned);
    match asking.kind {
        // Rules that processes make up for themselves are of this kind too.
        Some(Kind::Other) => filter
            .not_rules
            .extend(names.filter(|name| kind_of(name) != Kind::Other)),
        Some(kind) if asking.rule.is_none() => {
            filter
                .rules
                .extend(names.filter(|name| kind_of(name) == kind));
        }
        _ => {}
    }
    filter
}

/// The groups with the most in them, in the order of clients; and how many are left out.
fn most(groups: Vec<Group>) -> (Vec<Group>, u64) {
    let more = groups.len().saturating_sub(GROUPS_SHOWN_MAX);
    let mut by_number: Vec<(usize, Group)> = groups.into_iter().enumerate().collect();
    by_number.sort_by_key(|(place, group)| {
        let number: u64 = group.counts.iter().sum();
        (std::cmp::Reverse(number), *place)
    });
    by_number.truncate(GROUPS_SHOWN_MAX);
    by_number.sort_by_key(|(place, _)| *place);
    let shown = by_number.into_iter().map(|(_, group)| group).collect();
    (shown, u64::try_from(more).unwrap_or(u64::MAX))
}

/// The counts by client and process, in the columns of the board.
fn groups(visit: &Visit, counts: &[BoardCount]) -> Vec<Group> {
    let mut groups: Vec<Group> = Vec::new();
    for count in counts {
        let client = visit.named(&count.client);
        let process = count.process.as_ref().map(ToString::to_string);
        let same = |group: &&mut Group| group.client == client && group.process == process;
        if groups.last_mut().filter(same).is_none() {
            groups.push(Group {
                client: Named::new(client.id.clone(), client.name.clone()),
                process,
                counts: [0; Kind::ALL.len()],
            });
        }
        let kind = kind_of(&count.rule);
        let column = Kind::ALL.iter().position(|one| *one == kind);
        let group = groups.last_mut();
        let cell = group.and_then(|group| group.counts.get_mut(column?));
        if let Some(cell) = cell {
            *cell += count.number;
        }
    }
    groups
}

fn row(visit: &Visit, found: BoardRow) -> Row {
    let warning = found.warning;
    let raised = warning.raised;
    let client = visit.named(&raised.client);
    let may = visit.may(duly_core::permit::Action::Acknowledge, &raised.client);
    let taken = warning.acknowledged_by.as_ref();
    Row {
        id: warning.id,
        client,
        process: warning.process.map(|process| process.to_string()),
        asset: found.asset_name,
        ticket: raised.ticket.map(|ticket| ticket.to_string()),
        rule: raised.rule,
        severity: raised.severity,
        message: raised.message,
        raised_at: warning.raised_at,
        owner: match taken {
            Some(person) => visit.person_named(person),
            None => format!("the {}", warning.owner),
        },
        taken_word: warning.acknowledged_word,
        is_taken: taken.is_some(),
        may_take: may && taken.is_none(),
        firing: warning.firing,
        rungs: u64::from(warning.rungs.count()),
    }
}

/// The address of a view, with its filters.
impl Asking {
    /// The board with these filters.
    #[must_use]
    pub fn address(&self) -> String {
        self.with_kind(self.kind)
    }

    /// The board with these filters and another kind.
    #[must_use]
    pub fn with_kind(&self, kind: Option<Kind>) -> String {
        let severity = self.severity.map(|severity| match severity {
            Severity::High => "high",
            Severity::Medium => "medium",
            Severity::Low => "low",
        });
        let client = self.client.as_ref().map(|client| client.id.as_str());
        let taken = self.taken.map(|taken| if taken { "yes" } else { "no" });
        let parts = [
            ("client", client),
            ("process", self.process.as_deref()),
            ("kind", kind.map(Kind::word)),
            ("rule", self.rule.as_deref()),
            ("severity", severity),
            ("taken", taken),
        ];
        let mut address = "/control".to_owned();
        let mut joint = '?';
        for (name, value) in parts {
            if let Some(value) = value {
                address.push(joint);
                address.push_str(name);
                address.push('=');
                address.push_str(&encoded(value));
                joint = '&';
            }
        }
        address
    }
}
