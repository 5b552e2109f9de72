//! A calendar month as a page asks for it: `2026-11` in the address, `November 2026` in words.

use duly_core::accounts::Equation;
use duly_core::id::ClientId;
use duly_store::{Store, TicketFilter};
use duly_work::count;
use jiff::civil::Date;
use jiff::{Timestamp, ToSpan};

use crate::part::equation::EquationLine;
use crate::problem::{self, Problem};

/// A month.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Month {
    first: Date,
}

impl Month {
    /// The month of a date.
    pub(crate) fn of(date: Date) -> Self {
        Self {
            first: date.first_of_month(),
        }
    }

    /// The one asked for, or that of `today`.
    pub(crate) fn asked(text: Option<&str>, today: Date) -> Result<Self, Problem> {
        match text {
            None => Ok(Self::of(today)),
            Some(text) => {
                let first: Result<Date, _> = format!("{text}-01").parse();
                first.map(Self::of).map_err(|_| problem::bad_request())
            }
        }
    }

    pub(crate) fn first(self) -> Date {
        self.first
    }

    pub(crate) fn last(self) -> Date {
        self.first.last_of_month()
    }

    /// As it stands in an address.
    pub(crate) fn key(self) -> String {
        self.first.strftime("%Y-%m").to_string()
    }

    /// As people say it.
    pub(crate) fn words(self) -> String {
        self.first.strftime("%B %Y").to_string()
    }

    pub(crate) fn before(self) -> Self {
        Self::of(self.first.saturating_sub(1.day()))
    }

    pub(crate) fn after(self) -> Self {
        Self::of(self.last().saturating_add(1.day()))
    }

    /// The tickets whose slots are dated in it.
    pub(crate) fn tickets(self, client: &ClientId) -> TicketFilter {
        TicketFilter {
            client: Some(client.clone()),
            slot_from: Some(self.first()),
            slot_to: Some(self.last()),
            ..TicketFilter::default()
        }
    }

    /// The equation of a client in it, as far as it has come, and of the waived how many by the
    /// client's own word.
    pub(crate) async fn counted(
        self,
        store: &Store,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<(Equation, u64), Problem> {
        let equation = count::equation(store, client, self.first(), self.last(), now).await?;
        let by_client = match equation.waived {
            0 => 0,
            _ => {
                store
                    .waived_by_client(client, self.first(), self.last())
                    .await?
            }
        };
        Ok((equation, by_client))
    }

    /// The same as it is shown.
    pub(crate) async fn line(
        self,
        store: &Store,
        client: &ClientId,
        now: Timestamp,
    ) -> Result<EquationLine, Problem> {
        let (equation, waived_by_client) = self.counted(store, client, now).await?;
        Ok(EquationLine {
            period: self.words(),
            equation,
            waived_by_client,
        })
    }
}

/// Two equations as one.
pub(crate) fn together(one: Equation, other: Equation) -> Equation {
    Equation {
        due: one.due + other.due,
        done: one.done + other.done,
        late: one.late + other.late,
        missed: one.missed + other.missed,
        waived: one.waived + other.waived,
        open: one.open + other.open,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_month_knows_its_ends_and_neighbours() {
        let month = Month::asked(Some("2024-02"), Date::constant(2026, 11, 24)).unwrap();
        assert_eq!(month.last(), Date::constant(2024, 2, 29));
        assert_eq!(month.before().key(), "2024-01");
        assert_eq!(month.after().key(), "2024-03");
        assert_eq!(month.words(), "February 2024");
    }

    #[test]
    fn what_is_no_month_is_refused() {
        for text in ["2026-13", "2026", "now", "2026-11-05", ""] {
            assert!(
                Month::asked(Some(text), Date::constant(2026, 11, 24)).is_err(),
                "{text}"
            );
        }
    }
}
