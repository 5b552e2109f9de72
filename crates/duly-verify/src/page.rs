//! The report as a page for a business owner, 80 columns wide, in plain words. Whatever comes from
//! the pack is shown harmless; see [`crate::plain`].

use std::fmt::Write as _;

use duly_core::accounts::Equation;
use duly_core::care::Ground;
use duly_core::id::AssetId;
use duly_core::record::{Finding, MissedDuty, Uncovered, WaivedDuty};
use duly_core::scope::WaivedBy;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::plain::plain;
use crate::report::{Reason, Report};

/// Widest line.
const COLUMNS: usize = 78;

/// Most items of a list that are printed; `--json` has them all. Missed duties are all printed.
const ITEMS_MAX: usize = 20;

/// The page.
#[must_use]
pub fn page(report: &Report) -> String {
    let mut page = Page(String::new());
    head(&mut page, report);
    page.line("");
    page.line(&format!("  {}", report.standing.word().to_uppercase()));
    page.paragraph(2, &report.sentence);
    if !report.witnesses.is_empty() {
        for witness in &report.witnesses {
            let at = moment(report, witness.at);
            page.item(&format!("{} cosigned it on {at}", witness.name));
        }
    }
    if report.standing.is_refused() || !report.is_judged {
        page.list("Why", &report.reasons, reason);
    }
    if let Some(equation) = &report.equation {
        duties(&mut page, report, equation);
    }
    missed(&mut page, report);
    page.list("Waived", &report.waived, |duty| waived(report, duty));
    page.list(
        "Promised or in care, and nothing looks after it",
        &report.uncovered,
        |asset| uncovered(report, asset),
    );
    page.list("Worth knowing", &report.findings, finding);
    page.list("Changed in what is owed", &report.changes, finding);
    page.0.trim_start_matches('\n').to_owned()
}

fn head(page: &mut Page, report: &Report) {
    let Some(client) = &report.client else {
        return;
    };
    let period = match (report.from, report.to) {
        (Some(from), Some(to)) => format!(", {} to {}", day(from), day(to)),
        _ => String::new(),
    };
    page.line(&format!("{}{period}", report.name_of(client.as_str())));
    let mut log = format!("Log {}", report.origin.as_deref().unwrap_or("unknown"));
    if let (Some(entries), Some(last)) = (report.entries, report.last_at) {
        let _ = write!(
            log,
            ", {entries} entries, the last on {}",
            moment(report, last)
        );
    }
    page.paragraph(0, &log);
    if let Some(zone) = &report.zone {
        page.paragraph(0, &format!("Times are those of {}.", zone.id));
    }
    if report.demonstration {
        page.line("");
        page.paragraph(
            0,
            "This is a demonstration: `duly try` made it up. It is nobody's record.",
        );
    }
}

fn duties(page: &mut Page, report: &Report, equation: &Equation) {
    page.line("");
    let rows = [
        ("Duties due", equation.due),
        ("  done on time", equation.done),
        ("  done late", equation.late),
        ("  missed", equation.missed),
        ("  waived", equation.waived),
        ("  still open", equation.open),
    ];
    for (word, count) in rows {
        page.line(&format!("  {word:<18}{count:>8}"));
        if word.ends_with("waived") && count > 0 {
            waived_apart(page, report);
        }
    }
    if report.standing.is_refused() {
        page.paragraph(
            2,
            "These are the numbers of a record that is refused. Do not rely on them.",
        );
    }
}

/// Who waived, told apart.
fn waived_apart(page: &mut Page, report: &Report) {
    let by = |by: WaivedBy| report.waived.iter().filter(|duty| duty.by == by).count();
    let rows = [
        ("    by you", by(WaivedBy::Client)),
        ("    by your provider", by(WaivedBy::Provider)),
    ];
    for (word, count) in rows {
        page.line(&format!("  {word:<20}{count:>6}"));
    }
}

fn missed(page: &mut Page, report: &Report) {
    let mut title = None;
    for duty in &report.missed {
        if title.is_none() {
            page.heading("Missed");
        }
        if title != Some(&duty.title) {
            page.line(&format!("  {}", duty.title));
            title = Some(&duty.title);
        }
        page.item(&missed_line(report, duty));
    }
}

fn missed_line(report: &Report, duty: &MissedDuty) -> String {
    let afterwards = match duty.afterwards_at {
        Some(at) => format!("done afterwards on {}", moment(report, at)),
        None => "not done since".to_owned(),
    };
    let (about, slot) = (about(report, duty.asset.as_ref()), day(duty.slot));
    let due = moment(report, duty.due_at);
    format!("{about}{slot}: due by {due}, {afterwards}")
}

fn waived(report: &Report, duty: &WaivedDuty) -> String {
    let by = match duty.by {
        WaivedBy::Client => "by you",
        WaivedBy::Provider => "by your provider",
    };
    let (title, about) = (&duty.title, about(report, duty.asset.as_ref()));
    format!("{title}: {about}{}, {by}: {}", day(duty.slot), duty.reason)
}

fn uncovered(report: &Report, uncovered: &Uncovered) -> String {
    let kind = uncovered.kind.as_deref().unwrap_or("asset");
    match (&uncovered.asset, &uncovered.process) {
        (Some(asset), process) => {
            let asset = report.name_of(asset.as_str());
            match (process, uncovered.ground) {
                (Some(process), Ground::Promised) => {
                    format!("{asset} ({kind}): {process} was promised")
                }
                (Some(process), _) => format!("{asset} ({kind}): {process} is required"),
                (None, _) => format!("{asset} ({kind}): no process at all"),
            }
        }
        (None, Some(process)) => format!("{process} was promised"),
        (None, None) => "something without a name".to_owned(),
    }
}

fn reason(reason: &Reason) -> String {
    with_entry(&reason.message, &reason.code, reason.entry)
}

fn finding(finding: &Finding) -> String {
    with_entry(&finding.message, &finding.code, finding.entry)
}

fn with_entry(message: &str, code: &str, entry: Option<u64>) -> String {
    match entry {
        Some(entry) => format!("{message} [{code}, entry {entry}]"),
        None => format!("{message} [{code}]"),
    }
}

fn about(report: &Report, asset: Option<&AssetId>) -> String {
    let named = |asset: &AssetId| format!("{}, ", report.name_of(asset.as_str()));
    asset.map_or(String::new(), named)
}

/// `20 January 2026`.
fn day(date: Date) -> String {
    date.strftime("%-d %B %Y").to_string()
}

/// `20 January 2026, 17:00`, where the client is; in UTC, and saying so, where that is not known.
fn moment(report: &Report, instant: Timestamp) -> String {
    let local = report
        .zone
        .as_ref()
        .and_then(|zone| zone.local(instant).ok());
    match local {
        Some(local) => local.strftime("%-d %B %Y, %H:%M").to_string(),
        None => instant.strftime("%-d %B %Y, %H:%M UTC").to_string(),
    }
}

/// A page being written.
struct Page(String);

impl Page {
    fn line(&mut self, text: &str) {
        self.0.push_str(plain(text).trim_end());
        self.0.push('\n');
    }

    fn heading(&mut self, text: &str) {
        self.line("");
        self.line(text);
    }

    fn paragraph(&mut self, indent: usize, text: &str) {
        self.wrap(&" ".repeat(indent), &" ".repeat(indent), text);
    }

    fn item(&mut self, text: &str) {
        self.wrap("  - ", "    ", text);
    }

    /// A heading and the items under it; nothing where there are none.
    fn list<T>(&mut self, heading: &str, items: &[T], text: impl Fn(&T) -> String) {
        if items.is_empty() {
            return;
        }
        self.heading(heading);
        for item in items.iter().take(ITEMS_MAX) {
            self.item(&text(item));
        }
        if let Some(more @ 1..) = items.len().checked_sub(ITEMS_MAX) {
            self.item(&format!("and {more} more; --json lists them all"));
        }
    }

    fn wrap(&mut self, first: &str, rest: &str, text: &str) {
        let mut line = first.to_owned();
        let mut is_begun = false;
        for word in text.split_whitespace() {
            let length = line.chars().count() + word.chars().count();
            if is_begun && length >= COLUMNS {
                self.line(&line);
                line = rest.to_owned();
                is_begun = false;
            }
            if is_begun {
                line.push(' ');
            }
            line.push_str(word);
            is_begun = true;
        }
        self.line(&line);
    }
}
