//! Process files: YAML in, refusals or a compiled process out.

mod code;
mod refusal;
mod source;
mod suggest;
mod tree;

pub use code::Code;
pub use refusal::{Excerpt, Refusal};
