//! A measure as it stands in a report: from its readings to its figure, its two words and its
//! chart; in which order measures are shown, and which of them is drawn large.

use serde::{Deserialize, Serialize};

use crate::measure::definition::{Definition, Drawn};
use crate::measure::history::history;
use crate::measure::reading::{Figure, Reading, over_window};
use crate::measure::title::title;
use crate::oversight::report::{MONTHS, Row, words_of};
use crate::review::period::Period;
use crate::trend::chart::{Better, Chart, Trend};
use crate::trend::document::document;
use crate::trend::phase::Baseline;
use crate::trend::word::{Assurance, Variation};

/// Where the limits of a measure start anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub struct NewStart {
    /// The first month that counts to the new limits.
    pub month: Period,
    /// What was changed in the process.
    pub reason: String,
}

/// The row of a measure from all its readings, oldest first: limits are frozen on the first two
/// years that there ever were, or since the last new start, while the chart shows the newest two.
#[must_use]
pub fn row(
    process: &str,
    definition: &Definition,
    readings: Vec<Reading>,
    starts: &[NewStart],
) -> Row {
    let figure = over_window(definition, &readings);
    let (now, aim) = words_of(definition, figure);
    // A reading that no chart can bear is said in the figures, and not drawn.
    let drawn = history(definition, &readings, baselines(&readings, starts))
        .ok()
        .flatten();
    let name = |index: usize| match definition.drawn {
        Drawn::Between => format!("missed duty {}", index + 1),
        Drawn::Monthly(_) | Drawn::Named => readings
            .get(index)
            .map_or_else(String::new, |reading| reading.month.to_string()),
    };
    let trend = drawn.as_ref().map(|drawn| document(drawn, name));
    // A rolling chart is held against its aim, and not against what was before.
    let changes = drawn
        .as_ref()
        .filter(|drawn| drawn.chart != Chart::Rolling && figure != Figure::NotCounted);
    let variation = changes.and_then(Trend::variation);
    Row {
        process: process.to_owned(),
        id: definition.id.clone(),
        title: title(&definition.id),
        unit: definition.unit.clone(),
        better: definition.better,
        aim,
        now,
        figure,
        not_evaluated: readings.last().map_or(0, |reading| reading.not_evaluated),
        variation,
        assurance: assured(definition, drawn.as_ref(), figure),
        trend,
        readings,
        drawn: drawn.map(newest),
    }
}

/// The new starts by their place among the readings; one before them all, or after, is none.
fn baselines(readings: &[Reading], starts: &[NewStart]) -> Vec<Baseline> {
    let place = |start: &NewStart| {
        let place = readings.iter().position(|one| one.month >= start.month);
        place.filter(|place| *place > 0)
    };
    let found = starts.iter().filter_map(|start| {
        Some(Baseline {
            from: place(start)?,
            reason: start.reason.clone(),
        })
    });
    let mut found: Vec<Baseline> = found.collect();
    // Of two that fall on one reading, since months between were not counted, the later counts.
    found.reverse();
    found.dedup_by_key(|one| one.from);
    found.reverse();
    found
}

/// The newest points of a chart, as many as are shown.
fn newest(mut trend: Trend) -> Trend {
    let shown = usize::try_from(MONTHS).unwrap_or(usize::MAX);
    let cut = trend.points.len().saturating_sub(shown);
    trend.points.drain(..cut);
    trend.signals.retain(|signal| signal.index >= cut);
    for signal in &mut trend.signals {
        signal.index -= cut;
        signal.from = signal.from.saturating_sub(cut);
    }
    for phase in &mut trend.phases {
        phase.from = phase.from.saturating_sub(cut);
        phase.until = phase.until.saturating_sub(cut);
    }
    trend.phases.retain(|phase| phase.until > 0);
    trend
}

/// Whether the aim is reached. The newest window of a rolling chart may hold fewer cases than the
/// figure beside it; where that figure is short of the aim, the window alone does not reach it.
fn assured(definition: &Definition, drawn: Option<&Trend>, figure: Figure) -> Assurance {
    let assured = drawn.map_or(Assurance::TooFew, Trend::assurance);
    let share = match figure {
        Figure::Ratio(ratio) => ratio.share(),
        Figure::Single(_) | Figure::NoCase | Figure::NotCounted => None,
    };
    let is_short = share
        .zip(definition.target_figure())
        .is_some_and(|(share, target)| match definition.better {
            Better::Up => share < target,
            Better::Down => share > target,
        });
    match assured {
        Assurance::Reaches if is_short => Assurance::HitOrMiss,
        assured => assured,
    }
}

/// Those that are counted first, in the order of their declaration; of these, what worsens or never
/// reaches its aim before all others. What nothing counts comes last.
#[must_use]
pub fn in_order(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by_key(|row| match (row.figure, row.variation, row.assurance) {
        (Figure::NotCounted, ..) => 2,
        (_, Some(Variation::Worsening), _) | (_, _, Assurance::Fails) => 0,
        _ => 1,
    });
    rows
}

/// The one whose newest point lies furthest outside its limits; of worsening ones before others.
/// Without a signal, the first that has limits.
#[must_use]
pub fn strongest(rows: &[Row]) -> Option<usize> {
    let distance = |row: &Row| {
        let drawn = row.drawn.as_ref()?;
        drawn.signals_now().next()?;
        let point = drawn.points.get(drawn.newest()?)?;
        let (value, lower, upper) = (point.value?, point.lower?, point.upper?);
        let centre = point.centre.unwrap_or(f64::midpoint(lower, upper));
        let half = ((upper - lower) / 2.0).max(f64::MIN_POSITIVE);
        let weight = match (row.variation, row.assurance) {
            (Some(Variation::Worsening), _) => 3,
            (_, Assurance::Fails) => 2,
            (Some(Variation::Improving), _) => 1,
            _ => 0,
        };
        Some((weight, (value - centre).abs() / half))
    };
    let mut strongest: Option<(usize, (u8, f64))> = None;
    for (index, row) in rows.iter().enumerate() {
        if let Some((weight, far)) = distance(row)
            && strongest.is_none_or(|(_, most)| (weight, far) > most)
        {
            strongest = Some((index, (weight, far)));
        }
    }
    let with_limits = |row: &Row| {
        let drawn = row.drawn.as_ref();
        drawn.is_some_and(|drawn| drawn.points.iter().any(|point| point.upper.is_some()))
    };
    let signal = strongest.map(|(index, _)| index);
    signal.or_else(|| rows.iter().position(with_limits))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::process::Measure;
    use crate::trend::reading::Ratio;

    fn definition(chart: &str) -> Definition {
        let text = |word: &str| Some(word.to_owned());
        Definition::of(&Measure {
            id: "duties.on-time".to_owned(),
            good: text("duties.done"),
            total: text("duties.due"),
            value: None,
            window: "1 month".to_owned(),
            unit: "ratio".to_owned(),
            better: "up".to_owned(),
            target: "98%".to_owned(),
            chart: text(chart),
        })
        .unwrap()
    }

    fn readings(good: impl IntoIterator<Item = u64>, total: u64) -> Vec<Reading> {
        let mut month: Period = "2024-12".parse().unwrap();
        good.into_iter()
            .map(|good| {
                let reading = Reading {
                    month,
                    figure: Figure::Ratio(Ratio { good, total }),
                    not_evaluated: 0,
                    between: None,
                };
                month = month.next();
                reading
            })
            .collect()
    }

    fn named(id: &str, good: impl IntoIterator<Item = u64>) -> Row {
        Row {
            id: id.to_owned(),
            ..row("p", &definition("p-prime"), readings(good, 200), &[])
        }
    }

    fn stable() -> Vec<u64> {
        (0..24).map(|month| 194 + month % 5).collect()
    }

    #[test]
    fn what_worsens_stands_first_and_is_drawn_large() {
        let mut sunk = stable();
        sunk.push(150);
        let rows = in_order(vec![named("calm", stable()), named("sunk", sunk)]);
        assert_eq!(rows[0].id, "sunk");
        assert_eq!(rows[0].variation, Some(Variation::Worsening));
        assert_eq!(rows[1].variation, Some(Variation::CommonCause));
        assert_eq!(strongest(&rows), Some(0));
    }

    #[test]
    fn limits_stay_where_they_were_frozen_while_the_chart_moves_on_until_they_are_started_anew() {
        // Two good years, then eight worse months: a chart of the newest two years alone would
        // soon call that usual.
        let mut months = stable();
        months.extend([185; 8]);
        let all = readings(months, 200);
        let frozen = row("p", &definition("p-prime"), all.clone(), &[]);
        assert_eq!(frozen.variation, Some(Variation::Worsening));
        let drawn = frozen.drawn.unwrap();
        assert_eq!(drawn.points.len(), 24);
        assert!(drawn.signals.iter().all(|signal| signal.index < 24));
        assert_eq!(frozen.readings.len(), 32);
        let start = NewStart {
            month: all[24].month,
            reason: "Half the staff left.".to_owned(),
        };
        let anew = row("p", &definition("p-prime"), all, &[start]);
        assert_eq!(anew.variation, Some(Variation::TooFew));
        assert_eq!(anew.drawn.unwrap().phases.len(), 2);
    }

    #[test]
    fn without_a_signal_the_first_with_limits_is_drawn_and_without_limits_none() {
        let rows = vec![named("few", [198, 197]), named("calm", stable())];
        assert_eq!(rows[0].variation, Some(Variation::TooFew));
        assert_eq!(strongest(&rows), Some(1));
        assert_eq!(strongest(&rows[..1]), None);
        assert_eq!(strongest(&[]), None);
    }

    #[test]
    fn what_nothing_counts_comes_last_and_changes_nothing() {
        let mut none = readings([1, 1], 1);
        for reading in &mut none {
            reading.figure = Figure::NotCounted;
        }
        let none = row("p", &definition("p-prime"), none, &[]);
        assert_eq!((none.variation, none.now.as_str()), (None, "not counted"));
        let rows = in_order(vec![none, named("calm", stable())]);
        assert_eq!(rows[0].id, "calm");
    }

    #[test]
    fn a_ratio_of_few_is_held_against_its_aim_and_not_against_what_was_before() {
        let row = row("p", &definition("rolling"), readings([1; 12], 2), &[]);
        assert_eq!(row.variation, None);
        assert_eq!(row.assurance, Assurance::Fails);
    }

    #[test]
    fn a_window_without_a_fault_does_not_reach_what_the_figure_beside_it_misses() {
        let mut definition = definition("rolling");
        definition.window_months = 12;
        definition.target = crate::measure::definition::Target::Figure(1.0);
        let mut months = vec![3];
        months.extend([4; 11]);
        let row = row("p", &definition, readings(months, 4), &[]);
        assert_eq!(
            row.figure,
            Figure::Ratio(Ratio {
                good: 47,
                total: 48
            })
        );
        assert_eq!(row.assurance, Assurance::HitOrMiss);
    }
}
