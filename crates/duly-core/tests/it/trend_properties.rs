//! What holds for the trend of any readings.

use duly_core::trend::binomial::{at_least, at_most, wilson};
use duly_core::trend::chart::{Chart, Settings, Trend};
use duly_core::trend::exact::{mean, median, power, root};
use duly_core::trend::reading::Ratio;
use duly_core::trend::signal::{Rules, Side};
use duly_core::trend::{Readings, share, trend, xmr};
use proptest::prelude::*;

fn every_rule() -> Settings {
    Settings {
        rules: Rules {
            two_of_three: true,
            trend_of_seven: true,
        },
        ..Settings::default()
    }
}

/// Readings with gaps, of quarters, so that sums and differences are exact.
fn any_values() -> impl Strategy<Value = Vec<Option<f64>>> {
    let value = (-4_000_i32..4_000).prop_map(|quarters| f64::from(quarters) / 4.0);
    prop::collection::vec(prop::option::weighted(0.9, value), 0..60)
}

fn any_ratios() -> impl Strategy<Value = Vec<Option<Ratio>>> {
    let ratio = (0_u64..400, 0_u64..400).prop_map(|(one, other)| Ratio {
        good: one.min(other),
        total: one.max(other),
    });
    prop::collection::vec(prop::option::weighted(0.9, ratio), 0..60)
}

fn changed(values: &[Option<f64>], change: impl Fn(f64) -> f64) -> Vec<Option<f64>> {
    values.iter().map(|value| value.map(&change)).collect()
}

fn of(values: &[Option<f64>]) -> Trend {
    xmr::trend(values, &every_rule()).unwrap()
}

fn is_close(found: Option<f64>, expected: Option<f64>) -> bool {
    match (found, expected) {
        (Some(found), Some(expected)) => (found - expected).abs() <= 1e-9 * (1.0 + expected.abs()),
        (found, expected) => found == expected,
    }
}

/// Mean, limits and limit of ranges of the one phase.
fn lines(trend: &Trend) -> [Option<f64>; 4] {
    let phase = &trend.phases[0];
    [phase.centre, phase.lower, phase.upper, phase.upper_range]
}

proptest! {
    #[test]
    fn adding_a_constant_moves_the_limits_by_it(values in any_values(), by in -1_000_i32..1_000) {
        let by = f64::from(by);
        let (before, after) = (of(&values), of(&changed(&values, |value| value + by)));
        let [mean, lower, upper, range] = lines(&before);
        let moved = [mean, lower, upper].map(|line| line.map(|line| line + by));
        let found = lines(&after);
        for (found, expected) in found.into_iter().zip([moved[0], moved[1], moved[2], range]) {
            prop_assert!(is_close(found, expected), "{:?} {:?}", found, expected);
        }
        prop_assert_eq!(before.state(), after.state());
    }

    #[test]
    fn a_larger_unit_makes_the_limits_smaller_by_as_much(
        values in any_values(), by in prop::sample::select(vec![0.25, 2.0, 60.0, 1024.0]),
    ) {
        let (before, after) = (of(&values), of(&changed(&values, |value| value * by)));
        for (before, after) in lines(&before).into_iter().zip(lines(&after)) {
            prop_assert!(is_close(after, before.map(|line| line * by)));
        }
    }

    #[test]
    fn turned_upside_down_every_signal_lies_on_the_other_side(values in any_values()) {
        let (before, after) = (of(&values), of(&changed(&values, |value| -value)));
        let turned = |side| if side == Side::Above { Side::Below } else { Side::Above };
        prop_assert_eq!(before.signals.len(), after.signals.len());
        for (before, after) in before.signals.iter().zip(&after.signals) {
            prop_assert_eq!(before.rule, after.rule);
            prop_assert_eq!(turned(before.side), after.side);
        }
    }

    #[test]
    fn order_matters_to_the_limits_and_not_to_the_mean(
        mut values in prop::collection::vec(-1_000_i32..1_000, 12..24),
    ) {
        let series = |values: &[i32]| -> Vec<Option<f64>> {
            values.iter().map(|value| Some(f64::from(*value))).collect()
        };
        let drawn = of(&series(&values));
        values.sort_unstable();
        let sorted = of(&series(&values));
        prop_assert!(is_close(drawn.phases[0].centre, sorted.phases[0].centre));
        // No other order has smaller steps than the sorted one.
        let width = |trend: &Trend| trend.phases[0].upper_range.unwrap();
        prop_assert!(width(&sorted) <= width(&drawn) + 1e-9);
    }

    #[test]
    fn what_comes_after_the_twenty_fourth_point_moves_no_limit_and_no_earlier_signal(
        values in any_values(), later in any_values(),
    ) {
        let before = of(&values);
        prop_assume!(before.phases[0].counted == 24);
        let mut all = values.clone();
        all.extend(later);
        let after = of(&all);
        prop_assert_eq!(lines(&before), lines(&after));
        let known = after.signals.iter().filter(|signal| signal.index < values.len());
        prop_assert!(known.eq(before.signals.iter()));
    }

    #[test]
    fn gaps_at_the_end_change_nothing_but_the_number_of_points(
        values in any_values(), gaps in 0_usize..5,
    ) {
        let before = of(&values);
        let mut with_gaps = values.clone();
        with_gaps.extend(vec![None; gaps]);
        let after = of(&with_gaps);
        prop_assert_eq!(lines(&before), lines(&after));
        prop_assert_eq!(before.newest(), after.newest());
        prop_assert_eq!(before.signals, after.signals);
    }

    #[test]
    fn every_signal_names_points_that_are_there(values in any_values(), ratios in any_ratios()) {
        let mut trends = vec![of(&values)];
        for chart in [Chart::P, Chart::PPrime, Chart::Rolling] {
            trends.push(trend(chart, Readings::Ratios(&ratios), &every_rule()).unwrap());
        }
        for trend in trends {
            for signal in &trend.signals {
                prop_assert!(signal.from <= signal.index);
                for point in &trend.points[signal.from..=signal.index] {
                    prop_assert!(point.value.is_some());
                }
            }
        }
    }

    #[test]
    fn limits_of_shares_stay_within_0_and_1_and_lie_closer_with_more_cases(
        good in 1_u64..400, bad in 1_u64..400,
    ) {
        let (few, many) = (Ratio { good, total: good + bad }, 4_u64);
        let times_four = Ratio { good: good * many, total: few.total * many };
        let width = |ratio| {
            let trend = share::p(&[Some(ratio); 12], &every_rule()).unwrap();
            let point = trend.points[0];
            let (lower, upper) = (point.lower.unwrap(), point.upper.unwrap());
            assert!(0.0 <= lower && lower < upper && upper <= 1.0);
            upper - lower
        };
        prop_assert!(width(times_four) < width(few));
    }

    #[test]
    fn the_interval_holds_the_share_and_is_its_mirror_image_for_the_failures(
        one in 0_u64..2_000, other in 0_u64..2_000,
    ) {
        let (good, total) = (one.min(other), one.max(other));
        prop_assume!(total > 0);
        let cases = Ratio { good, total };
        let (found, share) = (wilson(cases).unwrap(), cases.share().unwrap());
        prop_assert!(0.0 <= found.lower && found.lower <= share);
        prop_assert!(share <= found.upper && found.upper <= 1.0);
        let mirrored = wilson(Ratio { good: total - good, total }).unwrap();
        prop_assert!((found.lower - (1.0 - mirrored.upper)).abs() < 1e-12);
        prop_assert!((found.upper - (1.0 - mirrored.lower)).abs() < 1e-12);
    }

    #[test]
    fn the_chances_of_at_most_and_of_more_add_up_to_1(
        good in 0_u64..300, more in 1_u64..300, share in 0.0_f64..=1.0,
    ) {
        let total = good + more;
        let at_most = at_most(Ratio { good, total }, share);
        let more = at_least(Ratio { good: good + 1, total }, share);
        prop_assert!((at_most + more - 1.0).abs() < 1e-9, "{} {}", at_most, more);
    }

    #[test]
    fn the_chance_is_the_one_that_all_outcomes_of_few_cases_give(
        total in 1_u32..10, good in 0_u32..10, share in 0.01_f64..0.99,
    ) {
        let good = good.min(total);
        // Each outcome is a row of bits: 1 is good.
        let chance = |bits: u32| {
            let goods = bits.count_ones();
            power(share, goods) * power(1.0 - share, total - goods)
        };
        let outcomes = (0..1_u32 << total).filter(|bits| bits.count_ones() <= good);
        let expected: f64 = outcomes.map(chance).sum();
        let cases = Ratio { good: good.into(), total: total.into() };
        prop_assert!((at_most(cases, share) - expected).abs() < 1e-12);
    }

    #[test]
    fn a_root_taken_to_its_power_is_the_number_again(
        number in 1e-12_f64..1e12, degree in 1_u32..20,
    ) {
        let found = power(root(number, degree), degree);
        prop_assert!((found - number).abs() <= 1e-14 * f64::from(degree) * number, "{}", found);
        let base = number.clamp(1e-3, 1e3);
        let back = root(power(base, degree), degree);
        prop_assert!((back - base).abs() <= 1e-14 * base * f64::from(degree), "{}", back);
    }

    #[test]
    fn the_mean_and_the_median_lie_among_the_values(
        values in prop::collection::vec(-1e9_f64..1e9, 1..40),
    ) {
        let least = values.iter().copied().fold(f64::INFINITY, f64::min);
        let most = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        for middle in [mean(&values).unwrap(), median(&values).unwrap()] {
            prop_assert!(least - 1e-6 <= middle && middle <= most + 1e-6);
        }
    }
}
