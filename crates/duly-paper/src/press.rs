//! The press: loaded once, then one report after another.

use duly_core::oversight::report::Report;
use jiff::tz::TimeZone;
use typst::diag::SourceDiagnostic;
use typst::foundations::{Bytes, Datetime, Smart};
use typst::syntax::Source;
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Feature, Library, LibraryExt};
use typst_layout::PagedDocument;
use typst_pdf::{PdfOptions, PdfStandard, PdfStandards, Timestamp};

use crate::PaperError;
use crate::desk::{Desk, Stock};
use crate::letters::Letters;
use crate::sheet::Sheet;

/// The faces, the more wanted first. The last one is there for the letters that the others lack.
const FACES: [&[u8]; 4] = [
    include_bytes!("../fonts/SourceSans3_400Regular.ttf"),
    include_bytes!("../fonts/SourceSans3_600SemiBold.ttf"),
    include_bytes!("../fonts/Literata_500Medium.ttf"),
    include_bytes!("../fonts/DejaVuSans.ttf"),
];

/// What was computed for this many reports before is kept: what they have in common is computed
/// once, and what only one of them had does not pile up.
const REPORTS_REMEMBERED: usize = 2;

/// Fonts and layout, ready.
pub struct Press {
    stock: Stock,
    letters: Letters,
}

impl Press {
    /// A press with the built-in fonts. They hold the Latin, Greek, Cyrillic, Hebrew and Arabic
    /// scripts; any other letter prints as the number that Unicode gives it.
    ///
    /// # Errors
    ///
    /// [`PaperError::Font`]: it was built from damaged files.
    pub fn new() -> Result<Self, PaperError> {
        Self::with_fonts(Vec::new())
    }

    /// A press with more fonts, for more scripts: TrueType or OpenType files.
    ///
    /// # Errors
    ///
    /// [`PaperError::Font`]: one of them is neither.
    pub fn with_fonts(more: Vec<Vec<u8>>) -> Result<Self, PaperError> {
        let built_in = FACES.into_iter().map(Bytes::new);
        let all = built_in.chain(more.into_iter().map(Bytes::new));
        let mut fonts = Vec::new();
        for (number, bytes) in all.enumerate() {
            let before = fonts.len();
            fonts.extend(Font::iter(bytes));
            if fonts.len() == before {
                return Err(PaperError::Font { number });
            }
        }
        let features = [Feature::A11yExtras].into_iter().collect();
        let library = Library::builder().with_features(features).build();
        Ok(Self {
            letters: Letters::of(&fonts),
            stock: Stock {
                library: LazyHash::new(library),
                book: LazyHash::new(FontBook::from_fonts(&fonts)),
                layout: Source::detached(include_str!("report.typ")),
                fonts,
            },
        })
    }

    /// The report as a PDF: the same bytes each time for the same report.
    ///
    /// # Errors
    ///
    /// [`PaperError::Unset`], which no report is known to cause.
    pub fn pdf(&self, report: &Report) -> Result<Vec<u8>, PaperError> {
        let bytes = self.set(report, &self.letters).or_else(|_| {
            // A letter that a font has and that PDF/A does not accept, in whatever combination:
            // better all foreign letters as numbers than no report.
            self.set(report, &self.letters.plain())
        });
        typst::comemo::evict(REPORTS_REMEMBERED);
        bytes.map_err(|why| PaperError::Unset {
            client: report.client.clone(),
            month: report.month.to_string(),
            why,
        })
    }

    fn set(&self, report: &Report, letters: &Letters) -> Result<Vec<u8>, String> {
        let said = |error: serde_json::Error| error.to_string();
        let sheet = serde_json::to_vec(&Sheet::of(report, letters)).map_err(said)?;
        let figures = serde_json::to_vec_pretty(report).map_err(said)?;
        let desk = Desk::new(&self.stock, sheet, figures);
        let document = typst::compile::<PagedDocument>(&desk).output;
        let document = document.map_err(|errors| words(&errors))?;
        let options = options(report).ok_or("its time is beyond what a PDF can hold")?;
        typst_pdf::pdf(&document, &options).map_err(|errors| words(&errors))
    }
}

/// Which standards it keeps, who made it and when: all from the report.
fn options(report: &Report) -> Option<PdfOptions> {
    let standards = PdfStandards::new(&[PdfStandard::A_3a, PdfStandard::Ua_1]).ok()?;
    let made = TimeZone::UTC.to_datetime(report.made_at);
    let part = |number: i8| u8::try_from(number).ok();
    let made = Datetime::from_ymd_hms(
        made.year().into(),
        part(made.month())?,
        part(made.day())?,
        part(made.hour())?,
        part(made.minute())?,
        part(made.second())?,
    )?;
    Some(PdfOptions {
        ident: Smart::Custom(format!(
            "duly report of {} for {} as of {}",
            report.month, report.client, report.made_at
        )),
        creator: Smart::Custom(Some("duly".to_owned())),
        timestamp: Some(Timestamp::new_utc(made)),
        standards,
        ..PdfOptions::default()
    })
}

fn words(errors: &[SourceDiagnostic]) -> String {
    let words: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    words.join("; ")
}
