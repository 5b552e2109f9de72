//! The outcome of a verification in a few lines for a person.

use std::fmt::Write as _;

use duly_core::backup::request::BackupRequest;
use duly_core::verdict::Verdict;
use duly_probe::backup::Verification;
use serde_json::Value;

/// What happened, why, how much was covered and what was not.
pub fn summary(request: &BackupRequest, verification: &Verification) -> String {
    let judgement = &verification.judgement;
    let mark = match judgement.verdict {
        Verdict::Pass => "PASS",
        Verdict::Fail => "FAIL",
        Verdict::Review => "REVIEW",
        Verdict::Unknown => "UNKNOWN",
        Verdict::NotApplicable => "NOT APPLICABLE",
    };
    let held = judgement.level.as_deref().map_or_else(
        || "no level holds".to_owned(),
        |level| format!("levels up to {level} hold"),
    );
    let mut text = format!("{mark}: {} ({held})\n", request.repository);
    for reason in &judgement.reasons {
        let _ = writeln!(text, "  {}: {}", reason.code, reason.message);
    }
    let covered = |name: &str| {
        judgement
            .coverage
            .get(name)
            .filter(|value| !value.is_null())
    };
    if let (Some(time), Some(age)) = (covered("snapshot_time"), covered("age_hours")) {
        let _ = writeln!(text, "snapshot  {}, {age} hours old", plain(time));
    }
    if let Some(files) = covered("files_by_name_size_and_time").and_then(Value::as_object) {
        let list: Vec<String> = files
            .iter()
            .map(|(word, count)| format!("{count} {word}"))
            .collect();
        let _ = writeln!(text, "files     {}", list.join(", "));
    }
    if let Some(statement) = judgement.bounds.get("statement") {
        let read = covered("files_read").map_or_else(String::new, plain);
        let _ = writeln!(
            text,
            "content   {read} files read back; {}",
            plain(statement)
        );
    }
    if let Some(seed) = covered("seed") {
        let _ = writeln!(text, "draw      seed: {}", plain(seed));
    }
    for missing in covered("not_covered")
        .and_then(Value::as_array)
        .into_iter()
        .flatten()
    {
        let _ = writeln!(text, "not seen  {}", plain(missing));
    }
    if !verification.run.complaint.is_empty() {
        let _ = writeln!(
            text,
            "the reader said: {}",
            verification.run.complaint.trim()
        );
    }
    text.trim_end().to_owned()
}

fn plain(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
