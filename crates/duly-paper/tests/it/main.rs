//! The report on paper, read back with other people's programs: poppler's and qpdf's.

mod paper;
mod reader;
mod sample;
