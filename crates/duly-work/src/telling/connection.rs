//! A connection's settings: typed, checked before they are kept, and joined with its secret for
//! one attempt.

use duly_core::id::PersonId;
use duly_core::scope::Client;
use duly_core::telling::one_line;
use duly_send::desk::Desk;
pub use duly_send::desk::Kind as DeskKind;
use duly_send::mail::is_address;
use duly_send::reach::Reach;
pub use duly_send::smtp::Security;
use duly_send::smtp::Server;
use duly_send::webhook::{self, Hook};
use duly_store::{Connection, KeptConnection, Store, connection_secret, random_id};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::error::WorkError;

/// What a connection leads to, and how. Holds nothing secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "kebab-case", deny_unknown_fields)]
pub enum Settings {
    /// A mail server, for messages to people.
    Smtp {
        /// Its name.
        host: String,
        /// Its port.
        port: u16,
        /// How the way is kept.
        security: Security,
        /// The name to sign in with.
        #[serde(default)]
        login: Option<String>,
        /// The address that mail is from.
        from: String,
        /// Who signed its certificate, as PEM.
        #[serde(default)]
        authority: Option<String>,
    },
    /// An address that every notice is posted to.
    Webhook {
        /// It.
        address: String,
        /// Whether it may lie in a private network.
        #[serde(default)]
        private: bool,
    },
    /// A help desk that takes in mail.
    MailDesk {
        /// The address it reads.
        to: String,
        /// Whether it puts a mail that names an earlier one to the same ticket.
        #[serde(default)]
        follows: bool,
    },
    /// A help desk with an API.
    Desk {
        /// Which.
        desk: DeskKind,
        /// Where its pages begin.
        address: String,
        /// The queue or group.
        queue: String,
        /// On whose behalf mirrors are made.
        requester: String,
        /// Whether it may lie in a private network.
        #[serde(default)]
        private: bool,
        /// Who signed its certificate, as PEM.
        #[serde(default)]
        authority: Option<String>,
    },
}

impl Settings {
    /// The settings of a connection.
    ///
    /// # Errors
    ///
    /// When they are not such.
    pub fn of(connection: &Connection) -> Result<Self, WorkError> {
        Ok(serde_json::from_value(connection.kept.settings.clone())?)
    }

    /// Its word.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Smtp { .. } => "smtp",
            Self::Webhook { .. } => "webhook",
            Self::MailDesk { .. } => "mail-desk",
            Self::Desk {
                desk: DeskKind::RequestTracker,
                ..
            } => "request-tracker",
            Self::Desk {
                desk: DeskKind::Zammad,
                ..
            } => "zammad",
        }
    }

    /// What is wrong with them, each with what to do; empty when they can be used. `secret` is
    /// what was entered with them, or whether there is one already.
    #[must_use]
    pub fn problems(&self, secret: Option<&str>) -> Vec<String> {
        let mut problems = Vec::new();
        let mut check = |holds: bool, problem: &str| {
            if !holds {
                problems.push(problem.to_owned());
            }
        };
        let address_is = |text: &str, private: bool| {
            let plain = text.len() <= 500 && text.bytes().all(|byte| byte.is_ascii_graphic());
            plain && (text.starts_with("https://") || (private && text.starts_with("http://")))
        };
        const ADDRESS: &str = "The address must begin with https:// (http:// only in a private \
                               network that you allow).";
        match self {
            Self::Smtp {
                host,
                login,
                from,
                security,
                ..
            } => {
                let plain = !host.is_empty() && host.bytes().all(|byte| byte.is_ascii_graphic());
                check(plain, "Name the mail server: mail.example.com.");
                check(is_address(from), "Give the address that mail is from.");
                let signs_in = login.is_some() && secret.is_some();
                check(
                    signs_in || login.is_none(),
                    "Give the password, or leave the name empty.",
                );
                let local = server(self, None).is_none_or(|server| server.check().is_ok());
                check(
                    local || *security != Security::Plain,
                    "Without STARTTLS or TLS, mail may go only to this machine: localhost.",
                );
            }
            Self::Webhook { address, private } => {
                check(address_is(address, *private), ADDRESS);
                check(
                    secret.is_some_and(webhook::is_secret),
                    "The secret must be whsec_ and the base64 of 24 to 64 bytes.",
                );
            }
            Self::MailDesk { to, .. } => {
                check(is_address(to), "Give the address that the help desk reads.");
            }
            Self::Desk {
                address,
                queue,
                requester,
                private,
                ..
            } => {
                check(address_is(address, *private), ADDRESS);
                check(!queue.trim().is_empty(), "Name the queue or group.");
                check(is_address(requester), "Give the requester's mail address.");
                check(secret.is_some(), "Give the access token.");
            }
        }
        problems
    }
}

/// Keeps a new connection with its secret; its id, or what is wrong with it.
///
/// # Errors
///
/// When the store fails, or there are too many connections.
pub async fn add(
    store: &Store,
    name: &str,
    settings: &Settings,
    secret: Option<&str>,
    by: &PersonId,
    now: Timestamp,
) -> Result<Result<String, Vec<String>>, WorkError> {
    let mut problems = settings.problems(secret);
    let name = one_line(name);
    if name.is_empty() {
        problems.push("Give it a name by which you know it.".to_owned());
    }
    if !problems.is_empty() {
        return Ok(Err(problems));
    }
    let id = random_id()?;
    // The secret first: a connection without one would be tried without it.
    if let Some(secret) = secret {
        let provider = Client::PROVIDER.into();
        let name = connection_secret(&id);
        store
            .secret_put(&provider, &name, secret.as_bytes(), now)
            .await?;
    }
    let kept = KeptConnection {
        id: id.clone(),
        kind: settings.kind().to_owned(),
        name,
        settings: serde_json::to_value(settings)?,
    };
    store.keep_connection(kept, by, now).await?;
    Ok(Ok(id))
}

/// A connection's secret.
///
/// # Errors
///
/// When it does not open, or the store fails.
pub async fn secret(store: &Store, connection: &str) -> Result<Option<String>, WorkError> {
    let provider = Client::PROVIDER.into();
    let opened = store
        .secret_open(&provider, &connection_secret(connection))
        .await?;
    Ok(opened.map(|bytes| String::from_utf8_lossy(&bytes).into_owned()))
}

/// The mail server that settings describe.
#[must_use]
pub fn server(settings: &Settings, secret: Option<&str>) -> Option<Server> {
    let Settings::Smtp {
        host,
        port,
        security,
        login,
        from,
        authority,
    } = settings
    else {
        return None;
    };
    let password = secret.unwrap_or_default().to_owned();
    let domain = from.rsplit('@').next().unwrap_or("localhost");
    Some(Server {
        host: host.clone(),
        port: *port,
        security: *security,
        login: login.clone().map(|login| (login, password)),
        authority: authority.clone(),
        hello: domain.to_owned(),
    })
}

/// The webhook that settings describe.
#[must_use]
pub fn hook(settings: &Settings, secret: Option<&str>) -> Option<Hook> {
    let Settings::Webhook { address, private } = settings else {
        return None;
    };
    Some(Hook {
        address: address.clone(),
        secret: secret.unwrap_or_default().to_owned(),
        reach: reach(*private),
    })
}

/// The help desk that settings describe.
#[must_use]
pub fn help_desk(settings: &Settings, secret: Option<&str>) -> Option<Desk> {
    let Settings::Desk {
        desk,
        address,
        queue,
        requester,
        private,
        authority,
    } = settings
    else {
        return None;
    };
    Some(Desk {
        kind: *desk,
        address: address.clone(),
        token: secret.unwrap_or_default().to_owned(),
        queue: queue.clone(),
        requester: requester.clone(),
        reach: reach(*private),
        authority: authority.clone(),
    })
}

fn reach(private: bool) -> Reach {
    if private {
        Reach::PrivateToo
    } else {
        Reach::Public
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn smtp(host: &str, security: Security) -> Settings {
        Settings::Smtp {
            host: host.to_owned(),
            port: 587,
            security,
            login: None,
            from: "duly@harbour.example".to_owned(),
            authority: None,
        }
    }

    #[test]
    fn what_would_send_in_clear_or_without_a_secret_is_refused_with_what_to_do() {
        assert!(
            smtp("mail.example", Security::Starttls)
                .problems(None)
                .is_empty()
        );
        assert!(smtp("localhost", Security::Plain).problems(None).is_empty());
        assert_eq!(
            smtp("mail.example", Security::Plain).problems(None).len(),
            1
        );
        assert_eq!(smtp("two words", Security::Tls).problems(None).len(), 1);
        let hook = |address: &str, private| Settings::Webhook {
            address: address.to_owned(),
            private,
        };
        let secret = webhook::secret_from(&[1; 32]);
        let with = Some(secret.as_str());
        assert!(
            hook("https://hooks.example/x", false)
                .problems(with)
                .is_empty()
        );
        assert!(hook("http://10.0.0.1/x", true).problems(with).is_empty());
        assert_eq!(hook("http://10.0.0.1/x", false).problems(with).len(), 1);
        assert_eq!(
            hook("https://hooks.example/x", false)
                .problems(Some("x"))
                .len(),
            1
        );
        assert_eq!(hook("file:///etc/passwd", true).problems(None).len(), 2);
    }

    #[test]
    fn a_password_is_asked_for_where_a_name_is_given() {
        let mut signs_in = smtp("mail.example", Security::Tls);
        if let Settings::Smtp { login, .. } = &mut signs_in {
            *login = Some("duly".to_owned());
        }
        assert_eq!(signs_in.problems(None).len(), 1);
        assert!(signs_in.problems(Some("secret")).is_empty());
    }
}
