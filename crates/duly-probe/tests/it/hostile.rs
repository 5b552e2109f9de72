//! Programs that misbehave do not hang, flood or outlive duly.

use std::time::{Duration, Instant};

use duly_core::observation::{Ended, Method, Observation};
use duly_probe::run::{Limits, ProbeRun, Program, Stamp, run_probe};
use jiff::Timestamp;

/// Longer than any of these may take after its deadline.
const PATIENCE: Duration = Duration::from_secs(8);

fn script(text: &str, method: Method) -> Program {
    Program {
        path: "/bin/sh".into(),
        arguments: vec!["-c".into(), text.into()],
        stamp: Stamp::foreign("check-tape.sh", method).unwrap(),
    }
}

fn limits() -> Limits {
    Limits {
        time: Duration::from_millis(700),
        ..Limits::script()
    }
}

fn run(text: &str) -> ProbeRun {
    run_within(text, &limits())
}

fn run_within(text: &str, limits: &Limits) -> ProbeRun {
    let started = Instant::now();
    let request = b"{\"secret\":\"s\"}";
    let run = run_probe(
        &script(text, Method::Import),
        request,
        limits,
        Timestamp::UNIX_EPOCH,
    );
    assert!(
        started.elapsed() < limits.time + PATIENCE,
        "{:?}",
        started.elapsed()
    );
    run
}

const LINE: &str = concat!(
    r#"{"subject":"tape","name":"tape.age","value":{"number":2},"source":"me","#,
    r#""method":"measured","observed_at":"2026-03-01T02:00:00Z"}"#
);

#[test]
fn a_script_that_behaves_is_heard_under_its_registered_name() {
    let run = run(&format!("echo '{LINE}'"));
    assert_eq!(run.ended, Ended::Well);
    let heard: &Observation = &run.observations[0];
    assert_eq!(
        (heard.source.as_str(), heard.method),
        ("check-tape.sh", Method::Import)
    );
    assert_eq!(heard.received_at, Some(Timestamp::UNIX_EPOCH));
}

#[test]
fn no_script_can_be_registered_as_having_measured() {
    assert_eq!(Stamp::foreign("check-tape.sh", Method::Measured), None);
}

#[test]
fn a_request_reaches_standard_input_and_no_argument() {
    let run = run("read -r line; test \"$line\" = '{\"secret\":\"s\"}'");
    assert_eq!(run.ended, Ended::Well);
}

#[test]
fn a_verdict_among_the_lines_is_garbage() {
    let run = run(r#"echo '{"verdict":"pass","level":"L5","reasons":[]}'"#);
    assert_eq!((run.observations.len(), run.garbage_lines), (0, 1));
}

#[test]
fn a_program_that_sleeps_for_ever_is_too_slow() {
    assert_eq!(run("sleep 1000").ended, Ended::TooSlow);
}

#[test]
fn a_program_that_ignores_every_polite_signal_is_too_slow() {
    assert_eq!(
        run("trap '' TERM INT HUP; while :; do sleep 1; done").ended,
        Ended::TooSlow
    );
}

#[test]
fn a_program_that_prints_for_ever_prints_too_much() {
    let limits = Limits {
        time: Duration::from_secs(30),
        output_bytes: 1 << 20,
        ..limits()
    };
    let run = run_within("while :; do echo '{}'; done", &limits);
    assert_eq!(run.ended, Ended::TooMuchOutput);
}

#[test]
fn a_line_without_an_end_is_too_much() {
    let limits = Limits {
        time: Duration::from_secs(30),
        ..limits()
    };
    let run = run_within(
        "while :; do printf aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa; done",
        &limits,
    );
    assert_eq!(run.ended, Ended::TooMuchOutput);
}

#[test]
fn complaints_for_ever_are_cut_and_hold_nothing_up() {
    let run = run("while :; do echo complaint >&2; done");
    assert_eq!(run.ended, Ended::TooSlow);
    assert!(run.complaint.len() <= 4096 && run.complaint.starts_with("complaint"));
}

#[test]
fn garbage_is_counted_and_not_heard() {
    let run = run("head -c 20000 /dev/urandom; printf '\\n\\0\\n[]\\n{\\n'");
    assert_eq!(run.ended, Ended::Well);
    assert!(run.observations.is_empty() && run.garbage_lines >= 3);
}

#[test]
fn a_program_that_eats_memory_is_stopped() {
    let limits = Limits {
        time: Duration::from_secs(30),
        memory_bytes: 64 << 20,
        ..limits()
    };
    let run = run_within("exec tail -c 1000000000 /dev/zero", &limits);
    assert!(
        !matches!(run.ended, Ended::Well | Ended::TooSlow),
        "{:?}",
        run.ended
    );
}

#[test]
fn a_program_that_forks_without_end_is_too_greedy_and_gone() {
    let limits = Limits {
        time: Duration::from_secs(30),
        processes: 20,
        ..limits()
    };
    let run = run_within("while :; do sleep 4242.1 & done", &limits);
    assert_eq!(run.ended, Ended::TooGreedy);
    assert_eq!(processes_named("sleep\x004242.1"), 0);
}

#[test]
fn a_child_left_behind_with_the_output_open_holds_nothing_up() {
    let limits = Limits {
        time: Duration::from_secs(30),
        ..limits()
    };
    let run = run_within("sleep 4242.2 & echo '{}'", &limits);
    assert_eq!(run.ended, Ended::Well);
    assert!(run.time < Duration::from_secs(5), "{:?}", run.time);
    assert_eq!(processes_named("sleep\x004242.2"), 0);
}

#[test]
fn a_child_that_left_the_process_group_is_found_and_ended() {
    if std::process::Command::new("setsid")
        .arg("--version")
        .output()
        .is_err()
    {
        eprintln!("skipped: setsid is not installed");
        return;
    }
    let run = run("setsid sleep 4242.3 & exit 0");
    assert_eq!(run.ended, Ended::Well);
    assert_eq!(processes_named("sleep\x004242.3"), 0);
}

#[test]
fn a_program_that_reads_nothing_of_a_large_request_is_not_waited_for() {
    let request = vec![b' '; 8 << 20];
    let program = script("exit 3", Method::Import);
    let run = run_probe(&program, &request, &limits(), Timestamp::UNIX_EPOCH);
    assert_eq!(run.ended, Ended::Status(3));
}

#[test]
fn a_program_that_is_not_there_was_not_started() {
    let mut program = script("", Method::Import);
    program.path = "/nonexistent/program".into();
    let run = run_probe(&program, b"", &limits(), Timestamp::UNIX_EPOCH);
    assert!(matches!(run.ended, Ended::NotStarted(_)));
}

#[test]
fn a_program_ended_by_a_signal_of_its_own_crashed() {
    assert_eq!(run("kill -SEGV $$").ended, Ended::Signal(11));
}

#[test]
fn the_environment_of_the_caller_is_not_handed_on() {
    let run = run("test -z \"$HOME$CARGO_MANIFEST_DIR$RESTIC_PASSWORD\"");
    assert_eq!(run.ended, Ended::Well);
}

#[test]
fn a_program_may_not_write_large_files() {
    let limits = Limits {
        file_bytes: 1_000,
        ..limits()
    };
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("large");
    let run = run_within(
        // Limits are set from outside right after the start; under load a script can be faster.
        &format!(
            "until [ \"$(ulimit -f)\" != unlimited ]; do :; done; head -c 100000 /dev/zero > {}",
            path.display()
        ),
        &limits,
    );
    assert_ne!(run.ended, Ended::Well);
    assert!(std::fs::metadata(&path).unwrap().len() <= 1_000);
}

/// How many processes have this command line.
fn processes_named(command: &str) -> usize {
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| std::fs::read_to_string(entry.path().join("cmdline")).ok())
        .filter(|line| line.trim_end_matches('\0') == command)
        .count()
}
