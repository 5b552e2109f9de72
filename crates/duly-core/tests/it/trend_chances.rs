//! Second opinions on intervals and exact chances: the figures that statsmodels, scipy and R gave.

use duly_core::trend::binomial::{at_least, at_most, wilson};
use duly_core::trend::reading::Ratio;

use crate::trend_oracles::assert_near;

/// statsmodels 0.15.0, `proportion_confint(good, total, alpha=0.05, method="wilson")`; R 4.2.2,
/// `prop.test(good, total, correct = FALSE)`, gives the same.
#[test]
fn wilsons_interval_is_that_of_statsmodels_and_r() {
    let expected = [
        (19, 24, 0.595_295_467_468_113, 0.907_551_746_471_481),
        (24, 24, 0.862_023_795_325_020, 1.0),
        (0, 24, 0.0, 0.137_976_204_674_980),
        (1, 2, 0.094_531_205_734_231, 0.905_468_794_265_769),
        (290, 300, 0.939_738_174_195_945, 0.981_795_052_661_145),
        (5_000, 10_000, 0.490_202_061_815_405, 0.509_797_938_184_595),
        (9_999, 10_000, 0.999_433_731_102_599, 0.999_982_347_326_399),
    ];
    for (good, total, lower, upper) in expected {
        let found = wilson(Ratio { good, total }).unwrap();
        assert_near(found.lower, lower, 1e-12);
        assert_near(found.upper, upper, 1e-12);
    }
    assert_eq!(wilson(Ratio { good: 0, total: 0 }), None);
}

/// Good ones, out of so many, at a share; the chance of so few, and of so many.
const CHANCES: [(u64, u64, f64, f64, f64); 10] = [
    (
        19,
        24,
        0.95,
        5.974_550_586_488_736e-3,
        0.999_037_648_639_186_5,
    ),
    (
        20,
        24,
        0.95,
        2.978_249_690_844_61e-2,
        0.994_025_449_413_511_2,
    ),
    (0, 10, 0.5, 9.765_625e-4, 1.0),
    (
        290,
        300,
        0.98,
        8.183_807_400_926_09e-2,
        0.959_037_940_935_373_5,
    ),
    (
        5_000,
        10_000,
        0.52,
        3.280_063_846_135_712_5e-5,
        0.999_969_858_805_820_8,
    ),
    (
        3,
        2_000,
        0.01,
        2.976_879_896_688_349e-6,
        0.999_999_580_355_075_2,
    ),
    (
        1_990,
        2_000,
        0.99,
        0.995_163_229_813_682_2,
        1.052_251_074_082_193_4e-2,
    ),
    (
        9_700,
        10_000,
        0.98,
        1.617_878_396_726_959_6e-11,
        0.999_999_999_989_426_2,
    ),
    (
        12,
        24,
        0.95,
        3.748_169_298_028_46e-10,
        0.999_999_999_981_925_8,
    ),
    (
        23,
        24,
        0.999,
        2.372_601_341_636_977e-2,
        0.999_728_016_291_345_1,
    ),
];

/// scipy 1.17.1, `binom.cdf(good, total, share)` and `binom.sf(good - 1, total, share)`; R 4.2.2,
/// `pbinom(good, total, share)`, gives the same as the former.
#[test]
fn binomial_chances_are_those_of_scipy_and_r() {
    for (good, total, share, fewer, more) in CHANCES {
        let cases = Ratio { good, total };
        assert_near(at_most(cases, share), fewer, 1e-9);
        assert_near(at_least(cases, share), more, 1e-9);
    }
}
