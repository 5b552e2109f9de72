//! One call of the program: its exit code and what it printed.

use std::process::Command;

use serde_json::Value;

/// What came of a call.
pub struct Called {
    pub code: i32,
    pub printed: String,
    pub said: String,
}

impl Called {
    /// The one JSON document on standard output.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.printed).unwrap()
    }
}

/// Calls `duly` with these arguments.
pub fn duly(arguments: &[&str]) -> Called {
    let output = Command::new(env!("CARGO_BIN_EXE_duly"))
        .args(arguments)
        .env_remove("RUST_LOG")
        .output()
        .unwrap();
    Called {
        code: output.status.code().unwrap(),
        printed: String::from_utf8(output.stdout).unwrap(),
        said: String::from_utf8(output.stderr).unwrap(),
    }
}
