//! A row of readings on the chart that is honest for it.

use super::definition::{Definition, Drawn};
use super::facts::Between;
use super::reading::{Figure, Reading};
use crate::trend::chart::{Aim, Better, Chart, Settings, Trend};
use crate::trend::error::TrendError;
use crate::trend::phase::Baseline;
use crate::trend::reading::Ratio;
use crate::trend::{Readings, trend};

/// The trend of readings, oldest first, one for each month without a hole; none where the things
/// themselves are named instead. Limits start anew at `baselines`.
///
/// # Errors
///
/// A reading that makes no sense on its chart; see [`TrendError`].
pub fn history(
    definition: &Definition,
    readings: &[Reading],
    baselines: Vec<Baseline>,
) -> Result<Option<Trend>, TrendError> {
    let mut settings = Settings {
        aim: Some(Aim {
            better: definition.better,
            target: definition.target_figure(),
        }),
        baselines,
        ..Settings::default()
    };
    let chart = match definition.drawn {
        Drawn::Named => return Ok(None),
        Drawn::Between => {
            let between = Between::chained(readings.iter().filter_map(|one| one.between.as_ref()));
            let gaps: Vec<Option<f64>> =
                between.before.iter().map(|gap| Some(*gap as f64)).collect();
            // Few events are good, so much between them is; and how much, nobody aims at.
            settings.aim = Some(Aim {
                better: Better::Up,
                target: None,
            });
            // A new start is named by its month, and these points are not months.
            settings.baselines = Vec::new();
            return trend(Chart::G, Readings::Values(&gaps), &settings).map(Some);
        }
        Drawn::Monthly(chart) => chart,
    };
    let drawn = if chart.is_of_ratios() {
        let ratios: Vec<Option<Ratio>> = readings.iter().map(|one| ratio(one.figure)).collect();
        trend(chart, Readings::Ratios(&ratios), &settings)
    } else {
        let values: Vec<Option<f64>> = readings.iter().map(|one| value(one.figure)).collect();
        trend(chart, Readings::Values(&values), &settings)
    };
    drawn.map(Some)
}

fn ratio(figure: Figure) -> Option<Ratio> {
    match figure {
        Figure::Ratio(ratio) => Some(ratio),
        Figure::Single(_) | Figure::NoCase | Figure::NotCounted => None,
    }
}

fn value(figure: Figure) -> Option<f64> {
    match figure {
        Figure::Ratio(ratio) => ratio.share(),
        Figure::Single(value) => Some(value),
        Figure::NoCase | Figure::NotCounted => None,
    }
}
