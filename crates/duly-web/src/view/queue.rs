//! What Today is filtered for: whose tickets, in which state, of which client. All of it stands in
//! the address and nowhere else, so that a view can be sent on, kept and read again.

use duly_store::QueueState;

use crate::page::today::encoded;
use crate::view::Named;
use crate::words::number::{sentence_case, spelt_with};

/// Whose tickets.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Whose {
    /// Those that whoever looks does.
    Mine,
    /// Those that somebody does who shares a client with them, they themselves included.
    Team,
    /// Everybody's.
    #[default]
    All,
}

impl Whose {
    /// In the order in which they are offered.
    pub const ALL: [Self; 3] = [Self::Mine, Self::Team, Self::All];

    /// As it stands in an address.
    pub(crate) fn key(self) -> &'static str {
        match self {
            Self::Mine => "mine",
            Self::Team => "team",
            Self::All => "all",
        }
    }

    /// As it is offered.
    fn label(self) -> &'static str {
        match self {
            Self::Mine => "Mine",
            Self::Team => "My team’s",
            Self::All => "Everybody’s",
        }
    }

    /// What follows "tickets".
    fn owner(self) -> &'static str {
        match self {
            Self::Mine => " of yours",
            Self::Team => " of your team",
            Self::All => "",
        }
    }
}

/// The states that are offered, in the order in which they press.
pub const STATES: [QueueState; 6] = [
    QueueState::Owed,
    QueueState::Again,
    QueueState::Late,
    QueueState::Due,
    QueueState::Next,
    QueueState::Waiting,
];

/// A state as it stands in an address.
pub(crate) fn key(state: QueueState) -> &'static str {
    match state {
        QueueState::Owed => "owed",
        QueueState::Again => "again",
        QueueState::Late => "late",
        QueueState::Due => "due",
        QueueState::Next => "next",
        QueueState::Waiting => "waiting",
        QueueState::Measured => "measured",
    }
}

/// A state as it is offered.
fn label(state: QueueState) -> &'static str {
    match state {
        QueueState::Owed => "Missed and owed",
        QueueState::Again => "To be done again",
        QueueState::Late => "Late",
        QueueState::Due => "Due today",
        QueueState::Next => "Due later",
        QueueState::Waiting => "Waiting",
        QueueState::Measured => "Being measured",
    }
}

/// What follows "is" or "are".
fn predicate(state: QueueState) -> &'static str {
    match state {
        QueueState::Owed => "missed and still owed",
        QueueState::Again => "to be done again",
        QueueState::Late => "late",
        QueueState::Due => "due today",
        QueueState::Next => "due later",
        QueueState::Waiting => "waiting",
        QueueState::Measured => "being measured",
    }
}

/// How many tickets are in each state, in the order of [`STATES`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ByState(pub [u64; STATES.len()]);

impl ByState {
    /// How many are in this one.
    #[must_use]
    pub fn of(&self, state: QueueState) -> u64 {
        let place = STATES.iter().position(|one| *one == state);
        place
            .and_then(|place| self.0.get(place).copied())
            .unwrap_or(0)
    }

    /// More of this state.
    pub fn add(&mut self, state: QueueState, number: u64) {
        let place = STATES.iter().position(|one| *one == state);
        if let Some(count) = place.and_then(|place| self.0.get_mut(place)) {
            *count += number;
        }
    }

    /// How many need somebody: all but what waits.
    #[must_use]
    pub fn pressing(&self) -> u64 {
        self.0.iter().sum::<u64>() - self.of(QueueState::Waiting)
    }

    /// How many the filter for this state shows; without one, how many need somebody.
    #[must_use]
    pub fn shown(&self, state: Option<QueueState>) -> u64 {
        state.map_or_else(|| self.pressing(), |state| self.of(state))
    }
}

/// What is filtered for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Asking {
    /// Whose.
    pub whose: Whose,
    /// In which state.
    pub state: Option<QueueState>,
    /// Of which client.
    pub client: Option<Named>,
}

/// One choice of a filter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Choice {
    /// The words.
    pub label: String,
    /// Where it leads.
    pub address: String,
    /// How many it shows.
    pub number: u64,
    /// Whether it is the one that is chosen.
    pub is_chosen: bool,
}

impl Asking {
    /// The address of this view.
    #[must_use]
    pub fn address(&self) -> String {
        let whose = (self.whose != Whose::All).then(|| self.whose.key());
        let client = self.client.as_ref().map(|client| encoded(&client.id));
        let parts = [
            ("who", whose),
            ("state", self.state.map(key)),
            ("client", client.as_deref()),
        ];
        let mut address = "/".to_owned();
        let mut joint = '?';
        for (name, value) in parts {
            if let Some(value) = value {
                address.push(joint);
                address.push_str(&format!("{name}={value}"));
                joint = '&';
            }
        }
        address
    }

    /// Whether anything is filtered for.
    #[must_use]
    pub fn is_filtered(&self) -> bool {
        *self != Self::default()
    }

    /// The same for other tickets.
    #[must_use]
    pub fn with_whose(&self, whose: Whose) -> Self {
        Self {
            whose,
            ..self.clone()
        }
    }

    /// The same in another state, or in any that needs somebody.
    #[must_use]
    pub fn with_state(&self, state: Option<QueueState>) -> Self {
        Self {
            state,
            ..self.clone()
        }
    }

    /// The same of another client, or of all.
    #[must_use]
    pub fn with_client(&self, client: Option<Named>) -> Self {
        Self {
            client,
            ..self.clone()
        }
    }

    /// Whose tickets there are to choose from, with how many each shows.
    pub(crate) fn whose_choices(&self, counts: &[ByState; 3]) -> Vec<Choice> {
        let both = Whose::ALL.into_iter().zip(counts);
        both.map(|(whose, count)| Choice {
            label: whose.label().to_owned(),
            address: self.with_whose(whose).address(),
            number: count.shown(self.state),
            is_chosen: whose == self.whose,
        })
        .collect()
    }

    /// The states to choose from, with how many each shows.
    pub(crate) fn state_choices(&self, counts: &ByState) -> Vec<Choice> {
        let any = [None].into_iter().chain(STATES.map(Some));
        any.map(|state| Choice {
            label: state.map_or("All that needs somebody", label).to_owned(),
            address: self.with_state(state).address(),
            number: counts.shown(state),
            is_chosen: state == self.state,
        })
        .collect()
    }

    /// ` of yours for Baker & Sons`.
    fn of_whom(&self) -> String {
        let client = self
            .client
            .as_ref()
            .map_or_else(String::new, |client| format!(" for {}", client.name));
        format!("{}{client}", self.whose.owner())
    }

    /// How many tickets are what is filtered for, as a sentence: `Three tickets of yours are late.`
    pub(crate) fn sentence(&self, number: u64) -> String {
        let (whom, Some(state)) = (self.of_whom(), self.state) else {
            return self.needing(number);
        };
        let state = predicate(state);
        match number {
            0 => format!("Nothing{whom} is {state}."),
            1 => format!("One ticket{whom} is {state}."),
            _ => {
                let many = spelt_with(number, "ticket", "tickets");
                format!("{}{whom} are {state}.", sentence_case(&many))
            }
        }
    }

    fn needing(&self, number: u64) -> String {
        let place = self
            .client
            .as_ref()
            .map_or_else(String::new, |client| format!(" for {}", client.name));
        let whom = match self.whose {
            Whose::Mine => "you",
            Whose::Team => "your team",
            Whose::All if number == 0 => "you",
            Whose::All => "a person",
        };
        match number {
            0 => format!("Nothing needs {whom}{place}."),
            1 => format!("One thing needs {whom}{place}."),
            _ => {
                let many = spelt_with(number, "thing needs", "things need");
                format!("{} {whom}{place}.", sentence_case(&many))
            }
        }
    }

    /// What there is besides what is filtered for: each with its number and where it is.
    pub(crate) fn besides(&self, counts: &ByState) -> Vec<Choice> {
        let others = STATES
            .into_iter()
            .filter(|state| Some(*state) != self.state);
        others
            .map(|state| (state, counts.of(state)))
            .filter(|(_, number)| *number > 0)
            .map(|(state, number)| Choice {
                label: format!("{number} {}", predicate(state)),
                address: self.with_state(Some(state)).address(),
                number,
                is_chosen: false,
            })
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn late_of_mine() -> Asking {
        Asking {
            whose: Whose::Mine,
            state: Some(QueueState::Late),
            client: Some(Named::new("a&b", "A & B")),
        }
    }

    #[test]
    fn an_address_holds_every_filter_and_escapes_it() {
        let asking = late_of_mine();
        assert_eq!(asking.address(), "/?who=mine&state=late&client=a%26b");
        assert_eq!(Asking::default().address(), "/");
        assert!(!Asking::default().is_filtered());
    }

    #[test]
    fn a_choice_keeps_the_other_filters() {
        let counts = ByState([1, 0, 2, 3, 4, 5]);
        let choices = late_of_mine().state_choices(&counts);
        let due = choices.iter().find(|one| one.label == "Due today");
        let due = due.map(|due| (due.address.as_str(), due.number, due.is_chosen));
        assert_eq!(due, Some(("/?who=mine&state=due&client=a%26b", 3, false)));
        let whose = late_of_mine().whose_choices(&[counts; 3]);
        let all = whose.last().map(|all| (all.address.as_str(), all.number));
        assert_eq!(all, Some(("/?state=late&client=a%26b", 2)));
    }

    #[test]
    fn what_waits_needs_nobody_now() {
        let counts = ByState([1, 0, 2, 3, 4, 5]);
        assert_eq!(counts.pressing(), 10);
        assert_eq!(counts.shown(Some(QueueState::Waiting)), 5);
    }

    #[test]
    fn the_headline_says_what_is_filtered_for() {
        let asking = late_of_mine();
        assert_eq!(asking.sentence(0), "Nothing of yours for A & B is late.");
        assert_eq!(asking.sentence(1), "One ticket of yours for A & B is late.");
        let any = Asking::default();
        assert_eq!(any.sentence(2), "Two things need a person.");
        let team = any
            .with_whose(Whose::Team)
            .with_state(Some(QueueState::Due));
        assert_eq!(
            team.sentence(3),
            "Three tickets of your team are due today."
        );
    }
}
