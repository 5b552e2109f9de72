//! The command line, read by hand: a client's verifier should be small enough to be read whole.

use std::ffi::OsString;
use std::path::PathBuf;

use jiff::civil::Date;

/// What `--help` prints.
pub(crate) const HELP: &str = "\
duly-verify judges a pack: the record that an IT provider keeps of its work.

Usage: duly-verify PACK --policy FILE [--seen CHECKPOINT]... [--json]
                   [--from DATE] [--to DATE]

  PACK                 the pack, as it came
  --policy FILE        whom you believe: the log's key and any witnesses; it
                       must have reached you by another way than the pack
  --seen CHECKPOINT    a checkpoint that you kept; may be given several times
  --json               print the report as JSON
  --from, --to DATE    count these days, such as 2026-01-31, and not the pack's
  --help, --version    print this, or the version

Verdicts
  confirmed      as many independent witnesses as your policy asks for agree
  consistent     it continues what you kept; no such witnesses
  unanchored     only the provider's word stands behind it
  contradicted   the provider signed it, and it cannot be true
  altered        it is not what the provider signed

Exit code: 0 it holds; 1 contradicted, altered, or a duty was missed;
2 written by rules that this program does not know; 64 wrong usage.
";

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// The page above.
    Help,
    /// The version.
    Version,
    /// To judge a pack.
    Verify(Arguments),
}

/// How a pack is to be judged.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Arguments {
    pub pack: PathBuf,
    pub policy: PathBuf,
    pub seen: Vec<PathBuf>,
    pub json: bool,
    pub from: Option<Date>,
    pub to: Option<Date>,
}

impl Command {
    /// Reads the arguments that come after the program's name.
    pub(crate) fn parse(arguments: impl IntoIterator<Item = OsString>) -> Result<Self, String> {
        let mut arguments = arguments.into_iter();
        let mut packs = Vec::new();
        let mut policies = Vec::new();
        let mut parsed = Arguments::default();
        let mut options_ended = false;
        while let Some(argument) = arguments.next() {
            let text = argument.to_str().unwrap_or_default();
            if options_ended || !text.starts_with("--") {
                packs.push(PathBuf::from(argument));
                continue;
            }
            // `--policy=FILE` is the same as `--policy FILE`.
            let (option, attached) = match text.split_once('=') {
                Some((option, value)) => (option, Some(OsString::from(value))),
                None => (text, None),
            };
            let is_flag = matches!(option, "--" | "--help" | "--version" | "--json");
            if is_flag && attached.is_some() {
                return Err(format!("{option} takes no value"));
            }
            let mut value = || {
                let value = attached.clone().or_else(|| arguments.next());
                value.ok_or_else(|| format!("{option} needs a value"))
            };
            match option {
                "--" => options_ended = true,
                "--help" => return Ok(Self::Help),
                "--version" => return Ok(Self::Version),
                "--json" => parsed.json = true,
                "--policy" => policies.push(PathBuf::from(value()?)),
                "--seen" => parsed.seen.push(PathBuf::from(value()?)),
                "--from" => parsed.from = Some(date(option, &value()?)?),
                "--to" => parsed.to = Some(date(option, &value()?)?),
                _ => return Err(format!("there is no option {option}")),
            }
        }
        parsed.pack = single("PACK", packs)?;
        parsed.policy = single("--policy", policies)?;
        match (parsed.from, parsed.to) {
            (Some(from), Some(to)) if to < from => Err("--to lies before --from".to_owned()),
            _ => Ok(Self::Verify(parsed)),
        }
    }
}

fn date(option: &str, value: &OsString) -> Result<Date, String> {
    let date = value.to_str().and_then(|text| text.parse().ok());
    date.ok_or_else(|| format!("{option} needs a date such as 2026-01-31"))
}

fn single(what: &str, mut values: Vec<PathBuf>) -> Result<PathBuf, String> {
    match (values.pop(), values.is_empty()) {
        (Some(value), true) => Ok(value),
        (None, _) => Err(format!("{what} is missing")),
        (Some(_), false) => Err(format!("{what} is given more than once")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(line: &str) -> Result<Command, String> {
        Command::parse(line.split_whitespace().map(OsString::from))
    }

    #[test]
    fn everything_that_can_be_asked_is_understood() {
        let expected = Arguments {
            pack: "p.zip".into(),
            policy: "policy".into(),
            seen: vec!["a".into(), "b".into()],
            json: true,
            from: Some(jiff::civil::date(2026, 1, 1)),
            to: Some(jiff::civil::date(2026, 1, 31)),
        };
        let line = "p.zip --policy policy --seen a --seen=b --json --from 2026-01-01 \
                    --to=2026-01-31";
        assert_eq!(parse(line), Ok(Command::Verify(expected)));
        assert_eq!(parse("--help"), Ok(Command::Help));
        assert_eq!(parse("p --version"), Ok(Command::Version));
    }

    #[test]
    fn a_file_whose_name_begins_with_dashes_can_be_named_after_two() {
        let Ok(Command::Verify(arguments)) = parse("--policy policy -- --pack") else {
            panic!("refused");
        };
        assert_eq!(arguments.pack, PathBuf::from("--pack"));
    }

    #[test]
    fn whatever_is_missing_doubled_or_unknown_is_refused() {
        for line in [
            "",
            "pack",
            "--policy policy",
            "pack --policy",
            "pack --policy a --policy b",
            "pack pack --policy a",
            "pack --policy a --quick",
            "pack --policy a --json=yes",
            "pack --policy a --from yesterday",
            "pack --policy a --from 2026-02-01 --to 2026-01-01",
        ] {
            assert!(parse(line).is_err(), "{line}");
        }
    }
}
