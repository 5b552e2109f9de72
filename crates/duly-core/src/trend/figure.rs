//! How the figures of a trend are written: as many places as the width of the limits makes worth
//! reading, and shares in per cent.

use super::chart::Trend;

/// Most figures after the point.
const DECIMALS_MAX: usize = 6;

/// How the figures of one trend are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Figures {
    decimals: usize,
    is_share: bool,
}

impl Figures {
    /// With three places that count in the distance of the newest limits, or in the centre where
    /// there are none or they have no width: one of a per cent at most, and never more than six
    /// after the point.
    #[must_use]
    pub fn of(trend: &Trend) -> Self {
        let newest = trend.newest().and_then(|newest| trend.points.get(newest));
        let limits = newest.and_then(|point| Some((point.lower?, point.upper?)));
        let centre = newest.and_then(|point| point.centre.or(point.value));
        let width = limits.map_or(0.0, |(lower, upper)| upper - lower);
        let width = if width > 0.0 {
            width
        } else {
            centre.unwrap_or(0.0).abs()
        };
        Self::wide(width, trend.chart.is_of_ratios())
    }

    fn wide(width: f64, is_share: bool) -> Self {
        if is_share {
            return Self {
                decimals: 1,
                is_share,
            };
        }
        let (mut size, mut decimals) = (width, usize::from(width < 100.0));
        while size > 0.0 && size < 10.0 && decimals < DECIMALS_MAX {
            size *= 10.0;
            decimals += 1;
        }
        Self { decimals, is_share }
    }

    /// The figure; a whole one without a point, and zero without a sign.
    #[must_use]
    pub fn write(&self, figure: f64) -> String {
        let shown = if self.is_share {
            figure * 100.0
        } else {
            figure
        };
        let text = format!("{shown:.*}", self.decimals);
        let text = match text.split_once('.') {
            Some((whole, after)) if after.chars().all(|c| c == '0') => whole.to_owned(),
            _ => text,
        };
        let text = if text == "-0" { "0" } else { &text };
        if self.is_share {
            format!("{text} %")
        } else {
            text.to_owned()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(width: f64, figures: &[f64]) -> Vec<String> {
        let wide = Figures::wide(width, false);
        figures.iter().map(|figure| wide.write(*figure)).collect()
    }

    #[test]
    fn figures_have_as_many_places_as_the_limits_make_worth_reading() {
        assert_eq!(written(17.6, &[12.94, 4.1, -0.01]), ["12.9", "4.1", "0"]);
        assert_eq!(written(176.0, &[129.4, 41.0]), ["129", "41"]);
        assert_eq!(written(0.176, &[0.1294, 0.041]), ["0.129", "0.041"]);
        assert_eq!(written(0.0, &[3.0]), ["3"]);
        assert_eq!(written(1e-9, &[1e-9]), ["0"]);
    }

    #[test]
    fn shares_are_written_in_per_cent() {
        let shares = Figures::wide(0.2, true);
        assert_eq!(shares.write(0.9583), "95.8 %");
        assert_eq!(shares.write(1.0), "100 %");
    }
}
