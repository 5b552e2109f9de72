//! This test program as a reader: started by [`duly_probe::run`], it answers the request on its
//! standard input, as `duly probe backup` does. The program itself lies floors above.

use std::path::PathBuf;

use duly_probe::backup::answer;
use duly_probe::run::{Program, Stamp};

/// This program, told to run nothing but [`answers_when_it_was_started_as_a_reader`].
pub fn program() -> Program {
    let path: PathBuf = std::env::current_exe().unwrap();
    let test = "reader::answers_when_it_was_started_as_a_reader";
    let arguments = ["--exact", test, "--nocapture", "--quiet"];
    Program {
        path,
        arguments: arguments.iter().map(Into::into).collect(),
        stamp: Stamp::Own,
    }
}

#[test]
fn answers_when_it_was_started_as_a_reader() {
    if std::env::var_os("DULY_PROBE_MARK").is_none() {
        return;
    }
    let answered = answer(std::io::stdin().lock(), std::io::stdout().lock());
    if let Err(error) = &answered {
        eprintln!("{error}");
    }
    std::process::exit(i32::from(answered.is_err()) * 70);
}
