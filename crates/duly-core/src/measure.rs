//! Measures: what an executive looks at, each declared by a process, each read from numbered facts
//! of one month, with its numerator and its denominator.
//!
//! A declaration ([`definition`]) names facts by the words of a closed list ([`fact`]). Whoever
//! gathers puts a number behind a fact or none at all ([`facts`]); a measure is then read from them
//! by a pure function ([`reading`]). A source that comes later plugs in by putting numbers behind
//! facts that nobody could count before: no measure is written anew. What such a row of readings
//! says about the process behind it, is the work of [`crate::trend`].

pub mod business;
pub mod definition;
pub mod fact;
pub mod facts;
pub mod history;
pub mod reading;
pub mod title;
