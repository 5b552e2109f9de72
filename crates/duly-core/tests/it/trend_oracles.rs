//! Second opinions: published examples, and the figures that other people's programs gave for the
//! same readings. Only figures are kept here, none of their code; each test names the program, its
//! version and the call. The tolerance is a millionth of the figure, except where a program divides
//! by 1.128 and Wheeler multiplies by 2.66: those differ by up to two parts in ten thousand.

use duly_core::trend::binomial::at_most;
use duly_core::trend::chart::{Settings, Trend};
use duly_core::trend::reading::Ratio;
use duly_core::trend::signal::{Rule, Rules};
use duly_core::trend::{between, count, share, xmr};

const MILLIONTH: f64 = 1e-6;

/// What 3 / 1.128 and 2.66 differ by, with a little room.
const ROUNDED_CONSTANT: f64 = 2e-4;

/// Hours; the last two years of a process, and then eight months of another. Made up.
const HOURS: [f64; 32] = [
    12.1, 14.3, 9.8, 13.0, 11.7, 15.2, 12.9, 10.4, 13.6, 12.2, 14.8, 11.1, 9.5, 13.3, 12.7, 16.0,
    11.9, 10.8, 14.1, 12.5, 13.9, 11.4, 12.0, 15.1, 22.5, 14.9, 13.8, 16.2, 14.4, 13.7, 15.5, 14.6,
];

/// Made up: some three hundred a month at 95 %.
const RATIOS: [[u64; 26]; 2] = [
    [
        290, 281, 300, 274, 295, 310, 268, 287, 305, 279, 262, 298, 284, 301, 276, 292, 307, 270,
        289, 283, 296, 264, 302, 278, 240, 299,
    ],
    [
        302, 296, 312, 290, 305, 321, 285, 300, 316, 294, 280, 310, 297, 313, 291, 304, 318, 286,
        301, 298, 307, 281, 314, 293, 300, 310,
    ],
];

/// Made up: some three thousand a month, with a share that varies by more than chance.
const MANY: [[u64; 25]; 2] = [
    [
        2855, 2790, 2921, 2702, 2988, 2841, 2760, 2935, 2876, 2695, 2950, 2812, 2799, 2904, 2733,
        2867, 2921, 2788, 2846, 2911, 2750, 2893, 2829, 2870, 2600,
    ],
    [
        3002, 3010, 3025, 2890, 3101, 2968, 2955, 3040, 3012, 2871, 3066, 2961, 2990, 3005, 2902,
        2998, 3020, 2945, 2977, 3051, 2930, 2988, 3004, 2973, 2990,
    ],
];

fn plain() -> Settings {
    Settings::default()
}

fn series(values: &[f64]) -> Vec<Option<f64>> {
    values.iter().copied().map(Some).collect()
}

/// So many good ones, out of so many.
fn ratios<const N: usize>([goods, totals]: [[u64; N]; 2]) -> Vec<Option<Ratio>> {
    let pairs = goods.into_iter().zip(totals);
    pairs
        .map(|(good, total)| Some(Ratio { good, total }))
        .collect()
}

#[track_caller]
pub fn assert_near(found: f64, expected: f64, tolerance: f64) {
    let off = (found - expected).abs();
    assert!(off <= tolerance * expected.abs(), "{found}, not {expected}");
}

/// Centre, lower and upper limit of the only phase.
#[track_caller]
fn assert_lines(trend: &Trend, expected: [f64; 3], tolerance: f64) {
    let phase = &trend.phases[0];
    let found = [phase.centre, phase.lower, phase.upper].map(Option::unwrap);
    for (found, expected) in found.into_iter().zip(expected) {
        assert_near(found, expected, tolerance);
    }
}

fn outside(trend: &Trend, rule: Rule) -> Vec<usize> {
    let of_rule = trend.signals.iter().filter(|signal| signal.rule == rule);
    of_rule.map(|signal| signal.index).collect()
}

/// NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2.1, flow rate of ten batches: centre
/// 50.81, limits 45.8159 and 55.8041 (with 3 / 1.128). statprocon 2.0.0, with its rounding to three
/// figures lifted, gives what stands below: `XmR(values)`.
#[test]
fn the_individuals_chart_of_the_nist_handbook() {
    let flow = [49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1];
    let found = xmr::natural(&series(&flow), false).unwrap();
    assert_near(found.mean, 50.81, MILLIONTH);
    assert_near(found.lower, 45.815_111_111, MILLIONTH);
    assert_near(found.upper, 55.804_888_889, MILLIONTH);
    assert_near(found.upper_range, 6.136_577_778, MILLIONTH);
    assert_near(found.lower, 45.8159, ROUNDED_CONSTANT);
    assert_near(found.upper, 55.8041, ROUNDED_CONSTANT);
}

/// Montgomery, Introduction to Statistical Quality Control, example 6.5, viscosity of aircraft
/// primer paint: 33.52, 32.24 and 34.80. qicharts2 0.8.1 on R 4.2.2, `qic(values, chart = "i")`,
/// gives 32.2448378926 and 34.8018287741; statprocon 2.0.0 what stands below.
#[test]
fn the_individuals_chart_of_montgomery() {
    let viscosity = [
        33.75, 33.05, 34.00, 33.81, 33.46, 34.02, 33.68, 33.27, 33.49, 33.20, 33.62, 33.00, 33.54,
        33.12, 33.84,
    ];
    let trend = xmr::trend(&series(&viscosity), &plain()).unwrap();
    let statprocon = [33.523_333_333, 32.244_633_333, 34.802_033_333];
    assert_lines(&trend, statprocon, MILLIONTH);
    assert_lines(
        &trend,
        [33.523_333_333, 32.244_837_893, 34.801_828_774],
        ROUNDED_CONSTANT,
    );
    assert_near(
        trend.phases[0].upper_range.unwrap(),
        1.570_974_286,
        MILLIONTH,
    );
}

/// statprocon 2.0.0, `XmR(values, subset_start_index=0, subset_end_index=24)` with its rounding
/// lifted; qicharts2 0.8.1, `qic(values, chart = "i", freeze = 24)`, gives 6.0417938637 and
/// 19.3165394696, and for ranges, `chart = "mr"`, 8.1532956522 (it has 3.267).
#[test]
fn limits_frozen_on_two_years_are_those_of_statprocon_and_qicharts2() {
    let trend = xmr::trend(&series(&HOURS), &plain()).unwrap();
    assert_lines(
        &trend,
        [12.679_166_667, 6.040_731_884, 19.317_601_449],
        MILLIONTH,
    );
    assert_lines(
        &trend,
        [12.679_166_667, 6.041_793_864, 19.316_539_470],
        ROUNDED_CONSTANT,
    );
    let upper_range = trend.phases[0].upper_range.unwrap();
    assert_near(upper_range, 8.155_791_304, MILLIONTH);
    assert_near(upper_range, 8.153_295_652, 4e-4);
    assert_eq!(outside(&trend, Rule::PointOutside), [24]);
    // statprocon marks 23 to 30 as the first run of eight, and all that follow.
    assert_eq!(outside(&trend, Rule::RunOfEight), [30, 31]);
}

/// qicharts2 0.8.1: `values[8] <- NA; qic(values, chart = "i", freeze = 25)`, so that 24 readings
/// found the limits.
#[test]
fn a_gap_is_left_out_as_qicharts2_does() {
    let mut values = series(&HOURS);
    values[7] = None;
    let trend = xmr::trend(&values, &plain()).unwrap();
    assert_lines(
        &trend,
        [13.183_333_333, 6.038_749_194, 20.327_917_473],
        ROUNDED_CONSTANT,
    );
}

/// qicharts2 0.8.1: `values[5] <- 30; qic(values, chart = "i", freeze = 24)`, without and with
/// `options(qic.screenedmr = TRUE)`.
#[test]
fn screening_large_ranges_gives_the_limits_of_qicharts2() {
    let mut values = series(&HOURS);
    values[4] = Some(30.0);
    let of = |screens_ranges| {
        let settings = Settings {
            screens_ranges,
            ..plain()
        };
        xmr::trend(&values, &settings).unwrap()
    };
    let kept = [13.441_666_667, 3.682_184_706, 23.201_148_628];
    assert_lines(&of(false), kept, 5e-4);
    assert_lines(
        &of(true),
        [13.441_666_667, 6.780_065_856, 20.103_267_477],
        ROUNDED_CONSTANT,
    );
}

/// qcc 3.0, `qccRules` with rules 1, 2 and 4 of its set "western-electric", on limits from the
/// first 24 of these.
#[test]
fn points_outside_two_of_three_and_runs_are_those_of_qcc() {
    let mut values = HOURS[..24].to_vec();
    values.extend([
        17.5, 13.0, 17.3, 12.0, 8.1, 12.2, 8.0, 7.9, 19.9, 17.6, 10.1, 11.0, 9.0,
    ]);
    values.extend([12.5, 12.6, 8.5, 9.9, 11.1, 12.2, 10.0, 5.9]);
    let settings = Settings {
        rules: Rules {
            two_of_three: true,
            trend_of_seven: false,
        },
        ..plain()
    };
    let trend = xmr::trend(&series(&values), &settings).unwrap();
    assert_eq!(outside(&trend, Rule::PointOutside), [32, 44]);
    assert_eq!(outside(&trend, Rule::TwoOfThree), [26, 30, 31, 33]);
    assert_eq!(outside(&trend, Rule::RunOfEight), [41, 42, 43, 44]);
}

/// NIST/SEMATECH e-Handbook, 6.3.3.2, chips on wafers of fifty each, of which wafer 15 is the one
/// that the handbook finds outside. Its limits, 0.0524 and 0.4102, are of all thirty wafers; those
/// of the first 24 are qicharts2 0.8.1's, `qic(index, defective, rep(50, 30), chart = "p", freeze =
/// 24)`.
#[test]
fn the_p_chart_of_the_nist_handbook() {
    let defective = [
        12, 15, 8, 10, 4, 7, 16, 9, 14, 10, 5, 6, 17, 12, 22, 8, 10, 5, 13, 11, 20, 18, 24, 15, 9,
        12, 7, 13, 9, 6,
    ];
    let trend = share::p(&ratios([defective, [50; 30]]), &plain()).unwrap();
    for point in &trend.points {
        assert_near(point.centre.unwrap(), 0.242_5, MILLIONTH);
        assert_near(point.lower.unwrap(), 0.060_662_503_867, MILLIONTH);
        assert_near(point.upper.unwrap(), 0.424_337_496_133, MILLIONTH);
    }
    assert_eq!(outside(&trend, Rule::PointOutside), [14, 22]);
}

/// qicharts2 0.8.1: `qic(index, good, total, chart = "p", freeze = 24)`.
#[test]
fn the_p_chart_has_the_limits_of_qicharts2_at_each_reading() {
    let trend = share::p(&ratios(RATIOS), &plain()).unwrap();
    let lower = [
        0.919524649468,
        0.919164627251,
        0.920101445085,
        0.918793488942,
        0.919700663523,
        0.920597345329,
        0.918475295472,
        0.919405842816,
        0.920324460067,
        0.919042177587,
        0.918148616567,
        0.919988322395,
        0.919225387736,
        0.920157599405,
        0.918856141543,
        0.919642281748,
        0.920434386291,
        0.918539601128,
        0.919465394157,
        0.919285842122,
        0.919816570148,
        0.918214649269,
        0.920213485258,
        0.918980483131,
        0.919405842816,
        0.919988322395,
    ];
    assert_near(
        trend.phases[0].centre.unwrap(),
        0.955_225_949_543,
        MILLIONTH,
    );
    for (point, lower) in trend.points.iter().zip(lower) {
        assert_near(point.lower.unwrap(), lower, MILLIONTH);
        // Around the same centre; none of these reaches 1.
        assert_near(
            point.upper.unwrap(),
            2.0 * 0.955_225_949_543 - lower,
            MILLIONTH,
        );
    }
    assert_eq!(outside(&trend, Rule::PointOutside), [24]);
}

/// qicharts2 0.8.1: `qic(index, good, total, chart = "pp", freeze = 24)`; a plain p chart there
/// calls readings 1, 2, 3, 4, 6, 7, 9, 12, 13, 16, 20, 21, 23 and 24 signals.
#[test]
fn the_p_prime_chart_has_the_limits_of_qicharts2_at_each_reading() {
    let trend = share::p_prime(&ratios(MANY), &plain()).unwrap();
    let lower = [
        0.898099058252,
        0.898170602097,
        0.898303981045,
        0.897066457884,
        0.898964826867,
        0.897791776699,
        0.897672887521,
        0.898436371592,
        0.898188443507,
        0.896885315531,
        0.898663542825,
        0.897727856738,
        0.897991204591,
        0.898125920673,
        0.897179945859,
        0.898063178990,
        0.898259631824,
        0.897580899129,
        0.897873628004,
        0.898532836851,
        0.897442034549,
        0.897973165842,
        0.898116971004,
        0.897837295534,
        0.897991204591,
    ];
    assert_near(
        trend.phases[0].centre.unwrap(),
        0.951_900_005_580,
        MILLIONTH,
    );
    assert_near(
        trend.phases[0].sigma_z.unwrap(),
        4.592_041_817_857,
        MILLIONTH,
    );
    for (point, lower) in trend.points.iter().zip(lower) {
        assert_near(point.lower.unwrap(), lower, MILLIONTH);
        assert_near(point.upper.unwrap(), 1.0, MILLIONTH);
    }
    assert_eq!(outside(&trend, Rule::PointOutside), [24]);
    let by_chance_alone = share::p(&ratios(MANY), &plain()).unwrap();
    let signals = [1, 2, 3, 4, 6, 7, 9, 12, 13, 16, 20, 21, 23, 24];
    assert_eq!(outside(&by_chance_alone, Rule::PointOutside), signals);
}

/// Montgomery, example 7.6, hours between failures of a valve. qicharts2 0.8.1, `qic(hours, chart =
/// "t")`: centre 430.0409517898, limits 0 and 6937.9334881666. With 2.66 in place of 3 / 1.128, in
/// R 4.2.2 by hand, the upper one is 6940.0842206148; the power 3.6 widens what the constants
/// differ by.
#[test]
fn the_t_chart_of_montgomery() {
    let hours = [
        286.0, 948.0, 536.0, 124.0, 816.0, 729.0, 4.0, 143.0, 431.0, 8.0, 2837.0, 596.0, 81.0,
        227.0, 603.0, 492.0, 1199.0, 1214.0, 2831.0, 96.0,
    ];
    let trend = between::t(&series(&hours), &plain()).unwrap();
    assert_lines(
        &trend,
        [430.040_951_789_758, 0.0, 6_940.084_220_614_81],
        1e-12,
    );
    assert_lines(
        &trend,
        [430.040_951_789_758, 0.0, 6_937.933_488_166_58],
        4e-4,
    );
    assert!(trend.signals.is_empty());
}

/// The same figures, to the last bit, on every machine: no library of the machine has a part in
/// them. Whoever sees this fail has found a machine, or a change, that computes otherwise.
#[test]
fn powers_and_roots_come_out_the_same_to_the_last_bit() {
    let days = [
        12.5, 3.25, 40.0, 8.0, 21.5, 1.75, 30.0, 17.0, 5.5, 9.0, 60.0, 2.5, 14.0, 33.0, 7.25, 11.0,
        26.0, 4.0, 19.0, 45.0, 6.5, 13.0, 22.0, 10.0,
    ];
    let trend = between::t(&series(&days), &plain()).unwrap();
    // R 4.2.2 by hand, as above.
    assert_lines(
        &trend,
        [13.620_723_565_390_2, 0.0, 171.428_041_547_277],
        1e-12,
    );
    let phase = &trend.phases[0];
    let bits = [phase.centre, phase.upper].map(|line| line.unwrap().to_bits());
    assert_eq!(bits, [4623857403751459413, 4640235604564499529]);
    let chance = at_most(
        Ratio {
            good: 19,
            total: 24,
        },
        0.95,
    );
    assert_eq!(chance.to_bits(), 4573538210005207262);
}

/// qicharts2 0.8.1: `qic(chances, chart = "g", freeze = 24)`.
#[test]
fn the_g_chart_has_the_limits_of_qicharts2() {
    let chances = [
        31.0, 4.0, 12.0, 58.0, 0.0, 23.0, 17.0, 9.0, 41.0, 2.0, 76.0, 15.0, 28.0, 6.0, 19.0, 33.0,
        11.0, 50.0, 3.0, 22.0, 8.0, 37.0, 14.0, 25.0, 140.0, 1.0,
    ];
    let trend = between::g(&series(&chances), &plain()).unwrap();
    assert_lines(&trend, [18.0, 0.0, 92.150_477_730_828], MILLIONTH);
    assert_eq!(outside(&trend, Rule::PointOutside), [24]);
}

/// NIST/SEMATECH e-Handbook, 6.3.3.1, defects on 25 wafers: centre 16, limits 4 and 28, one wafer
/// outside, for all of them. qicharts2 0.8.1, `qic(defects, chart = "c", freeze = 24)`, for the
/// first 24.
#[test]
fn the_c_chart_of_the_nist_handbook() {
    let defects = [
        16.0, 14.0, 28.0, 16.0, 12.0, 20.0, 10.0, 12.0, 10.0, 17.0, 19.0, 17.0, 14.0, 16.0, 15.0,
        13.0, 14.0, 16.0, 11.0, 20.0, 11.0, 19.0, 16.0, 31.0, 13.0,
    ];
    let trend = count::trend(&series(&defects), &plain()).unwrap();
    assert_lines(
        &trend,
        [16.125, 4.078_216_196_843, 28.171_783_803_157],
        MILLIONTH,
    );
    assert_eq!(outside(&trend, Rule::PointOutside), [23]);
}
