//! One client's 90 days: its office works, its backup job runs, the worker looks in, Tess does
//! what needs a person. Every day, in the order in which it would happen.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use duly_core::backup::request::Claim;
use duly_core::id::{ClientId, PersonId};
use duly_store::Store;
use duly_work::clock::Clock;
use duly_work::count;
use duly_work::worker::Worker;
use jiff::civil::{Date, Time, Weekday, time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan};

use super::restic::Repository;
use super::source::Office;
use super::tess::Tess;
use super::{DAYS, declared, say};

/// Who the client is and what befalls it.
#[derive(Clone, Copy, Debug)]
pub struct Plot {
    /// Stable id; also the name of its folder.
    pub id: &'static str,
    /// As pages show it.
    pub name: &'static str,
    /// Zone.
    pub tz: &'static str,
    /// Calendar.
    pub calendar: &'static str,
    /// Name of its backup set.
    pub backup: &'static str,
    /// Name of its firewall.
    pub firewall: &'static str,
    /// Somebody excludes `*.dump` from the backup some days before the last restore test.
    pub excludes_database: bool,
    /// One restore test is never finished.
    pub neglects_a_test: bool,
}

/// A life to be lived.
pub struct Life {
    /// The client's folder.
    pub dir: PathBuf,
    /// The provider's store.
    pub store: Store,
    /// duly itself, for the probes.
    pub program: PathBuf,
    /// Who does what needs a person.
    pub tess: PersonId,
    /// Who the client is.
    pub plot: Plot,
    /// Up to when.
    pub until: Timestamp,
}

/// What stays the same over the days.
struct Setting {
    client: ClientId,
    zone: TimeZone,
    first: Date,
    last: Date,
    office: Office,
    repository: Repository,
    manifest: PathBuf,
    claim: PathBuf,
    /// Slots of the restore tests in these days.
    tests: Vec<Date>,
}

impl Life {
    /// Lives it.
    ///
    /// # Errors
    ///
    /// When anything in the loop fails.
    pub async fn live(self) -> Result<ClientId> {
        let name = self.plot.name;
        let setting = self
            .begin()
            .await
            .with_context(|| format!("{name} could not begin"))?;
        let mut worker = Worker::new(self.store.clone(), self.program.clone());
        let tess = Tess {
            store: self.store.clone(),
            person: self.tess.clone(),
            client: setting.client.clone(),
            today: setting.last,
            neglects: if self.plot.neglects_a_test {
                neglected(&setting.tests)
            } else {
                None
            },
        };
        let mut working_day = 0;
        for back in (0..=DAYS).rev() {
            let date = setting.last.saturating_sub(back.days());
            self.night(&setting, date)
                .with_context(|| format!("the night of {date} at {name}"))?;
            if !matches!(date.weekday(), Weekday::Saturday | Weekday::Sunday) {
                working_day += 1;
                self.day(&setting, &mut worker, &tess, date, working_day)
                    .await
                    .with_context(|| format!("{date} at {name}"))?;
            }
        }
        worker
            .round_of(&setting.client, Clock::Fixed(self.until))
            .await?;
        self.tell_how_it_ended(&setting).await?;
        Ok(setting.client)
    }

    async fn begin(&self) -> Result<Setting> {
        let zone = TimeZone::get(self.plot.tz)?;
        let last = zone.to_datetime(self.until).date();
        let first = last.saturating_sub(DAYS.days());
        let opening = zone.to_timestamp(first.to_datetime(Time::midnight()))?;
        fs::create_dir_all(&self.dir)?;
        let office = Office::new(self.dir.join("source"), self.plot.name);
        office.open(opening)?;
        let password = duly_store::random_id()?;
        let repository = Repository::create(self.dir.join("repository"), password)?;
        let manifest = self.dir.join("source.manifest");
        let claim = self.dir.join("job.json");
        let client =
            declared::publish(self, &office, &repository, &manifest, &claim, opening).await?;
        let tests = declared::restore_tests(&self.store, &client, first, self.until).await?;
        Ok(Setting {
            client,
            zone,
            first,
            last,
            office,
            repository,
            manifest,
            claim,
            tests,
        })
    }

    /// At two in the morning the backup job runs: every Monday, and before each restore test. The
    /// source's own picture is taken before and after.
    fn night(&self, setting: &Setting, date: Date) -> Result<()> {
        let needed = date == setting.first
            || date == setting.last
            || date.weekday() == Weekday::Monday
            || setting.tests.contains(&date);
        let begin = setting
            .zone
            .to_timestamp(date.to_datetime(time(2, 0, 0, 0)))?;
        if !needed || begin > self.until {
            return Ok(());
        }
        let earlier = setting.manifest.with_extension("earlier");
        let minute = SignedDuration::from_mins(1);
        declared::take_manifest(&setting.office, &earlier, None, begin - minute * 5)?;
        let roots = [setting.office.documents(), setting.office.database()];
        let exclude = self.excludes_on(setting, date).then_some("*.dump");
        let exit_code = setting.repository.backup(&roots, exclude, begin)?;
        declared::take_manifest(
            &setting.office,
            &setting.manifest,
            Some(&earlier),
            begin + minute * 5,
        )?;
        let claim = Claim {
            tool: Some("restic".to_owned()),
            exit_code: Some(i64::from(exit_code)),
            started_at: Some(begin),
            ended_at: Some(begin + minute),
            snapshot: None,
        };
        fs::write(&setting.claim, serde_json::to_vec(&claim)?)?;
        Ok(())
    }

    /// The exclusion comes three days before the last test, so that it is the one to find it.
    fn excludes_on(&self, setting: &Setting, date: Date) -> bool {
        let last_test = setting.tests.last();
        self.plot.excludes_database
            && last_test.is_some_and(|test| date >= test.saturating_sub(3.days()))
    }

    async fn day(
        &self,
        setting: &Setting,
        worker: &mut Worker,
        tess: &Tess,
        date: Date,
        working_day: u64,
    ) -> Result<()> {
        for (hour, what) in [(9, Hour::Morning), (12, Hour::Noon), (15, Hour::Afternoon)] {
            let now = setting
                .zone
                .to_timestamp(date.to_datetime(time(hour, 5, 0, 0)))?;
            if now > self.until {
                return Ok(());
            }
            match what {
                Hour::Morning => {
                    let round = worker.round_of(&setting.client, Clock::Fixed(now)).await?;
                    if round.runs > 0 {
                        say(&format!("{date}  {:<16} {}", self.plot.name, told(&round)));
                    }
                }
                Hour::Noon => setting.office.work(working_day, date, now)?,
                Hour::Afternoon => {
                    tess.work(date, now).await?;
                    worker.round_of(&setting.client, Clock::Fixed(now)).await?;
                }
            }
        }
        Ok(())
    }

    async fn tell_how_it_ended(&self, setting: &Setting) -> Result<()> {
        let (first, last) = (setting.first, setting.last);
        let equation =
            count::equation(&self.store, &setting.client, first, last, self.until).await?;
        let check = setting.repository.check()?;
        say(&format!(
            "{}: {} due = {} done + {} late + {} missed + {} waived + {} open; `restic check \
             --read-data` says {}",
            self.plot.name,
            equation.due,
            equation.done,
            equation.late,
            equation.missed,
            equation.waived,
            equation.open,
            if check == 0 {
                "all is well (0)".to_owned()
            } else {
                format!("{check}")
            },
        ));
        Ok(())
    }
}

#[derive(Clone, Copy)]
enum Hour {
    Morning,
    Noon,
    Afternoon,
}

/// The last but two: long enough ago to be missed, recent enough to be remembered.
fn neglected(tests: &[Date]) -> Option<Date> {
    tests.iter().rev().nth(2).copied()
}

fn told(round: &duly_work::worker::Round) -> String {
    let runs = match round.runs {
        1 => "1 test".to_owned(),
        runs => format!("{runs} tests"),
    };
    let closed = match round.ended.closed {
        0 => String::new(),
        1 => ", 1 ticket closed itself".to_owned(),
        closed => format!(", {closed} tickets closed themselves"),
    };
    match round.failed {
        0 => format!("{runs} passed{closed}"),
        failed => format!("{runs}, {failed} did not pass: a person must look{closed}"),
    }
}
