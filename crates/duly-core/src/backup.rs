//! Backups: a source's own picture of itself, the draw of what is read back, and what the
//! comparison means. The reading itself is `duly-probe`'s.

pub mod manifest;
