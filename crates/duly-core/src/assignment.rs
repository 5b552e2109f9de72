//! Who does a ticket: the client's primary technician, the backup while the primary is away, or
//! whoever it was handed to. Worked out each time it is asked, so that an absence that is entered,
//! shortened or ended moves what it concerns, and nothing has to be moved back.

use std::collections::BTreeSet;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use crate::id::PersonId;

/// A client's two technicians.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Technicians {
    /// Who does the client's tickets.
    pub primary: PersonId,
    /// Who does them while the primary is away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub backup: Option<PersonId>,
}

/// A span of days on which a person does nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Absence {
    /// Who.
    pub person: PersonId,
    /// First day away.
    pub from: Date,
    /// Last day away; absent while nobody knows, and for somebody who left.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Date>,
}

/// Who does a ticket, and why they.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Doer {
    /// Who.
    pub person: PersonId,
    /// Why.
    pub why: Why,
}

/// Why somebody does a ticket.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Why {
    /// The client's primary technician.
    Primary,
    /// The client's backup, since the primary is away.
    Backup,
    /// It was handed to them.
    HandedOver,
    /// It was handed to somebody who is away.
    StandsIn,
    /// Away, as is everybody who could stand in: a manager must assign it.
    NobodyElse,
}

/// Who does a ticket on a day; nobody where the client has no technician and it was handed to
/// nobody.
#[must_use]
pub fn who_does(
    technicians: Option<&Technicians>,
    handed_to: Option<&PersonId>,
    absences: &[Absence],
    on: Date,
) -> Option<Doer> {
    let is_here = |person: &PersonId| !is_away(person, absences, on);
    let doer = |person: &PersonId, why| {
        Some(Doer {
            person: person.clone(),
            why,
        })
    };
    let primary = technicians.map(|both| &both.primary);
    let backup = technicians.and_then(|both| both.backup.as_ref());
    let first = handed_to.or(primary)?;
    if is_here(first) {
        let why = if handed_to.is_some() {
            Why::HandedOver
        } else {
            Why::Primary
        };
        return doer(first, why);
    }
    // The other one of the two; for somebody outside of them the primary before the backup.
    let stand_in = [primary, backup]
        .into_iter()
        .flatten()
        .find(|person| *person != first && is_here(person));
    match stand_in {
        Some(person) if handed_to.is_some() => doer(person, Why::StandsIn),
        Some(person) => doer(person, Why::Backup),
        None => doer(first, Why::NobodyElse),
    }
}

/// A person's team: they themselves, and everybody who is a technician of a client that they are a
/// technician of, whether first or in their absence.
#[must_use]
pub fn team<'a>(
    person: &PersonId,
    technicians: impl IntoIterator<Item = &'a Technicians>,
) -> BTreeSet<PersonId> {
    let mut team: BTreeSet<PersonId> = [person.clone()].into();
    for both in technicians {
        let pair = [Some(&both.primary), both.backup.as_ref()];
        if pair.contains(&Some(person)) {
            team.extend(pair.into_iter().flatten().cloned());
        }
    }
    team
}

/// Whether a person is away on a day.
#[must_use]
pub fn is_away(person: &PersonId, absences: &[Absence], on: Date) -> bool {
    absences.iter().any(|absence| {
        absence.person == *person && absence.from <= on && absence.to.is_none_or(|to| on <= to)
    })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn both() -> Technicians {
        Technicians {
            primary: "tess".into(),
            backup: Some("tom".into()),
        }
    }

    fn away(person: &str, from: &str, to: Option<&str>) -> Absence {
        Absence {
            person: person.into(),
            from: from.parse().unwrap(),
            to: to.map(|to| to.parse().unwrap()),
        }
    }

    fn on(handed_to: Option<&str>, absences: &[Absence], date: &str) -> Option<(String, Why)> {
        let handed_to = handed_to.map(PersonId::from);
        who_does(
            Some(&both()),
            handed_to.as_ref(),
            absences,
            date.parse().unwrap(),
        )
        .map(|doer| (doer.person.0, doer.why))
    }

    #[test]
    fn the_backup_does_it_on_the_first_and_the_last_day_of_an_absence_and_not_after() {
        let absences = [away("tess", "2026-11-24", Some("2026-11-26"))];
        for (date, who, why) in [
            ("2026-11-23", "tess", Why::Primary),
            ("2026-11-24", "tom", Why::Backup),
            ("2026-11-26", "tom", Why::Backup),
            ("2026-11-27", "tess", Why::Primary),
        ] {
            assert_eq!(
                on(None, &absences, date),
                Some((who.to_owned(), why)),
                "{date}"
            );
        }
    }

    #[test]
    fn what_was_handed_over_stays_so_until_its_new_owner_is_away() {
        let absences = [away("tom", "2026-11-24", None)];
        assert_eq!(
            on(Some("tom"), &[], "2026-11-24"),
            Some(("tom".to_owned(), Why::HandedOver))
        );
        let stands_in = Some(("tess".to_owned(), Why::StandsIn));
        assert_eq!(on(Some("tom"), &absences, "2027-01-01"), stands_in);
        let outside = [away("uma", "2026-11-24", None)];
        assert_eq!(on(Some("uma"), &outside, "2026-11-24"), stands_in);
    }

    #[test]
    fn with_everybody_away_it_stays_where_it_was_and_says_so() {
        let absences = [
            away("tess", "2026-11-01", None),
            away("tom", "2026-11-01", None),
        ];
        let nobody = Some(("tess".to_owned(), Why::NobodyElse));
        assert_eq!(on(None, &absences, "2026-11-24"), nobody);
    }

    #[test]
    fn a_client_without_technicians_has_nobody_until_a_ticket_is_handed_to_somebody() {
        let date = "2026-11-24".parse().unwrap();
        assert_eq!(who_does(None, None, &[], date), None);
        let tess = PersonId::from("tess");
        let doer = who_does(None, Some(&tess), &[], date).unwrap();
        assert_eq!(doer.why, Why::HandedOver);
    }

    #[test]
    fn a_team_is_who_shares_a_client_with_somebody_and_no_more() {
        let pair = |primary: &str, backup: Option<&str>| Technicians {
            primary: primary.into(),
            backup: backup.map(Into::into),
        };
        let all = [
            pair("tess", Some("tom")),
            pair("uma", Some("tess")),
            // Tom’s other client makes nobody of it Tess’s team.
            pair("tom", Some("vic")),
            pair("wes", None),
        ];
        let of = |person: &str| {
            let team = team(&person.into(), &all);
            team.into_iter().map(|one| one.0).collect::<Vec<_>>()
        };
        assert_eq!(of("tess"), ["tess", "tom", "uma"]);
        assert_eq!(of("wes"), ["wes"]);
        assert_eq!(of("mara"), ["mara"]);
    }

    proptest! {
        #[test]
        fn nobody_who_is_away_does_it_while_one_of_the_two_is_here(
            tess: bool, tom: bool, uma: bool, handed in prop_oneof![
                Just(None), Just(Some("tess")), Just(Some("tom")), Just(Some("uma"))],
        ) {
            let mut absences = Vec::new();
            for (person, is_gone) in [("tess", tess), ("tom", tom), ("uma", uma)] {
                if is_gone {
                    absences.push(away(person, "2026-11-24", None));
                }
            }
            let (person, why) = on(handed, &absences, "2026-11-24").unwrap();
            let date = "2026-11-24".parse().unwrap();
            let is_gone = is_away(&PersonId::from(person.as_str()), &absences, date);
            prop_assert_eq!(is_gone, why == Why::NobodyElse);
            prop_assert!(!is_gone || (tess && tom));
        }
    }
}
