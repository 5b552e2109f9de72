//! How often a stable process is called changed, and how soon a changed one is: the figures by
//! which the rules were chosen, measured with a fixed seed. The ranges leave room for what so many
//! runs vary by; they are there to notice a rule that fires too often or not at all.

use duly_core::trend::chart::{Aim, Better, Settings, Trend};
use duly_core::trend::reading::Ratio;
use duly_core::trend::signal::{Rule, Rules};
use duly_core::trend::{rolling, share, xmr};

const RUNS: usize = 2_000;

/// SplitMix64 (Steele, Lea and Flood 2014): a fixed seed gives the same figures everywhere.
struct Chance(u64);

impl Chance {
    fn uniform(&mut self) -> f64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        ((mixed ^ (mixed >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
    }

    /// A normal figure, by Box and Muller.
    fn normal(&mut self) -> f64 {
        let (radius, turn) = (1.0 - self.uniform(), self.uniform());
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * turn).cos()
    }

    fn normals(&mut self, points: usize) -> Vec<Option<f64>> {
        (0..points).map(|_| Some(self.normal())).collect()
    }

    fn ratio(&mut self, total: u64, share: f64) -> Ratio {
        let good = (0..total).filter(|_| self.uniform() < share).count() as u64;
        Ratio { good, total }
    }

    fn ratios(&mut self, points: usize, total: u64, share: f64) -> Vec<Option<Ratio>> {
        (0..points)
            .map(|_| Some(self.ratio(total, share)))
            .collect()
    }
}

fn every_rule() -> Settings {
    Settings {
        rules: Rules {
            two_of_three: true,
            trend_of_seven: true,
        },
        ..Settings::default()
    }
}

fn against(target: f64) -> Settings {
    Settings {
        aim: Some(Aim {
            better: Better::Up,
            target: Some(target),
        }),
        ..Settings::default()
    }
}

/// Of so many runs, how many in a hundred hold.
fn per_cent(mut holds: impl FnMut(&mut Chance) -> bool) -> f64 {
    let mut chance = Chance(2026);
    let held = (0..RUNS).filter(|_| holds(&mut chance)).count();
    held as f64 * 100.0 / RUNS as f64
}

fn has(trend: &Trend, rule: Rule) -> bool {
    trend.signals.iter().any(|signal| signal.rule == rule)
}

/// The middle of the months after which something is seen; one that never is comes last.
fn median_months(mut seen: impl FnMut(&mut Chance) -> usize) -> usize {
    let mut chance = Chance(2026);
    let mut months: Vec<usize> = (0..RUNS).map(|_| seen(&mut chance)).collect();
    months.sort_unstable();
    months[RUNS / 2]
}

fn assert_within(found: f64, least: f64, most: f64) {
    assert!(
        (least..=most).contains(&found),
        "{found} is not within {least} to {most}"
    );
}

#[test]
fn two_years_of_a_stable_process_show_a_false_signal_on_one_chart_in_ten() {
    let rate = |holds: fn(&Trend) -> bool| {
        per_cent(|chance| holds(&xmr::trend(&chance.normals(24), &every_rule()).unwrap()))
    };
    assert_within(rate(|trend| has(trend, Rule::PointOutside)), 4.5, 8.0);
    assert_within(rate(|trend| has(trend, Rule::RunOfEight)), 2.5, 5.0);
    assert_within(rate(|trend| has(trend, Rule::TwoOfThree)), 2.5, 6.5);
    assert_within(rate(|trend| has(trend, Rule::TrendOfSeven)), 0.1, 1.2);
    let by_default = per_cent(|chance| {
        let trend = xmr::trend(&chance.normals(24), &Settings::default()).unwrap();
        !trend.signals.is_empty()
    });
    assert_within(by_default, 7.0, 11.5);
    assert_within(rate(|trend| !trend.signals.is_empty()), 9.5, 15.0);
}

#[test]
fn leaving_out_large_ranges_makes_points_outside_half_as_frequent_again() {
    let rate = |screens_ranges| {
        per_cent(|chance| {
            let settings = Settings {
                screens_ranges,
                ..Settings::default()
            };
            let trend = xmr::trend(&chance.normals(24), &settings).unwrap();
            has(&trend, Rule::PointOutside)
        })
    };
    let (kept, screened) = (rate(false), rate(true));
    assert!(
        (1.25..2.0).contains(&(screened / kept)),
        "{kept} {screened}"
    );
}

#[test]
fn the_newest_month_of_a_stable_process_is_flagged_once_in_fifty() {
    let newest = |settings: &Settings| {
        per_cent(|chance| {
            let trend = xmr::trend(&chance.normals(36), settings).unwrap();
            trend.signals_at_newest().next().is_some()
        })
    };
    let (two, four) = (newest(&Settings::default()), newest(&every_rule()));
    assert_within(two, 1.4, 3.0);
    assert_within(four - two, 0.2, 2.0);
}

#[test]
fn the_run_of_eight_sees_a_worsening_of_one_and_a_half_deviations_in_seven_months() {
    let months = |settings: &Settings, sees: fn(&Trend) -> bool| {
        median_months(|chance| {
            let mut values = chance.normals(24);
            for month in 1..=60 {
                values.push(Some(chance.normal() + 1.5));
                if sees(&xmr::trend(&values, settings).unwrap()) {
                    return month;
                }
            }
            60
        })
    };
    let newest = |trend: &Trend| trend.signals_at_newest().next().is_some();
    let outside = |trend: &Trend| {
        let mut newest = trend.signals_at_newest();
        newest.any(|signal| signal.rule == Rule::PointOutside)
    };
    assert_within(months(&Settings::default(), outside) as f64, 9.0, 11.0);
    assert_within(months(&Settings::default(), newest) as f64, 6.0, 8.0);
    assert_within(months(&every_rule(), newest) as f64, 4.0, 6.0);
}

#[test]
fn single_values_of_two_cases_a_month_cry_wolf_on_nine_charts_of_ten() {
    let rate = per_cent(|chance| {
        let shares = chance.ratios(24, 2, 0.95);
        let values: Vec<_> = shares
            .iter()
            .map(|ratio| ratio.and_then(Ratio::share))
            .collect();
        !xmr::trend(&values, &every_rule())
            .unwrap()
            .signals
            .is_empty()
    });
    assert_within(rate, 85.0, 95.0);
}

#[test]
fn a_rolling_window_is_right_about_a_stable_process_and_sees_a_fall_within_the_year() {
    let false_flags = per_cent(|chance| {
        let pairs = chance.ratios(24, 2, 0.97);
        !rolling::trend(&pairs, &against(0.95))
            .unwrap()
            .signals
            .is_empty()
    });
    assert_within(false_flags, 0.0, 1.0);
    let months = median_months(|chance| {
        let mut pairs = chance.ratios(24, 2, 0.97);
        for month in 1..=60 {
            pairs.push(Some(chance.ratio(2, 0.75)));
            let trend = rolling::trend(&pairs, &against(0.95)).unwrap();
            if trend.signals_at_newest().next().is_some() {
                return month;
            }
        }
        60
    });
    assert_within(months as f64, 7.0, 11.0);
}

#[test]
fn many_cases_whose_share_really_varies_are_signals_on_a_p_chart_and_not_on_p_prime() {
    let rate = |chart: fn(&[Option<Ratio>], &Settings) -> Result<Trend, _>| {
        per_cent(|chance| {
            let month = |_| {
                // 3,000 cases a month at 95 %, give or take a per cent from month to month.
                let share = (0.95 + 0.01 * chance.normal()).clamp(0.0, 1.0);
                let total = 3_000.0_f64;
                let by_chance = (total * share * (1.0 - share)).sqrt() * chance.normal();
                let good = (total * share + by_chance).round().clamp(0.0, total) as u64;
                Some(Ratio { good, total: 3_000 })
            };
            let months: Vec<_> = (0..24).map(month).collect();
            has(
                &chart(&months, &Settings::default()).unwrap(),
                Rule::PointOutside,
            )
        })
    };
    assert_within(rate(share::p), 90.0, 100.0);
    assert_within(rate(share::p_prime), 4.0, 9.0);
}
