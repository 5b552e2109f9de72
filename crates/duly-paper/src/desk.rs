//! What Typst may see of the world: the layout, the fonts, and the data of one report. There is no
//! folder, no network, no package and no clock behind it; whatever else is asked for is not there.

use typst::diag::{FileError, FileResult};
use typst::foundations::{Bytes, Datetime, Duration};
use typst::syntax::{FileId, RootedPath, Source, VirtualPath, VirtualRoot};
use typst::text::{Font, FontBook};
use typst::utils::LazyHash;
use typst::{Library, World};

use crate::ATTACHED;

/// Where the layout reads what it shows.
const SHEET: &str = "sheet.json";

/// What all reports share.
pub struct Stock {
    /// Typst's own functions.
    pub library: LazyHash<Library>,
    /// What the fonts are.
    pub book: LazyHash<FontBook>,
    /// The fonts, the more wanted first.
    pub fonts: Vec<Font>,
    /// The layout.
    pub layout: Source,
}

/// The address of a file that exists only here.
fn address(name: &str) -> Option<FileId> {
    let path = VirtualPath::new(name).ok()?;
    Some(RootedPath::new(VirtualRoot::Project, path).intern())
}

/// One report in work.
pub struct Desk<'a> {
    stock: &'a Stock,
    /// What the layout shows, and what is attached, each under its address.
    files: [(Option<FileId>, Bytes); 2],
}

impl<'a> Desk<'a> {
    pub fn new(stock: &'a Stock, sheet: Vec<u8>, figures: Vec<u8>) -> Self {
        let files = [
            (address(SHEET), Bytes::new(sheet)),
            (address(ATTACHED), Bytes::new(figures)),
        ];
        Self { stock, files }
    }
}

impl World for Desk<'_> {
    fn library(&self) -> &LazyHash<Library> {
        &self.stock.library
    }

    fn book(&self) -> &LazyHash<FontBook> {
        &self.stock.book
    }

    fn main(&self) -> FileId {
        self.stock.layout.id()
    }

    fn source(&self, id: FileId) -> FileResult<Source> {
        if id == self.main() {
            return Ok(self.stock.layout.clone());
        }
        Err(not_here())
    }

    fn file(&self, id: FileId) -> FileResult<Bytes> {
        let file = self.files.iter().find(|(address, _)| *address == Some(id));
        file.map(|(_, bytes)| bytes.clone()).ok_or_else(not_here)
    }

    fn font(&self, index: usize) -> Option<Font> {
        self.stock.fonts.get(index).cloned()
    }

    fn today(&self, _: Option<Duration>) -> Option<Datetime> {
        None
    }
}

fn not_here() -> FileError {
    FileError::AccessDenied
}
