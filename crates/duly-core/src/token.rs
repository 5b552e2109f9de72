//! Tokens of the API: how one is spelled, and what it may be used for. What its person may not do,
//! it may not do either: [`crate::permit::may`] asks for both at each use.
//!
//! A token begins with `duly_`, so that programs which look for secrets in code and logs find it,
//! and ends with a checksum, so that they can tell one from a word that looks like it, and duly
//! refuses a mistyped one without asking the database.

use std::collections::BTreeSet;

use duly_proof::hash::{Hash, hash};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};

use crate::id::ClientId;
use crate::permit::Action;

/// What every token begins with.
pub const PREFIX: &str = "duly_";

/// Digits of the secret: 256 random bits.
const SECRET_DIGITS: usize = 64;

/// Digits of the checksum: one wrong word in four thousand million passes for a token.
const CHECK_DIGITS: usize = 8;

/// Longest that a token may be good for. A year: what runs a machine is looked at at least that
/// often, and one that was forgotten ends by itself.
pub const TOKEN_FOR_MAX: SignedDuration = SignedDuration::from_hours(24 * 366);

/// Most tokens of one person that are neither over nor revoked: one for each of their programs,
/// and as many as fit on a page.
pub const TOKENS_MAX: usize = 20;

/// Longest name of a token, in characters.
pub const TOKEN_NAME_CHARS_MAX: usize = 60;

/// What a token may be used for. Each action has at most one; those without stay with people.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum TokenScope {
    /// Whatever only shows.
    Read,
    /// The day's work: steps, evidence, closing, comments, hand-overs, asking.
    Work,
    /// What is kept: clients, assets, plans, processes, warnings, re-opening.
    Manage,
    /// The word of a second person or of the client: exceptions, silences, reviews, consent.
    Decide,
    /// Inviting people.
    People,
}

impl TokenScope {
    /// Every scope, in the order in which they are shown.
    pub const ALL: [Self; 5] = [
        Self::Read,
        Self::Work,
        Self::Manage,
        Self::Decide,
        Self::People,
    ];

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Work => "work",
            Self::Manage => "manage",
            Self::Decide => "decide",
            Self::People => "people",
        }
    }

    /// The scope of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|scope| scope.word() == word)
    }

    /// What it lets a program do, for the page where a token is made.
    #[must_use]
    pub fn says(self) -> &'static str {
        match self {
            Self::Read => "Read what you may read",
            Self::Work => "Record steps, add evidence, close and hand over tickets, comment, ask",
            Self::Manage => {
                "Keep clients, assets, plans and processes, answer warnings, open tickets again"
            }
            Self::Decide => {
                "Give the second person’s word: grant exceptions and silences, review, agree to \
                 plans"
            }
            Self::People => "Invite people",
        }
    }

    /// The scope that an action needs; none where no token will do: one's own way in, and what
    /// duly is connected to.
    #[must_use]
    pub fn of(action: Action) -> Option<Self> {
        use Action as A;
        Some(match action {
            A::ReadQueue
            | A::ReadClient
            | A::ReadProof
            | A::ReadProcesses
            | A::ReadQuality
            | A::ReadPeople
            | A::ReadJournal => Self::Read,
            A::DoWork | A::Comment | A::Assign | A::AskException | A::AskSilence => Self::Work,
            A::Reopen
            | A::KeepAssets
            | A::RetireAsset
            | A::KeepClients
            | A::SignPlan
            | A::Acknowledge
            | A::PublishProcesses => Self::Manage,
            A::ConsentPlan
            | A::GrantException
            | A::GrantSilence
            | A::Review
            | A::SetReviewBudget
            | A::RestartMeasure => Self::Decide,
            A::KeepPeople => Self::People,
            A::KeepConnections | A::KeepOwnAccount => return None,
        })
    }
}

/// What a token is limited to, beside its person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limits {
    /// What it may be used for.
    pub scopes: BTreeSet<TokenScope>,
    /// The one client that it reaches; without it, every one that its person reaches.
    pub only: Option<ClientId>,
}

impl Limits {
    /// Whether its scopes hold an action.
    #[must_use]
    pub fn hold(&self, action: Action) -> bool {
        TokenScope::of(action).is_some_and(|scope| self.scopes.contains(&scope))
    }
}

/// The token of these random bytes.
#[must_use]
pub fn spelled(secret: [u8; 32]) -> String {
    let secret = Hash(secret).to_hex();
    let check = check(&secret);
    format!("{PREFIX}{secret}{check}")
}

/// Whether a text can be a token at all: prefix, length, digits and checksum.
#[must_use]
pub fn is_spelled(text: &str) -> bool {
    let Some(rest) = text.strip_prefix(PREFIX) else {
        return false;
    };
    let is_digit = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if rest.len() != SECRET_DIGITS + CHECK_DIGITS || !rest.bytes().all(is_digit) {
        return false;
    }
    let (secret, given) = rest.split_at(SECRET_DIGITS);
    check(secret) == given
}

/// The first digits of the SHA-256 of the prefix and the secret.
fn check(secret: &str) -> String {
    let whole = hash(format!("{PREFIX}{secret}").as_bytes()).to_hex();
    whole.chars().take(CHECK_DIGITS).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::id::PersonId;
    use crate::permit::{Refusal, Role, Thing, Who, may};

    fn ask(
        (home, role): (&str, Role),
        limits: Option<&Limits>,
        action: Action,
        thing: Thing<'_>,
    ) -> Result<(), Refusal> {
        let at = Timestamp::UNIX_EPOCH;
        let who = Who {
            person: &PersonId::from("p1"),
            home: &ClientId::from(home),
            roles: &[role].into(),
            until: (role == Role::Auditor).then_some(Timestamp::MAX),
            at,
            limits,
        };
        may(who, action, thing)
    }

    #[test]
    fn a_token_does_what_its_person_may_and_its_scopes_hold_and_nothing_else() {
        let client = ClientId::from("baker");
        let thing = Thing::Client(&client);
        for role in Role::ALL {
            let home = if role.is_staff() { "provider" } else { "baker" };
            for scope in TokenScope::ALL {
                let limits = Limits {
                    scopes: [scope].into(),
                    only: None,
                };
                for action in Action::ALL {
                    let of_person = ask((home, role), None, *action, thing).is_ok();
                    let of_token = ask((home, role), Some(&limits), *action, thing).is_ok();
                    let expected = of_person && limits.hold(*action);
                    assert_eq!(of_token, expected, "{role:?} {scope:?} {action:?}");
                }
            }
        }
    }

    #[test]
    fn a_token_for_one_client_finds_no_other_and_nothing_of_all() {
        let (baker, lakeside) = (ClientId::from("baker"), ClientId::from("lakeside"));
        let limits = Limits {
            scopes: TokenScope::ALL.into(),
            only: Some(baker.clone()),
        };
        let mara = ("provider", Role::Manager);
        let asked = |thing| ask(mara, Some(&limits), Action::ReadQuality, thing);
        assert_eq!(asked(Thing::Client(&baker)), Ok(()));
        assert_eq!(asked(Thing::Client(&lakeside)), Err(Refusal::NotThisClient));
        assert_eq!(asked(Thing::Everything), Err(Refusal::NotThisToken));
    }

    #[test]
    fn a_token_is_known_by_its_spelling_and_one_wrong_digit_shows() {
        let token = spelled([7; 32]);
        assert!(token.starts_with("duly_0707") && token.len() == 77);
        assert!(is_spelled(&token));
        for (place, wrong) in [(10, "8"), (76, "x"), (0, "D")] {
            let mut other = token.clone();
            other.replace_range(place..=place, wrong);
            assert!(!is_spelled(&other), "{other}");
        }
        for other in ["", "duly_", &token[..76], &format!("{token}0"), "duly_é"] {
            assert!(!is_spelled(other), "{other}");
        }
    }

    #[test]
    fn what_only_reads_needs_the_scope_read_and_nothing_else_does() {
        for action in Action::ALL {
            let reads = action.word().starts_with("read-");
            let scope = TokenScope::of(*action);
            assert_eq!(scope == Some(TokenScope::Read), reads, "{action:?}");
        }
    }

    #[test]
    fn no_token_reaches_ways_in_or_connections() {
        let all = Limits {
            scopes: TokenScope::ALL.into(),
            only: None,
        };
        let beyond: Vec<&str> = Action::ALL
            .iter()
            .filter(|action| !all.hold(**action))
            .map(|action| action.word())
            .collect();
        assert_eq!(beyond, ["keep-connections", "keep-own-account"]);
    }

    #[test]
    fn words_lead_back_to_what_they_name() {
        for scope in TokenScope::ALL {
            assert_eq!(TokenScope::from_word(scope.word()), Some(scope));
            let spelt = serde_json::to_string(&scope).unwrap();
            assert_eq!(spelt, format!("\"{}\"", scope.word()));
        }
    }
}
