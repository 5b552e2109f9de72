//! Who may do what to what: one pure function, [`may`], asked for every request. The page that
//! shows the roles, the test that walks every address and the server all read the same table.
//!
//! Whoever does the work does not check it, and whoever asks for an exception does not grant it:
//! that is held by person, not by role, because in a small firm one person has several roles.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::id::{ClientId, PersonId};
use crate::scope::Client;
use crate::token::Limits;

/// What a person is. A person may be several things at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Does the work.
    Technician,
    /// Controls that it is done as designed.
    Manager,
    /// Sees to it that the managers keep quality up.
    Executive,
    /// A client's owner: reads, verifies, asks for and grants exceptions for that client.
    Owner,
    /// An auditor or insurer: reads, until a date.
    Auditor,
    /// Keeps people, their sign-ins and what duly is connected to; sees the work, does none of it.
    Administrator,
}

impl Role {
    /// Every role, in the order in which they are shown.
    pub const ALL: [Self; 6] = [
        Self::Technician,
        Self::Manager,
        Self::Executive,
        Self::Administrator,
        Self::Owner,
        Self::Auditor,
    ];

    /// Its word, as in the log.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Technician => "technician",
            Self::Manager => "manager",
            Self::Executive => "executive",
            Self::Owner => "owner",
            Self::Auditor => "auditor",
            Self::Administrator => "administrator",
        }
    }

    /// The role of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.word() == word)
    }

    /// Whether it is one of the provider's own staff, which look after all clients. The others
    /// stand under a client and reach that client alone.
    #[must_use]
    pub fn is_staff(self) -> bool {
        match self {
            Self::Technician | Self::Manager | Self::Executive | Self::Administrator => true,
            Self::Owner | Self::Auditor => false,
        }
    }

    /// Whether somebody of this client can have this role: staff stand under the provider, an
    /// owner under a client, an auditor under either.
    #[must_use]
    pub fn fits(self, home: &ClientId) -> bool {
        let of_provider = home.as_str() == Client::PROVIDER;
        match self {
            Self::Auditor => true,
            Self::Owner => !of_provider,
            _ => of_provider,
        }
    }
}

/// Somebody who asks, and when.
#[derive(Clone, Copy, Debug)]
pub struct Who<'a> {
    /// The person.
    pub person: &'a PersonId,
    /// Under whom the person stands: the provider, or one client.
    pub home: &'a ClientId,
    /// Everything the person is.
    pub roles: &'a BTreeSet<Role>,
    /// From then on the person may do nothing any more; every auditor has such a time.
    pub until: Option<Timestamp>,
    /// When they ask.
    pub at: Timestamp,
    /// What the token is limited to through which a program asks for them; none where they ask
    /// themselves.
    pub limits: Option<&'a Limits>,
}

macro_rules! actions {
    ($($(#[$doc:meta])* $name:ident = $word:literal, $says:literal, [$($role:ident),*];)*) => {
        /// What can be done. One variant is one row of the matrix.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Action { $($(#[$doc])* $name,)* }

        impl Action {
            /// Every action, in the order in which they are shown.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// Its word, kebab-case.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $(Self::$name => $word,)* }
            }

            /// What it is, for the page that shows the roles.
            #[must_use]
            pub fn says(self) -> &'static str {
                match self { $(Self::$name => $says,)* }
            }

            /// The roles that may do it.
            #[must_use]
            pub fn roles(self) -> &'static [Role] {
                match self { $(Self::$name => &[$(Role::$role),*],)* }
            }
        }
    };
}

actions! {
    /// What is owed, over all clients.
    ReadQueue = "read-queue", "See what is to be done, over all clients",
        [Technician, Manager, Executive, Administrator];
    /// A client: assets, tickets, verifications, exceptions, the equation.
    ReadClient = "read-client", "See a client: assets, tickets, verifications, exceptions",
        [Technician, Manager, Executive, Administrator, Owner, Auditor];
    /// The log's checkpoint and the pack.
    ReadProof = "read-proof", "Download the pack and the checkpoint",
        [Technician, Manager, Executive, Administrator, Owner, Auditor];
    /// Processes and their versions.
    ReadProcesses = "read-processes", "See the processes",
        [Technician, Manager, Executive, Administrator, Owner, Auditor];
    /// Warnings, the rules that raised them, reviews.
    ReadQuality = "read-quality", "See warnings, the rules behind them and spot checks",
        [Manager, Executive, Administrator, Auditor];
    /// People, roles, sessions.
    ReadPeople = "read-people", "See people and their roles",
        [Manager, Executive, Administrator];
    /// Sign-ins and acts.
    ReadJournal = "read-journal", "See who signed in and who did what",
        [Manager, Executive, Administrator, Auditor];
    /// Steps, evidence, closing.
    DoWork = "do-work", "Record steps, add evidence, close tickets",
        [Technician];
    /// Words beside a ticket.
    Comment = "comment", "Comment on a ticket",
        [Technician, Manager, Executive, Owner];
    /// Who does a ticket; who is away.
    Assign = "assign", "Hand tickets over, name who is away",
        [Technician, Manager];
    /// A ticket that was closed too early.
    Reopen = "reopen", "Open a closed ticket again, with a reason",
        [Manager];
    /// Assets, sites, imports.
    KeepAssets = "keep-assets", "Add, change, claim and import assets and sites",
        [Technician, Manager];
    /// An asset leaves care: a signed act.
    RetireAsset = "retire-asset", "Retire an asset, with a reason",
        [Manager];
    /// Clients, their zone and calendar, their technicians.
    KeepClients = "keep-clients", "Add clients, change their zone, calendar and technicians",
        [Manager, Administrator];
    /// What is promised to a client.
    SignPlan = "sign-plan", "Sign what is promised to a client",
        [Manager, Executive];
    /// The client's word that less than the catalogue's minimum is promised.
    ConsentPlan = "consent-plan", "Agree to a plan that promises less than the minimum",
        [Owner];
    /// A duty that need not be done.
    AskException = "ask-exception", "Ask for an exception",
        [Technician, Manager, Owner];
    /// By somebody else than who asked.
    GrantException = "grant-exception", "Grant or refuse an exception somebody else asked for",
        [Manager, Executive, Owner];
    /// Warnings: seen, and by whom.
    Acknowledge = "acknowledge", "Acknowledge warnings and say what is done about them",
        [Manager, Executive];
    /// A rule that is quiet for a while.
    AskSilence = "ask-silence", "Ask that a rule be quiet for a while",
        [Manager];
    /// By somebody else than who asked.
    GrantSilence = "grant-silence", "Let a rule be quiet that somebody else asked for",
        [Manager, Executive];
    /// Finished work, by somebody else than who did it.
    Review = "review", "Check somebody else’s finished work",
        [Technician, Manager, Executive, Owner];
    /// The weekly minutes of those who review; not theirs to set.
    SetReviewBudget = "set-review-budget", "Set how many minutes a week each reviewer has",
        [Executive];
    /// Limits of a measure that start anew: what was is no longer what it is held against.
    RestartMeasure = "restart-measure", "Start the limits of a measure anew, with a reason",
        [Executive];
    /// Process versions.
    PublishProcesses = "publish-processes", "Publish processes and roll them out to clients",
        [Manager];
    /// People and what they may do.
    KeepPeople = "keep-people", "Invite people, give roles, end sign-ins",
        [Administrator];
    /// Mail, webhooks, help desks, tokens, identity providers.
    KeepConnections = "keep-connections", "Connect mail, help desks and identity providers",
        [Administrator];
    /// One's own password, passkeys, sessions and preferences.
    KeepOwnAccount = "keep-own-account", "Keep one’s own password, passkeys and sessions",
        [Technician, Manager, Executive, Administrator, Owner, Auditor];
}

impl Action {
    /// Whether it must be somebody else than those whose work or wish it is about.
    #[must_use]
    pub fn is_for_others_work(self) -> bool {
        matches!(
            self,
            Self::GrantException | Self::GrantSilence | Self::Review
        )
    }

    /// The action of this word.
    #[must_use]
    pub fn from_word(word: &str) -> Option<Self> {
        Self::ALL
            .iter()
            .copied()
            .find(|action| action.word() == word)
    }
}

/// What something is done to.
#[derive(Clone, Copy, Debug)]
pub enum Thing<'a> {
    /// The installation, or all clients together.
    Everything,
    /// One client and what is its.
    Client(&'a ClientId),
    /// A client's work or a wish about it, and whose it is.
    WorkOf {
        /// The client.
        client: &'a ClientId,
        /// Who did it, or asked for it.
        by: &'a [PersonId],
    },
    /// What belongs to nobody but the person who asks.
    Own,
}

/// Why something may not be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The person's time is over.
    NoLonger,
    /// None of the person's roles may do it.
    NotThisRole,
    /// The thing is another client's. Shown as if it were not there.
    NotThisClient,
    /// It is the person's own work or wish.
    OwnWork,
    /// The person may, and their token may not.
    NotThisToken,
}

/// Whether a person may do this to that thing.
///
/// # Errors
///
/// Why not.
pub fn may(who: Who<'_>, action: Action, thing: Thing<'_>) -> Result<(), Refusal> {
    if who.until.is_some_and(|until| who.at >= until) {
        return Err(Refusal::NoLonger);
    }
    let is_provider = who.home.as_str() == Client::PROVIDER;
    let reaches = |client: &ClientId| is_provider || client == who.home;
    let out_of_reach = match thing {
        Thing::Own => false,
        Thing::Everything => !is_provider,
        Thing::Client(client) | Thing::WorkOf { client, .. } => !reaches(client),
    };
    if out_of_reach {
        // Somebody of a client asks for what is not theirs; whether it exists is not theirs to
        // know either.
        return Err(match thing {
            Thing::Everything => Refusal::NotThisRole,
            _ => Refusal::NotThisClient,
        });
    }
    // An auditor without an end is no auditor: reading is lent, never given.
    let holds = |role: &Role| {
        role.fits(who.home)
            && who.roles.contains(role)
            && (*role != Role::Auditor || who.until.is_some())
    };
    if !action.roles().iter().any(holds) {
        return Err(Refusal::NotThisRole);
    }
    match thing {
        Thing::WorkOf { by, .. } if action.is_for_others_work() && by.contains(who.person) => {
            Err(Refusal::OwnWork)
        }
        _ => who
            .limits
            .map_or(Ok(()), |limits| within(limits, action, thing)),
    }
}

/// Whether a token's limits hold it; what its person may is asked before.
fn within(limits: &Limits, action: Action, thing: Thing<'_>) -> Result<(), Refusal> {
    if !limits.hold(action) {
        return Err(Refusal::NotThisToken);
    }
    let Some(only) = &limits.only else {
        return Ok(());
    };
    match thing {
        Thing::Client(client) | Thing::WorkOf { client, .. } if client != only => {
            Err(Refusal::NotThisClient)
        }
        Thing::Everything | Thing::Own => Err(Refusal::NotThisToken),
        Thing::Client(_) | Thing::WorkOf { .. } => Ok(()),
    }
}

/// The matrix as text: a line for each action, a column for each role.
#[must_use]
pub fn matrix() -> String {
    let mut text = String::new();
    for action in Action::ALL {
        let marks = Role::ALL.map(|role| {
            if action.roles().contains(&role) {
                role.word()
            } else {
                "-"
            }
        });
        text.push_str(&format!("{}: {}\n", action.word(), marks.join(" ")));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Somebody {
        person: PersonId,
        home: ClientId,
        roles: BTreeSet<Role>,
        until: Option<Timestamp>,
    }

    impl Somebody {
        fn new(home: &str, roles: &[Role]) -> Self {
            Self {
                person: PersonId("p1".to_owned()),
                home: ClientId::from(home),
                roles: roles.iter().copied().collect(),
                until: roles.contains(&Role::Auditor).then(|| at(100)),
            }
        }

        fn may(&self, action: Action, thing: Thing<'_>, now: Timestamp) -> Result<(), Refusal> {
            let who = Who {
                person: &self.person,
                home: &self.home,
                roles: &self.roles,
                until: self.until,
                at: now,
                limits: None,
            };
            may(who, action, thing)
        }
    }

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    #[test]
    fn the_matrix_is_the_one_that_was_agreed() {
        assert_eq!(matrix(), include_str!("permit/matrix.txt"));
    }

    #[test]
    fn nobody_of_a_client_reaches_another_client() {
        let (baker, lakeside) = (ClientId::from("baker"), ClientId::from("lakeside"));
        for role in Role::ALL {
            let somebody = Somebody::new("baker", &[role]);
            for action in Action::ALL {
                let there = somebody.may(*action, Thing::Client(&lakeside), at(1));
                assert_eq!(there, Err(Refusal::NotThisClient), "{role:?} {action:?}");
                let here = somebody.may(*action, Thing::Client(&baker), at(1));
                let owns = !role.is_staff() && action.roles().contains(&role);
                assert_eq!(here.is_ok(), owns, "{role:?} {action:?}");
                assert!(somebody.may(*action, Thing::Everything, at(1)).is_err());
            }
        }
    }

    #[test]
    fn staff_reach_every_client_and_do_what_their_roles_do() {
        let client = ClientId::from("baker");
        for role in Role::ALL.into_iter().filter(|role| role.is_staff()) {
            let somebody = Somebody::new("provider", &[role]);
            for action in Action::ALL {
                let allowed = somebody.may(*action, Thing::Client(&client), at(1)).is_ok();
                assert_eq!(allowed, action.roles().contains(&role));
            }
        }
    }

    #[test]
    fn whoever_did_the_work_does_not_check_it_whatever_their_roles() {
        let client = ClientId::from("baker");
        let both = Somebody::new("provider", &[Role::Technician, Role::Manager]);
        let own = [PersonId("p2".to_owned()), PersonId("p1".to_owned())];
        let thing = Thing::WorkOf {
            client: &client,
            by: &own,
        };
        for action in [Action::Review, Action::GrantException, Action::GrantSilence] {
            assert_eq!(both.may(action, thing, at(1)), Err(Refusal::OwnWork));
        }
        assert_eq!(both.may(Action::Comment, thing, at(1)), Ok(()));
        let others = Thing::WorkOf {
            client: &client,
            by: &own[..1],
        };
        assert_eq!(both.may(Action::Review, others, at(1)), Ok(()));
    }

    #[test]
    fn an_auditor_reads_until_the_time_is_over_and_never_without_one() {
        let client = ClientId::from("baker");
        let mut ada = Somebody::new("baker", &[Role::Auditor]);
        let thing = Thing::Client(&client);
        assert_eq!(ada.may(Action::ReadClient, thing, at(99)), Ok(()));
        let over = ada.may(Action::ReadClient, thing, at(100));
        assert_eq!(over, Err(Refusal::NoLonger));
        ada.until = None;
        let endless = ada.may(Action::ReadClient, thing, at(1));
        assert_eq!(endless, Err(Refusal::NotThisRole));
    }

    #[test]
    fn an_auditor_changes_nothing() {
        let changes = |action: &Action| {
            !action.word().starts_with("read-") && *action != Action::KeepOwnAccount
        };
        for action in Action::ALL.iter().filter(|action| changes(action)) {
            assert!(!action.roles().contains(&Role::Auditor), "{action:?}");
        }
    }

    #[test]
    fn words_lead_back_to_what_they_name() {
        for role in Role::ALL {
            assert_eq!(Role::from_word(role.word()), Some(role));
            let spelt = serde_json::to_string(&role).unwrap();
            assert_eq!(spelt, format!("\"{}\"", role.word()));
        }
        for action in Action::ALL {
            assert_eq!(Action::from_word(action.word()), Some(*action));
        }
    }
}
