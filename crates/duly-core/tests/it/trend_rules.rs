//! What a trend says of readings, case by case: when there are limits, what is a signal, what
//! breaks a run, what is refused.

use duly_core::trend::chart::{Aim, Better, Chart, Settings, Trend};
use duly_core::trend::error::TrendError;
use duly_core::trend::phase::{Baseline, State};
use duly_core::trend::reading::{MAGNITUDE_MAX, POINTS_MAX, Ratio};
use duly_core::trend::sentence::sentence;
use duly_core::trend::signal::{Rule, Rules, Side};
use duly_core::trend::word::{Assurance, Variation};
use duly_core::trend::{Readings, between, count, rolling, share, trend, usual, xmr};

/// A stable process: 4 and 6 in turns, so that the mean is 5 and each moving range is 2.
pub fn turns(points: usize) -> Vec<Option<f64>> {
    (0..points)
        .map(|index| Some(if index % 2 == 0 { 4.0 } else { 6.0 }))
        .collect()
}

/// So many good ones out of so many, each time.
pub fn ratios(good: u64, total: u64, points: usize) -> Vec<Option<Ratio>> {
    vec![Some(Ratio { good, total }); points]
}

pub fn plain() -> Settings {
    Settings::default()
}

pub fn aiming(better: Better, target: f64) -> Settings {
    Settings {
        aim: Some(Aim {
            better,
            target: Some(target),
        }),
        ..Settings::default()
    }
}

fn all_rules() -> Settings {
    Settings {
        rules: Rules {
            two_of_three: true,
            trend_of_seven: true,
        },
        ..Settings::default()
    }
}

fn rebased(from: usize) -> Settings {
    let reason = "a second technician".to_owned();
    Settings {
        baselines: vec![Baseline { from, reason }],
        ..Settings::default()
    }
}

/// Which rules are met, and where.
fn met(trend: &Trend) -> Vec<(Rule, usize)> {
    let signals = trend.signals.iter();
    signals.map(|signal| (signal.rule, signal.index)).collect()
}

fn words(trend: &Trend) -> (Option<Variation>, Assurance) {
    (trend.variation(), trend.assurance())
}

fn said(trend: &Trend) -> String {
    sentence(trend, |index| index.to_string())
}

#[test]
fn eleven_points_have_a_mean_and_no_limits_and_twelve_have_trial_limits() {
    let eleven = xmr::trend(&turns(11), &plain()).unwrap();
    assert_eq!(eleven.state(), State::TooFew);
    let phase = eleven.newest_phase().unwrap();
    assert!(phase.centre.is_some());
    assert_eq!(
        (phase.lower, phase.upper, phase.upper_range),
        (None, None, None)
    );
    assert_eq!(said(&eleven), "mean 4.91 of 11 points, and limits need 12");

    let twelve = xmr::trend(&turns(12), &plain()).unwrap();
    assert_eq!(twelve.state(), State::Trial);
    assert_eq!(
        said(&twelve),
        "mean 5, trial limits of 12 points -0.3 to 10.3, no signal"
    );
    assert!(twelve.signals.is_empty());
}

#[test]
fn one_point_and_none_are_too_few_on_every_chart() {
    for points in [0, 1] {
        for chart in Chart::ALL {
            let (values, ratios) = (turns(points), ratios(2, 3, points));
            let readings = if chart.is_of_ratios() {
                Readings::Ratios(&ratios)
            } else {
                Readings::Values(&values)
            };
            let trend = trend(chart, readings, &aiming(Better::Up, 0.5)).unwrap();
            assert_eq!(trend.state(), State::TooFew, "{chart:?}");
            assert!(trend.signals.is_empty());
            let expected = (Some(Variation::TooFew), Assurance::TooFew);
            assert_eq!(words(&trend), expected, "{chart:?}");
        }
    }
    assert_eq!(said(&xmr::trend(&[], &plain()).unwrap()), "no readings");
    let one = xmr::trend(&[Some(3.0)], &plain()).unwrap();
    assert_eq!(said(&one), "mean 3 of 1 point, and limits need 12");
}

#[test]
fn limits_are_frozen_on_the_first_twenty_four_points() {
    let frozen = xmr::trend(&turns(24), &plain()).unwrap();
    assert_eq!(frozen.state(), State::Frozen);
    let mut worse = turns(24);
    worse.extend([Some(9.0), Some(9.0), Some(9.0), Some(20.0)]);
    let later = xmr::trend(&worse, &plain()).unwrap();
    assert_eq!(later.phases[0].upper, frozen.phases[0].upper);
    assert_eq!(later.phases[0].counted, 24);
    assert_eq!(met(&later), [(Rule::PointOutside, 27)]);
    assert_eq!(later.signals[0].side, Side::Above);
}

#[test]
fn a_series_that_never_varied_has_no_signal_and_the_first_that_differs_is_one() {
    for value in [0.1, 0.0, 95.7, -3.3] {
        let flat = xmr::trend(&vec![Some(value); 30], &plain()).unwrap();
        assert!(flat.signals.is_empty(), "{value}");
        let phase = &flat.phases[0];
        let centre = Some(value);
        assert_eq!(
            (phase.centre, phase.lower, phase.upper),
            (centre, centre, centre)
        );
    }
    let mut values = vec![Some(0.1); 30];
    values.push(Some(0.2));
    let differs = xmr::trend(&values, &plain()).unwrap();
    assert_eq!(met(&differs), [(Rule::PointOutside, 30)]);
}

#[test]
fn figures_that_only_rounding_tells_apart_are_the_same() {
    let mut values = vec![Some(0.3); 24];
    values.extend(vec![Some(0.1 + 0.2); 12]);
    let trend = xmr::trend(&values, &all_rules()).unwrap();
    assert!(trend.signals.is_empty(), "{:?}", trend.signals);
}

#[test]
fn eight_points_on_one_side_are_a_signal_and_each_further_one_is_another() {
    let mut values = turns(24);
    values.extend(vec![Some(6.5); 10]);
    let trend = xmr::trend(&values, &plain()).unwrap();
    // The last of the stable points lies above already.
    assert_eq!(met(&trend).first(), Some(&(Rule::RunOfEight, 30)));
    assert_eq!(met(&trend).len(), 4);
    assert_eq!(
        (trend.signals[0].from, trend.signals[0].side),
        (23, Side::Above)
    );
}

#[test]
fn a_point_on_the_centre_ends_a_run_and_so_does_a_gap() {
    for breaking in [Some(5.0), None] {
        let mut values = turns(24);
        values.extend(vec![Some(6.5); 6]);
        values.push(breaking);
        values.extend(vec![Some(6.5); 7]);
        let trend = xmr::trend(&values, &all_rules()).unwrap();
        assert!(trend.signals.is_empty(), "{breaking:?} {:?}", trend.signals);
    }
}

#[test]
fn two_of_three_beyond_two_thirds_are_a_signal_only_when_asked_for() {
    let mut values = turns(24);
    // Two thirds of the way lie at 5 ± 3.546…
    values.extend([
        Some(8.6),
        Some(5.5),
        Some(8.7),
        Some(1.3),
        Some(4.5),
        Some(1.4),
    ]);
    assert!(xmr::trend(&values, &plain()).unwrap().signals.is_empty());
    let asked = xmr::trend(&values, &all_rules()).unwrap();
    assert_eq!(
        met(&asked),
        [(Rule::TwoOfThree, 26), (Rule::TwoOfThree, 29)]
    );
    let sides: Vec<Side> = asked.signals.iter().map(|signal| signal.side).collect();
    assert_eq!(sides, [Side::Above, Side::Below]);
    assert_eq!(asked.signals[0].from, 24);
}

#[test]
fn seven_rising_points_are_a_signal_only_when_asked_for_and_six_are_none() {
    let mut values = turns(24);
    values.extend([3.5, 4.0, 4.5, 5.0, 5.5, 6.0].map(Some));
    let six = xmr::trend(&values, &all_rules()).unwrap();
    assert!(six.signals.is_empty(), "{:?}", six.signals);
    values.push(Some(6.5));
    let seven = xmr::trend(&values, &all_rules()).unwrap();
    assert_eq!(met(&seven), [(Rule::TrendOfSeven, 30)]);
    assert_eq!(
        (seven.signals[0].from, seven.signals[0].side),
        (24, Side::Above)
    );
    assert!(xmr::trend(&values, &plain()).unwrap().signals.is_empty());
}

#[test]
fn a_gap_has_no_moving_range_on_either_side_and_does_not_count() {
    let mut values = turns(12);
    values[5] = None;
    let trend = xmr::trend(&values, &plain()).unwrap();
    assert_eq!(trend.state(), State::TooFew);
    let ranges: Vec<Option<f64>> = trend.points.iter().map(|point| point.range).collect();
    assert_eq!((ranges[5], ranges[6], ranges[7]), (None, None, Some(2.0)));
    values.push(Some(4.0));
    let trend = xmr::trend(&values, &plain()).unwrap();
    assert_eq!((trend.state(), trend.phases[0].counted), (State::Trial, 12));
}

#[test]
fn points_without_neighbours_make_no_limits_however_many_they_are() {
    let values: Vec<Option<f64>> = (0..60)
        .map(|index| (index % 2 == 0).then_some(f64::from(index % 5)))
        .collect();
    let trend = xmr::trend(&values, &plain()).unwrap();
    assert_eq!(trend.state(), State::TooFew);
    assert!(said(&trend).ends_with("too few of them next to each other for limits"));
}

#[test]
fn limits_start_anew_where_a_baseline_says_so_and_runs_do_not_cross_it() {
    let mut values = turns(24);
    values.extend(turns(12).into_iter().map(|value| value.map(|it| it + 20.0)));
    let before = xmr::trend(&values, &plain()).unwrap();
    assert!(before.signals_now().count() > 0);
    let after = xmr::trend(&values, &rebased(24)).unwrap();
    assert!(after.signals.is_empty(), "{:?}", after.signals);
    assert_eq!((after.phases.len(), after.state()), (2, State::Trial));
    assert_eq!(after.phases[1].centre, Some(25.0));
    assert_eq!(
        after.phases[1].reason.as_deref(),
        Some("a second technician")
    );
    assert_eq!(after.points[24].range, None);
}

#[test]
fn signals_before_a_new_start_are_kept_and_do_not_count_today() {
    let mut values = turns(24);
    values.push(Some(30.0));
    values.extend(turns(12));
    let trend = xmr::trend(&values, &rebased(25)).unwrap();
    assert_eq!(met(&trend), [(Rule::PointOutside, 24)]);
    assert_eq!(trend.signals_now().count(), 0);
    assert_eq!(
        said(&trend),
        "mean 5, trial limits of 12 points -0.3 to 10.3, no signal"
    );
}

#[test]
fn a_new_start_without_a_reason_or_in_the_wrong_place_is_refused() {
    let with = |baselines: &[(usize, &str)]| {
        let baseline = |(from, reason): &(usize, &str)| Baseline {
            from: *from,
            reason: (*reason).to_owned(),
        };
        let baselines = baselines.iter().map(baseline).collect();
        let settings = Settings {
            baselines,
            ..plain()
        };
        xmr::trend(&turns(30), &settings).unwrap_err()
    };
    assert_eq!(
        with(&[(0, "why")]),
        TrendError::BaselineOutside {
            from: 0,
            points: 30
        }
    );
    assert_eq!(
        with(&[(30, "why")]),
        TrendError::BaselineOutside {
            from: 30,
            points: 30
        }
    );
    assert_eq!(
        with(&[(12, " ")]),
        TrendError::BaselineWithoutReason { from: 12 }
    );
    let twice = [(12, "why"), (12, "why")];
    assert_eq!(with(&twice), TrendError::BaselinesUnordered { from: 12 });
    let turned = [(20, "why"), (12, "why")];
    assert_eq!(with(&turned), TrendError::BaselinesUnordered { from: 12 });
}

#[test]
fn what_is_no_number_is_refused_with_its_place() {
    for wrong in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut values = turns(12);
        values[7] = Some(wrong);
        for chart in [Chart::Xmr, Chart::G, Chart::T, Chart::C] {
            let error = trend(chart, Readings::Values(&values), &plain()).unwrap_err();
            assert_eq!(error, TrendError::NotFinite { index: 7 });
            assert_eq!(error.index(), Some(7));
        }
    }
    let large = [Some(MAGNITUDE_MAX * 1.1)];
    let error = xmr::trend(&large, &plain()).unwrap_err();
    assert_eq!(error.to_string(), "the reading at index 0 lies beyond 1e12");
    let many = vec![None; POINTS_MAX + 1];
    let error = xmr::trend(&many, &plain()).unwrap_err();
    assert_eq!(error.code(), "trend-too-many-points");
}

#[test]
fn what_is_counted_is_whole_and_not_negative_and_time_does_not_stand_still() {
    let (less, part, none) = ([Some(-1.0)], [None, Some(1.5)], [Some(2.0), Some(0.0)]);
    let less_error = TrendError::Negative { index: 0 };
    let part_error = TrendError::NotWhole { index: 1 };
    for chart in [between::g, count::trend] {
        assert_eq!(chart(&less, &plain()), Err(less_error));
        assert_eq!(chart(&part, &plain()), Err(part_error));
        assert!(chart(&none, &plain()).is_ok());
    }
    assert_eq!(between::t(&less, &plain()), Err(less_error));
    assert_eq!(
        between::t(&none, &plain()),
        Err(TrendError::Zero { index: 1 })
    );
    assert!(between::t(&part, &plain()).is_ok());
}

#[test]
fn more_good_ones_than_there_are_is_refused_and_none_of_none_is_a_gap() {
    let (good, total) = (4, 3);
    let wrong = [None, Some(Ratio { good, total })];
    let gap = [Some(Ratio { good: 0, total: 0 })];
    for chart in [share::p, share::p_prime, rolling::trend] {
        let index = 1;
        let error = TrendError::MoreGoodThanTotal { index, good, total };
        assert_eq!(chart(&wrong, &plain()), Err(error));
        let trend = chart(&gap, &plain()).unwrap();
        assert_eq!(trend.newest(), None);
        assert_eq!(said(&trend), "no readings");
    }
}

#[test]
fn a_chart_takes_its_own_kind_of_readings_only() {
    let (values, ratios) = (turns(12), ratios(1, 2, 12));
    for chart in Chart::ALL {
        let readings = if chart.is_of_ratios() {
            Readings::Values(&values)
        } else {
            Readings::Ratios(&ratios)
        };
        let error = trend(chart, readings, &plain()).unwrap_err();
        assert!(error.to_string().contains(chart.word()), "{error}");
    }
    assert_eq!(usual(Readings::Values(&values)), Chart::Xmr);
    assert_eq!(usual(Readings::Ratios(&ratios)), Chart::Rolling);
    assert_eq!(
        usual(Readings::Ratios(&self::ratios(290, 300, 12))),
        Chart::PPrime
    );
}

#[test]
fn the_target_of_a_ratio_is_a_share() {
    let error = share::p(&ratios(1, 2, 12), &aiming(Better::Up, 98.0)).unwrap_err();
    assert_eq!(error, TrendError::TargetNotShare { target: 98.0 });
    let error = xmr::trend(&turns(12), &aiming(Better::Up, f64::NAN)).unwrap_err();
    assert_eq!(error, TrendError::TargetNotFinite);
}
