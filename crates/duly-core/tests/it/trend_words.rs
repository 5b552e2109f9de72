//! The two words, the sentence and the document of a trend.

use duly_core::trend::chart::{Aim, Better, Settings};
use duly_core::trend::document::document;
use duly_core::trend::phase::{Baseline, State};
use duly_core::trend::reading::Ratio;
use duly_core::trend::rolling::chance_of_so_bad;
use duly_core::trend::sentence::sentence;
use duly_core::trend::signal::Rule;
use duly_core::trend::word::{Assurance, Variation};
use duly_core::trend::{between, rolling, share, xmr};
use serde_json::json;

use crate::trend_rules::{aiming, plain, ratios, turns};

fn with(later: &[f64]) -> Vec<Option<f64>> {
    let mut values = turns(24);
    values.extend(later.iter().copied().map(Some));
    values
}

#[test]
fn a_signal_at_the_newest_point_is_better_or_worse_by_the_direction() {
    let variation = |better, later: &[f64]| {
        let trend = xmr::trend(&with(later), &aiming(better, 5.0)).unwrap();
        trend.variation().unwrap()
    };
    assert_eq!(variation(Better::Up, &[15.0]), Variation::Improving);
    assert_eq!(variation(Better::Down, &[15.0]), Variation::Worsening);
    assert_eq!(variation(Better::Up, &[-15.0]), Variation::Worsening);
    // What was outside a month ago and is not any more is history.
    assert_eq!(variation(Better::Up, &[15.0, 5.0]), Variation::CommonCause);
    // A run says better and the newest point worse: that is the one not to overlook.
    let mixed = [6.5, 6.5, 6.5, 6.5, 6.5, 6.5, 6.5, -9.0];
    assert_eq!(variation(Better::Up, &mixed), Variation::Worsening);
    let unaimed = xmr::trend(&with(&[15.0]), &plain()).unwrap();
    assert_eq!(unaimed.variation(), None);
}

#[test]
fn a_gap_at_the_end_leaves_the_last_word_to_the_last_reading() {
    let mut values = with(&[15.0]);
    values.push(None);
    let trend = xmr::trend(&values, &aiming(Better::Down, 5.0)).unwrap();
    assert_eq!(trend.variation(), Some(Variation::Worsening));
}

#[test]
fn the_limits_say_whether_the_target_is_reached_each_time() {
    // Limits of these are -0.32 to 10.32.
    let assurance = |better, target| {
        let trend = xmr::trend(&turns(24), &aiming(better, target)).unwrap();
        trend.assurance()
    };
    assert_eq!(assurance(Better::Up, -1.0), Assurance::Reaches);
    assert_eq!(assurance(Better::Up, 11.0), Assurance::Fails);
    assert_eq!(assurance(Better::Up, 5.0), Assurance::HitOrMiss);
    assert_eq!(assurance(Better::Down, 11.0), Assurance::Reaches);
    assert_eq!(assurance(Better::Down, -1.0), Assurance::Fails);
    let unaimed = xmr::trend(&turns(24), &plain()).unwrap();
    assert_eq!(unaimed.assurance(), Assurance::NoTarget);
    // Equal to the target is reached: nothing missed, each month.
    let none_missed = xmr::trend(&vec![Some(0.0); 24], &aiming(Better::Down, 0.0)).unwrap();
    assert_eq!(none_missed.assurance(), Assurance::Reaches);
    let all_done = share::p(&ratios(30, 30, 24), &aiming(Better::Up, 1.0)).unwrap();
    assert_eq!(all_done.assurance(), Assurance::Reaches);
}

#[test]
fn the_limits_of_the_newest_reading_decide_where_they_vary() {
    let mut few_last = ratios(291, 300, 23);
    few_last.push(Some(Ratio {
        good: 10,
        total: 10,
    }));
    let aim = aiming(Better::Up, 0.93);
    let many = share::p(&ratios(291, 300, 24), &aim).unwrap();
    let few = share::p(&few_last, &aim).unwrap();
    assert_eq!(many.assurance(), Assurance::Reaches);
    assert_eq!(few.assurance(), Assurance::HitOrMiss);
}

#[test]
fn limits_of_shares_stay_within_none_and_all_and_a_reading_of_nothing_is_a_gap() {
    let mut shares = ratios(29, 30, 24);
    shares.push(Some(Ratio { good: 0, total: 0 }));
    shares.push(Some(Ratio { good: 8, total: 30 }));
    for chart in [share::p, share::p_prime] {
        let trend = chart(&shares, &plain()).unwrap();
        let lines = trend
            .points
            .iter()
            .filter_map(|it| Some((it.lower?, it.upper?)));
        assert!(lines.clone().count() == 25);
        assert!(
            lines
                .into_iter()
                .all(|(lower, upper)| 0.0 <= lower && upper <= 1.0)
        );
        assert_eq!(
            (trend.points[24].value, trend.points[24].upper),
            (None, None)
        );
        let newest: Vec<Rule> = trend.signals_at_newest().map(|it| it.rule).collect();
        assert_eq!(newest, [Rule::PointOutside]);
    }
}

#[test]
fn a_share_that_was_always_all_has_limits_without_width() {
    let mut shares = ratios(30, 30, 24);
    shares.push(Some(Ratio {
        good: 29,
        total: 30,
    }));
    let trend = share::p_prime(&shares, &plain()).unwrap();
    assert_eq!(trend.phases[0].sigma_z, Some(1.0));
    assert_eq!(trend.points[24].lower, Some(1.0));
    assert_eq!(trend.signals.len(), 1);
}

#[test]
fn five_failures_of_twenty_four_are_a_signal_against_95_per_cent_and_four_are_none() {
    let of_24 = |good: usize| {
        let mut pairs = ratios(2, 2, 12);
        for pair in pairs.iter_mut().take(24 - good) {
            *pair = Some(Ratio { good: 1, total: 2 });
        }
        rolling::trend(&pairs, &aiming(Better::Up, 0.95)).unwrap()
    };
    let (five, four) = (of_24(19), of_24(20));
    assert_eq!(five.state(), State::Frozen);
    let newest: Vec<Rule> = five.signals_at_newest().map(|it| it.rule).collect();
    assert_eq!(newest, [Rule::UnlikelyAtTarget]);
    assert_eq!(five.variation(), Some(Variation::Worsening));
    assert_eq!(five.assurance(), Assurance::Fails);
    assert_eq!(four.signals_at_newest().count(), 0);
    assert_eq!(four.assurance(), Assurance::HitOrMiss);
    let cases = five.points[11].cases.unwrap();
    assert_eq!(
        cases,
        Ratio {
            good: 19,
            total: 24
        }
    );
    let chance = chance_of_so_bad(cases, 0.95, Better::Up);
    assert_eq!(format!("{chance:.3}"), "0.006");
}

#[test]
fn a_rolling_window_reaches_over_gaps_and_not_over_a_new_start() {
    let mut pairs = ratios(2, 2, 14);
    pairs[3] = None;
    pairs[9] = Some(Ratio { good: 0, total: 0 });
    let trend = rolling::trend(&pairs, &plain()).unwrap();
    assert_eq!(trend.points[13].cases.unwrap().total, 24);
    assert_eq!((trend.points[3].value, trend.points[9].value), (None, None));
    let baselines = vec![Baseline {
        from: 10,
        reason: "another backup program".to_owned(),
    }];
    let settings = Settings {
        baselines,
        ..plain()
    };
    let trend = rolling::trend(&pairs, &settings).unwrap();
    assert_eq!(trend.points[13].cases.unwrap().total, 8);
    assert_eq!(trend.state(), State::TooFew);
}

#[test]
fn a_window_is_made_of_whole_readings_and_as_few_as_hold_it() {
    let trend = rolling::trend(&ratios(9, 10, 5), &plain()).unwrap();
    let totals: Vec<u64> = trend
        .points
        .iter()
        .map(|it| it.cases.unwrap().total)
        .collect();
    assert_eq!(totals, [10, 20, 30, 30, 30]);
    let pairs = rolling::trend(&ratios(2, 2, 14), &plain()).unwrap();
    assert_eq!(pairs.points[13].cases.unwrap().total, 24);
}

#[test]
fn a_rolling_chart_without_a_target_has_an_interval_and_nothing_to_test() {
    let settings = Settings {
        aim: Some(Aim {
            better: Better::Up,
            target: None,
        }),
        ..plain()
    };
    let trend = rolling::trend(&ratios(0, 2, 12), &settings).unwrap();
    assert_eq!((trend.variation(), trend.signals.len()), (None, 0));
    assert_eq!(trend.assurance(), Assurance::NoTarget);
    assert!(trend.points[11].upper.is_some());
}

#[test]
fn all_of_a_full_window_reach_a_target_of_all_and_one_failure_does_not() {
    let all = rolling::trend(&ratios(2, 2, 12), &aiming(Better::Up, 1.0)).unwrap();
    assert_eq!(all.assurance(), Assurance::Reaches);
    assert_eq!(all.variation(), Some(Variation::CommonCause));
    let half_full = rolling::trend(&ratios(2, 2, 6), &aiming(Better::Up, 1.0)).unwrap();
    assert_eq!(half_full.assurance(), Assurance::HitOrMiss);
    let mut one_failed = ratios(2, 2, 12);
    one_failed[11] = Some(Ratio { good: 1, total: 2 });
    let one_failed = rolling::trend(&one_failed, &aiming(Better::Up, 1.0)).unwrap();
    assert_eq!(one_failed.assurance(), Assurance::Fails);
    let none = rolling::trend(&ratios(0, 2, 12), &aiming(Better::Down, 0.0)).unwrap();
    assert_eq!(none.assurance(), Assurance::Reaches);
}

#[test]
fn fewer_is_better_turns_the_test_around() {
    let mut failed = ratios(0, 2, 12);
    for reading in failed.iter_mut().take(5) {
        *reading = Some(Ratio { good: 1, total: 2 });
    }
    let trend = rolling::trend(&failed, &aiming(Better::Down, 0.05)).unwrap();
    assert_eq!(trend.variation(), Some(Variation::Worsening));
    let said = sentence(&trend, |index| index.to_string());
    assert!(
        said.contains("above the target by more than chance at 11"),
        "{said}"
    );
}

#[test]
fn the_sentence_is_the_one_that_stands_for_the_picture() {
    let name = |index: usize| format!("month {index}");
    let say = |later: &[f64]| sentence(&xmr::trend(&with(later), &plain()).unwrap(), name);
    assert_eq!(say(&[]), "mean 5, limits -0.3 to 10.3, no signal");
    assert_eq!(
        say(&[11.0]),
        "mean 5, limits -0.3 to 10.3, above the limits at month 24"
    );
    assert_eq!(
        say(&[11.0, 5.0, -8.0, 5.0, 12.0, 5.0, 13.0, 14.0]),
        "mean 5, limits -0.3 to 10.3, above the limits at month 31, above the limits at month 30, \
         above the limits at month 28, and 2 signals before"
    );
    let shares = share::p(&ratios(285, 300, 24), &plain()).unwrap();
    assert_eq!(
        sentence(&shares, name),
        "mean 95 %, limits 91.2 % to 98.8 %, no signal"
    );
    let pairs = rolling::trend(&ratios(2, 2, 12), &aiming(Better::Up, 0.95)).unwrap();
    assert_eq!(
        sentence(&pairs, name),
        "24 of the last 24, 100 %, 95 % sure 86.2 % to 100 %, no signal"
    );
}

#[test]
fn the_document_has_what_others_script_against() {
    let trend = xmr::trend(&with(&[20.0]), &aiming(Better::Down, 4.0)).unwrap();
    let json = serde_json::to_value(document(&trend, |index| index.to_string())).unwrap();
    assert_eq!(json["chart"], "xmr");
    assert_eq!(
        (&json["centre"], &json["upper_range"]),
        (&json!(5.0), &json!(6.536))
    );
    let is_near = |key: &str, figure: f64| (json[key].as_f64().unwrap() - figure).abs() < 1e-12;
    assert!(is_near("lower", -0.32) && is_near("upper", 10.32));
    let signal = json!({ "rule": "point-outside", "index": 24, "from": 24, "side": "above" });
    assert_eq!(json["signals"], json!([signal]));
    assert_eq!(
        (&json["variation"], &json["assurance"]),
        (&json!("worsening"), &json!("hit-or-miss"))
    );
    assert_eq!(json["state"], "frozen");
    assert_eq!(json["points"][24]["name"], "24");
}

#[test]
fn limits_that_vary_are_lists_as_long_as_the_readings() {
    let mut shares = ratios(285, 300, 24);
    shares.push(None);
    let trend = share::p_prime(&shares, &plain()).unwrap();
    let json = serde_json::to_value(document(&trend, |index| index.to_string())).unwrap();
    for limit in ["lower", "upper"] {
        let limits = json[limit].as_array().unwrap();
        assert_eq!((limits.len(), &limits[24]), (25, &json!(null)), "{limit}");
    }
    let events = between::g(&turns(24), &plain()).unwrap();
    let json = serde_json::to_value(document(&events, |index| index.to_string())).unwrap();
    assert!(json["lower"].is_number() && json["upper"].is_number());
}
