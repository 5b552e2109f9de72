//! Whose tickets the queue holds: who does what today, worked out from the counts of the queue, so
//! that a filter costs the same with five tickets and with five thousand.

use std::collections::{BTreeMap, BTreeSet};

use duly_core::assignment::{Absence, Doer, Technicians, Why, team, who_does};
use duly_core::id::{ClientId, PersonId};
use duly_core::scope::Client;
use duly_store::{QueueAt, QueueCount, QueueFilter};
use duly_work::lists;
use duly_work::run_probe::PROBES;
use jiff::Timestamp;
use jiff::civil::Date;

use crate::page::month::Month;
use crate::page::visit::Visit;
use crate::problem::Problem;
use crate::view::frame::Frame;
use crate::view::queue::{Asking, ByState, Whose};

/// Who does what today.
pub(crate) struct Doers {
    technicians: BTreeMap<ClientId, Technicians>,
    absences: Vec<Absence>,
    today: Date,
    me: PersonId,
    team: BTreeSet<PersonId>,
}

impl Doers {
    /// Reads them; today is the provider's calendar day.
    pub(crate) async fn of(visit: &Visit, today: Date) -> Result<Self, Problem> {
        let store = visit.store();
        let all = lists::technicians(store).await?;
        let technicians: BTreeMap<ClientId, Technicians> = all
            .into_iter()
            .map(|assigned| (assigned.client, assigned.technicians))
            .collect();
        let noted = store.absences(&Client::PROVIDER.into(), today).await?;
        let me = visit.person.id.clone();
        Ok(Self {
            team: team(&me, technicians.values()),
            absences: noted.into_iter().map(|noted| noted.absence).collect(),
            technicians,
            today,
            me,
        })
    }

    /// Who does a client's ticket that was handed to this person, or to nobody.
    pub(crate) fn doer(&self, client: &ClientId, handed_to: Option<&PersonId>) -> Option<Doer> {
        let both = self.technicians.get(client);
        who_does(both, handed_to, &self.absences, self.today)
    }

    /// The same in few words: the name, and why they where it is not their own client.
    pub(crate) fn words(
        &self,
        visit: &Visit,
        client: &ClientId,
        handed_to: Option<&PersonId>,
    ) -> String {
        let Some(doer) = self.doer(client, handed_to) else {
            return "nobody’s yet".to_owned();
        };
        let name = visit.person_named(&doer.person);
        match doer.why {
            Why::Primary => name,
            Why::Backup => format!("{name}, as backup"),
            Why::HandedOver => format!("{name}, handed over"),
            Why::StandsIn => format!("{name}, standing in"),
            Why::NobodyElse => format!("{name}, who is away"),
        }
    }

    /// Whether a ticket held so is among these.
    pub(crate) fn is(&self, whose: Whose, client: &ClientId, handed_to: Option<&PersonId>) -> bool {
        let does = |fits: &dyn Fn(&PersonId) -> bool| {
            let doer = self.doer(client, handed_to);
            doer.is_some_and(|doer| fits(&doer.person))
        };
        match whose {
            Whose::All => true,
            Whose::Mine => does(&|person| *person == self.me),
            Whose::Team => does(&|person| self.team.contains(person)),
        }
    }
}

/// What the queue is asked at: the day is the one of the page.
pub(crate) fn at(frame: &Frame, month: Month) -> QueueAt {
    let tomorrow = frame.today().tomorrow().unwrap_or(frame.today());
    let midnight = tomorrow
        .to_datetime(jiff::civil::Time::midnight())
        .to_zoned_datetime(frame.zone.clone());
    QueueAt {
        now: frame.now,
        day_end: midnight.map_or(frame.now, |midnight| midnight.timestamp()),
        month_first: month.first(),
        probes: PROBES.iter().map(|probe| (*probe).to_owned()).collect(),
    }
}

/// The counts of the queue, as the filters show them.
#[derive(Debug, Default)]
pub(crate) struct Counts {
    /// By state, for each of [`Whose::ALL`], of the client that is filtered for.
    pub whose: [ByState; 3],
    /// How many of each client the other filters show.
    pub clients: BTreeMap<ClientId, u64>,
    /// Open and waiting only for a measurement, of the client that is filtered for.
    pub measured: u64,
    /// Missed and owed with a slot before the month, of what is filtered for.
    pub from_before: u64,
    /// Held so by whoever is filtered for.
    held: BTreeSet<(ClientId, Option<PersonId>)>,
}

impl Counts {
    /// Sums them up.
    pub(crate) fn of(counts: &[QueueCount], doers: &Doers, asking: &Asking) -> Self {
        let mut sums = Self::default();
        let only = asking.client.as_ref().map(|client| client.id.as_str());
        for count in counts {
            let handed_to = count.handed_to.as_ref();
            let is = |whose| doers.is(whose, &count.client, handed_to);
            let mut by_state = ByState::default();
            by_state.add(count.state, count.number);
            if is(asking.whose) {
                let shown = by_state.shown(asking.state);
                *sums.clients.entry(count.client.clone()).or_default() += shown;
            }
            if only.is_some_and(|only| count.client.as_str() != only) {
                continue;
            }
            if count.state == duly_store::QueueState::Measured {
                sums.measured += count.number;
                continue;
            }
            for (whose, sum) in Whose::ALL.into_iter().zip(&mut sums.whose) {
                if is(whose) {
                    sum.add(count.state, count.number);
                }
            }
            if is(asking.whose) {
                sums.from_before += count.from_before;
                let held = (count.client.clone(), count.handed_to.clone());
                sums.held.insert(held);
            }
        }
        sums
    }

    /// What is filtered for, as the store is asked for it.
    pub(crate) fn filter(&self, asking: &Asking) -> QueueFilter {
        QueueFilter {
            client: asking.client.as_ref().map(|one| one.id.as_str().into()),
            state: asking.state,
            held: (asking.whose != Whose::All).then(|| self.held.clone()),
        }
    }

    /// By state, for whoever is filtered for.
    pub(crate) fn chosen(&self, whose: Whose) -> ByState {
        let both = Whose::ALL.into_iter().zip(&self.whose);
        both.filter(|(one, _)| *one == whose)
            .map(|(_, sum)| *sum)
            .next()
            .unwrap_or_default()
    }
}

/// How far back a ticket counts as closed lately.
pub(crate) fn day_ago(now: Timestamp) -> Timestamp {
    now - jiff::SignedDuration::from_hours(24)
}
