//! The report on paper, read back with other people's programs.

mod sample;
