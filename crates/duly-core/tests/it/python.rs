//! Second opinions in Python: finding an interpreter that has the module, and asking a script.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

/// Debian's own, where `python3-dateutil` goes; then whichever comes first on the path.
const INTERPRETERS: [&str; 2] = ["/usr/bin/python3", "python3"];

/// An interpreter that has this module, or a line that says what is skipped without it.
pub fn with_module(module: &str, skipped: &str) -> Option<&'static str> {
    let has_module = |python: &&str| {
        let import = format!("import {module}");
        let tried = Command::new(python).args(["-c", &import]).output();
        tried.is_ok_and(|output| output.status.success())
    };
    let found = INTERPRETERS.into_iter().find(has_module);
    if found.is_none() {
        println!("skipped: no Python has the module {module}, so {skipped}");
    }
    found
}

/// Runs a script of this directory on some input and gives what it printed, by line.
pub fn ask(python: &str, script: &str, input: String) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/it")
        .join(script);
    let mut child = Command::new(python)
        .arg(path)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut to_child = child.stdin.take().unwrap();
    // The script may print before it has read everything.
    let writer = std::thread::spawn(move || to_child.write_all(input.as_bytes()));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(output.status.success(), "{script} failed");
    let text = String::from_utf8(output.stdout).unwrap();
    text.lines().map(str::to_owned).collect()
}
