//! What stands around every page: who is signed in, where in the product this is, at what time
//! and in whose time zone it was drawn, and whether all of it is a demonstration.

use duly_core::accounts::Outcome;
use duly_core::permit::Action;
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::asset::ASSETS;
use crate::part::moment::Moment;
use crate::part::standing::Standing;
use crate::permit::{About, Need};
use crate::words::age;

/// Beginning of a log's origin that says the whole world is made up.
pub const DEMONSTRATION_ORIGIN: &str = "duly.try/";

/// The frame of a page.
#[derive(Clone, Debug)]
pub struct Frame {
    /// When the page was drawn; every age on it is counted from here.
    pub now: Timestamp,
    /// The zone in which its times are told and its days begin.
    pub zone: TimeZone,
    /// Who is signed in; nobody on the pages before sign-in.
    pub who: Option<Who>,
    /// Where in the product this is.
    pub section: Option<Section>,
    /// Whether this page is the head of its section, rather than somewhere below it.
    pub is_head: bool,
    /// The sections this person may open.
    pub sections: Vec<Section>,
    /// Tickets missed and still owed, shown beside Today.
    pub owed: u64,
    /// Whether the logs begin with [`DEMONSTRATION_ORIGIN`].
    pub demonstration: bool,
}

/// A signed-in person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// The name.
    pub name: String,
    /// The roles, in words.
    pub roles: String,
}

/// The sections of the product, in the order of the navigation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Section {
    /// The queue.
    Today,
    /// Clients and their assets.
    Clients,
    /// Whether the work is kept up.
    Oversight,
    /// What was verified.
    Verifications,
    /// Finished work that this person looks at a second time.
    Reviews,
    /// What was drawn, and what reviews came to.
    SpotChecks,
    /// What has to be looked at, and the rules that say so.
    Control,
    /// What is promised, and how.
    Processes,
    /// What a client can check without us.
    Proof,
    /// Who is here, and what they may do.
    People,
    /// What the person is told.
    Messages,
    /// Through what duly sends.
    Connections,
}

impl Section {
    /// All of them.
    pub const ALL: [Self; 12] = [
        Self::Today,
        Self::Clients,
        Self::Oversight,
        Self::Verifications,
        Self::Control,
        Self::Reviews,
        Self::SpotChecks,
        Self::Processes,
        Self::Proof,
        Self::Connections,
        Self::Messages,
        Self::People,
    ];

    /// What it takes to open one.
    pub(crate) fn need(self) -> Need {
        let (action, about) = match self {
            Self::Today | Self::Clients => (Action::ReadQueue, About::Everything),
            Self::Oversight | Self::Verifications => (Action::ReadClient, About::Home),
            Self::Reviews => (Action::Review, About::Home),
            Self::SpotChecks => (Action::ReadQuality, About::Home),
            Self::Control => (Action::ReadQuality, About::Home),
            Self::Processes => (Action::ReadProcesses, About::Home),
            Self::Proof => (Action::ReadProof, About::Home),
            Self::People => (Action::ReadPeople, About::Everything),
            Self::Messages => (Action::KeepOwnAccount, About::Own),
            Self::Connections => (Action::KeepConnections, About::Everything),
        };
        Need { action, about }
    }

    fn label(self) -> &'static str {
        match self {
            Self::Today => "Today",
            Self::Clients => "Clients",
            Self::Oversight => "Oversight",
            Self::Verifications => "Verifications",
            Self::Reviews => "Reviews",
            Self::SpotChecks => "Spot checks",
            Self::Control => "Control",
            Self::Processes => "Processes",
            Self::Proof => "Proof",
            Self::People => "People",
            Self::Messages => "Messages",
            Self::Connections => "Connections",
        }
    }

    fn address(self) -> &'static str {
        match self {
            Self::Today => "/",
            Self::Clients => "/clients",
            Self::Oversight => "/oversight",
            Self::Verifications => "/verifications",
            Self::Reviews => "/reviews/owed",
            Self::SpotChecks => "/reviews",
            Self::Control => "/control",
            Self::Processes => "/processes",
            Self::Proof => "/proof",
            Self::People => "/people",
            Self::Messages => "/account/messages",
            Self::Connections => "/connections",
        }
    }
}

/// One line of the navigation.
#[derive(Clone, Copy, Debug)]
pub struct Link {
    /// What it says.
    pub label: &'static str,
    /// Where it leads.
    pub address: &'static str,
    /// `page` or `true` (somewhere below it), when this is where the reader is.
    pub current: Option<&'static str>,
    /// A count that needs attention.
    pub count: Option<u64>,
}

impl Frame {
    /// The frame of a page that nobody has to be signed in for.
    #[must_use]
    pub fn alone(now: Timestamp) -> Self {
        Self {
            now,
            zone: TimeZone::UTC,
            who: None,
            section: None,
            is_head: false,
            sections: Vec::new(),
            owed: 0,
            demonstration: false,
        }
    }

    /// The navigation.
    pub(crate) fn links(&self) -> Vec<Link> {
        let link = |section: Section| Link {
            label: section.label(),
            address: section.address(),
            current: (self.section == Some(section)).then_some(if self.is_head {
                "page"
            } else {
                "true"
            }),
            count: (section == Section::Today && self.owed > 0).then_some(self.owed),
        };
        self.sections.iter().copied().map(link).collect()
    }

    /// Address of the style sheet.
    pub(crate) fn style_sheet(&self) -> &'static str {
        &ASSETS.style_sheet
    }

    /// Address of the script.
    pub(crate) fn script(&self) -> &'static str {
        &ASSETS.script
    }

    /// Address of the mark.
    pub(crate) fn mark(&self) -> &'static str {
        &ASSETS.mark
    }

    /// Name of the zone, as the foot of the page states it.
    pub(crate) fn zone_name(&self) -> String {
        self.zone
            .iana_name()
            .map_or_else(|| "UTC".to_owned(), str::to_owned)
    }

    /// The local date of `now`.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now.to_zoned_datetime(self.zone.clone()).date()
    }

    /// An instant to the minute.
    pub(crate) fn minute(&self, moment: &Timestamp) -> Moment {
        Moment::of_minute(*moment, self.now, &self.zone)
    }

    /// The day of an instant, today and its neighbours by name.
    pub(crate) fn day(&self, moment: &Timestamp) -> Moment {
        Moment::of_day(*moment, self.now, &self.zone)
    }

    /// A civil date.
    pub(crate) fn date(&self, date: &Date) -> Moment {
        Moment::of_date(*date, self.today())
    }

    /// `3 h ago`, `in 2 days`.
    pub(crate) fn age(&self, moment: &Timestamp) -> String {
        age::relative(*moment, self.now)
    }

    /// `3 h`, `2 days`: the bare length between an instant and now.
    pub(crate) fn length(&self, moment: &Timestamp) -> String {
        age::length(moment.duration_since(self.now))
    }

    /// Where a ticket stands in this frame's time.
    #[must_use]
    pub fn standing(&self, outcome: Outcome, afterwards: bool, due_at: Timestamp) -> Standing {
        Standing::of(outcome, afterwards, due_at, self.now, &self.zone)
    }

    /// `Good morning`, by the hour in this frame's zone.
    pub(crate) fn greeting(&self) -> &'static str {
        match self.now.to_zoned_datetime(self.zone.clone()).hour() {
            ..5 => "Hello",
            5..12 => "Good morning",
            12..18 => "Good afternoon",
            _ => "Good evening",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn frame(section: Section, is_head: bool) -> Frame {
        Frame {
            now: "2026-11-24T09:12:00Z".parse().unwrap(),
            zone: TimeZone::get("Europe/London").unwrap(),
            who: None,
            section: Some(section),
            is_head,
            sections: Section::ALL.to_vec(),
            owed: 2,
            demonstration: false,
        }
    }

    #[test]
    fn exactly_one_link_is_where_the_reader_is() {
        let links = frame(Section::Clients, false).links();
        let here: Vec<_> = links.iter().filter_map(|link| link.current).collect();
        assert_eq!(here, ["true"]);
    }

    #[test]
    fn what_is_owed_stands_beside_today_only() {
        let links = frame(Section::Proof, true).links();
        let counted: Vec<_> = links.iter().filter(|link| link.count.is_some()).collect();
        assert_eq!(counted.len(), 1);
        assert_eq!(counted[0].label, "Today");
    }

    #[test]
    fn the_greeting_keeps_the_hours_of_the_place() {
        let mut frame = frame(Section::Today, true);
        assert_eq!(frame.greeting(), "Good morning");
        frame.zone = TimeZone::get("Asia/Tokyo").unwrap();
        assert_eq!(frame.greeting(), "Good evening");
    }
}
