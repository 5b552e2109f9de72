//! Pings: a job somewhere says that it began, ended well or failed, by asking for an address. It is
//! a claim of the job about itself ([`Method::SelfReport`]); its silence is the finding.
//!
//! The forms of the address and their meaning are those of the Pinging API of Healthchecks.io.

use duly_proof::hash::hash;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::observation::{Method, Observation, Value};
use crate::verdict::Verdict;

/// Most of a body that is kept; what is longer is cut. The limit of Healthchecks.io.
pub const PING_BODY_BYTES_MAX: usize = 100_000;

/// Pings that are kept for each address: three months of a nightly job.
pub const PINGS_KEPT_MAX: u32 = 100;

/// Shortest interval that can be expected: control looks every quarter of an hour, and what is to
/// be known sooner is not known from here.
pub const EVERY_MINUTES_MIN: u32 = 15;

/// Longest interval and longest grace: a quarter, as for every source.
pub const EVERY_MINUTES_MAX: u32 = 92 * 24 * 60;

/// Shortest grace: a job that is a minute late is not silent.
pub const GRACE_MINUTES_MIN: u32 = 1;

/// Largest exit status, as systems count them.
pub const EXIT_STATUS_MAX: u32 = 255;

/// What a ping says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum PingSays {
    /// The job ended well.
    Success,
    /// The job began.
    Start,
    /// The job failed.
    Fail,
    /// Something to be kept, which changes nothing.
    Log,
}

impl PingSays {
    /// What the last part of a ping's address says, and the exit status where it is one; nothing
    /// where it means nothing.
    #[must_use]
    pub fn from_address(text: &str) -> Option<(Self, Option<u8>)> {
        match text {
            "" => Some((Self::Success, None)),
            "start" => Some((Self::Start, None)),
            "fail" => Some((Self::Fail, None)),
            "log" => Some((Self::Log, None)),
            digits => {
                let is_number = digits.bytes().all(|byte| byte.is_ascii_digit());
                let status = digits.parse::<u8>().ok().filter(|_| is_number)?;
                let says = if status == 0 {
                    Self::Success
                } else {
                    Self::Fail
                };
                Some((says, Some(status)))
            }
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Success => "success",
            Self::Start => "start",
            Self::Fail => "fail",
            Self::Log => "log",
        }
    }
}

/// How often a job is expected to end well.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected {
    /// At least every so many minutes.
    pub every_minutes: u32,
    /// Minutes that it may be later than that; also how long a run may take once it said that it
    /// began.
    pub grace_minutes: u32,
}

impl Expected {
    /// Whether both are within their limits.
    #[must_use]
    pub fn is_sound(self) -> bool {
        (EVERY_MINUTES_MIN..=EVERY_MINUTES_MAX).contains(&self.every_minutes)
            && (GRACE_MINUTES_MIN..=EVERY_MINUTES_MAX).contains(&self.grace_minutes)
    }
}

/// What was heard of a job.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Heard {
    /// The last that it said of an end, and when: [`PingSays::Success`] or [`PingSays::Fail`].
    pub ended: Option<(PingSays, Timestamp)>,
    /// When it last said that it began.
    pub began_at: Option<Timestamp>,
}

/// How a job stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum JobState {
    /// Nothing was heard yet, and its time is not over.
    New,
    /// It says that it ended well, and is not overdue.
    Well,
    /// It says that it failed.
    Failed,
    /// It should have been heard of, or should have ended.
    Silent,
}

impl JobState {
    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::New => "new",
            Self::Well => "well",
            Self::Failed => "failed",
            Self::Silent => "silent",
        }
    }

    /// What it means for the work behind it, as far as a claim can say. Silence is never a pass.
    #[must_use]
    pub fn verdict(self) -> Verdict {
        match self {
            Self::Well => Verdict::Pass,
            Self::Failed => Verdict::Fail,
            Self::New | Self::Silent => Verdict::Unknown,
        }
    }
}

/// How a job stands that is expected since then. A failure stays one until the job ends well; a run
/// that began and did not end within the grace is silent, whatever was said before it.
#[must_use]
pub fn job_state(expected: Expected, since: Timestamp, heard: &Heard, now: Timestamp) -> JobState {
    let minutes = |minutes: u32| SignedDuration::from_mins(i64::from(minutes));
    let grace = minutes(expected.grace_minutes);
    let overdue = minutes(expected.every_minutes) + grace;
    let (says, last) = match heard.ended {
        Some((PingSays::Fail, _)) => return JobState::Failed,
        Some((_, at)) => (Some(PingSays::Success), at),
        None => (None, since),
    };
    let hangs =
        |began: Timestamp| (says.is_none() || began > last) && now.duration_since(began) > grace;
    if now.duration_since(last) > overdue || heard.began_at.is_some_and(hangs) {
        return JobState::Silent;
    }
    match says {
        Some(_) => JobState::Well,
        None => JobState::New,
    }
}

/// A ping as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ping {
    /// Counts the pings of its address, from 1.
    pub number: u64,
    /// What it says.
    pub says: PingSays,
    /// The exit status, where it was given.
    pub exit_status: Option<u8>,
    /// The caller's own id of a run.
    pub rid: Option<String>,
    /// What came with it, cut at [`PING_BODY_BYTES_MAX`].
    pub body: Vec<u8>,
    /// When it was taken in.
    pub received_at: Timestamp,
}

impl Ping {
    /// The observation that it is. `subject` is the asset, or the client where there is none;
    /// `source` what the address is called. Name `job.ping`; its fields are `says` and, where they
    /// were given, `exit-status`, `rid`, `body-bytes` and `body-sha256`.
    #[must_use]
    pub fn observation(&self, subject: &str, source: &str) -> Observation {
        let mut fields = serde_json::Map::new();
        fields.insert("says".to_owned(), self.says.word().into());
        if let Some(status) = self.exit_status {
            fields.insert("exit-status".to_owned(), status.into());
        }
        if let Some(rid) = &self.rid {
            fields.insert("rid".to_owned(), rid.as_str().into());
        }
        if !self.body.is_empty() {
            fields.insert("body-bytes".to_owned(), self.body.len().into());
            let digest = hash(&self.body).to_hex();
            fields.insert("body-sha256".to_owned(), digest.into());
        }
        Observation {
            subject: subject.to_owned(),
            name: "job.ping".to_owned(),
            value: Value::Fields(fields),
            unit: None,
            source: source.to_owned(),
            method: Method::SelfReport,
            observed_at: self.received_at,
            received_at: Some(self.received_at),
        }
    }
}

/// Whether a text is a UUID as addresses bear it: 36 characters, lower or upper case.
#[must_use]
pub fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(place, byte)| match place {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// The UUID (version 4, RFC 9562) of these random bytes.
#[must_use]
pub fn uuid(random: [u8; 16]) -> String {
    let mut text = String::with_capacity(36);
    for (place, byte) in random.into_iter().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            text.push('-');
        }
        let byte = match place {
            6 => (byte & 0x0f) | 0x40,
            8 => (byte & 0x3f) | 0x80,
            _ => byte,
        };
        text.push_str(&format!("{byte:02x}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIGHTLY: Expected = Expected {
        every_minutes: 24 * 60,
        grace_minutes: 60,
    };

    fn at(hour: i64) -> Timestamp {
        Timestamp::from_second(hour * 3_600).unwrap()
    }

    fn state(ended: Option<(PingSays, i64)>, began: Option<i64>, now: i64) -> JobState {
        let heard = Heard {
            ended: ended.map(|(says, hour)| (says, at(hour))),
            began_at: began.map(at),
        };
        job_state(NIGHTLY, at(0), &heard, at(now))
    }

    #[test]
    fn a_job_is_new_until_its_time_is_over_and_then_silent() {
        assert_eq!(state(None, None, 25), JobState::New);
        assert_eq!(state(None, None, 26), JobState::Silent);
    }

    #[test]
    fn what_ended_well_is_well_until_the_next_end_is_overdue() {
        let well = Some((PingSays::Success, 10));
        assert_eq!(state(well, None, 35), JobState::Well);
        assert_eq!(state(well, None, 36), JobState::Silent);
    }

    #[test]
    fn a_failure_is_never_green_and_does_not_fade_into_silence() {
        let failed = Some((PingSays::Fail, 10));
        for now in [10, 35, 36, 1_000] {
            assert_eq!(state(failed, None, now), JobState::Failed);
        }
        assert_eq!(JobState::Failed.verdict(), Verdict::Fail);
    }

    #[test]
    fn a_run_that_began_and_does_not_end_is_silent() {
        let well = Some((PingSays::Success, 10));
        assert_eq!(state(well, Some(11), 12), JobState::Well);
        assert_eq!(state(well, Some(11), 13), JobState::Silent);
        assert_eq!(state(well, Some(9), 13), JobState::Well);
        assert_eq!(state(None, Some(1), 3), JobState::Silent);
    }

    #[test]
    fn silence_is_unknown_and_never_a_pass() {
        assert_eq!(JobState::Silent.verdict(), Verdict::Unknown);
        assert_eq!(JobState::New.verdict(), Verdict::Unknown);
    }

    #[test]
    fn the_last_part_of_an_address_says_what_happened() {
        let says = PingSays::from_address;
        assert_eq!(says(""), Some((PingSays::Success, None)));
        assert_eq!(says("start"), Some((PingSays::Start, None)));
        assert_eq!(says("0"), Some((PingSays::Success, Some(0))));
        assert_eq!(says("255"), Some((PingSays::Fail, Some(255))));
        for nothing in ["256", "-1", "+1", "Fail", "1x", "99999999999"] {
            assert_eq!(says(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn a_ping_is_a_claim_of_the_job_about_itself() {
        let ping = Ping {
            number: 1,
            says: PingSays::Fail,
            exit_status: Some(3),
            rid: None,
            body: b"disk full".to_vec(),
            received_at: at(1),
        };
        let observation = ping.observation("b-1", "nightly backup");
        assert_eq!(observation.method, Method::SelfReport);
        assert_eq!(observation.received_at, Some(at(1)));
        let Value::Fields(fields) = &observation.value else {
            panic!("no fields: {observation:?}");
        };
        assert_eq!(fields.get("exit-status"), Some(&3.into()));
        assert_eq!(fields.get("body-bytes"), Some(&9.into()));
    }

    #[test]
    fn a_drawn_uuid_is_one() {
        let drawn = uuid([0xff; 16]);
        assert_eq!(drawn, "ffffffff-ffff-4fff-bfff-ffffffffffff");
        assert!(is_uuid(&drawn) && is_uuid(&drawn.to_uppercase()));
        for other in ["", "ffffffffffff4fffbfffffffffffffff0000", &drawn[1..]] {
            assert!(!is_uuid(other), "{other}");
        }
    }
}
