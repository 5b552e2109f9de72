//! Hands a mail to a mail server: STARTTLS or TLS from the first byte, and in clear only to this
//! very machine.

use std::net::IpAddr;
use std::time::Duration;

use lettre::transport::smtp::authentication::Credentials;
use lettre::transport::smtp::client::{Certificate, Tls, TlsParameters};
use lettre::transport::smtp::extension::ClientId;
use lettre::{AsyncSmtpTransport, AsyncTransport, Tokio1Executor};
use serde::{Deserialize, Serialize};

use crate::mail::Mail;
use crate::{ATTEMPT_WITHIN, NotSent};

/// How the way to the server is kept from others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Security {
    /// In clear first, and never further than the word `STARTTLS`.
    Starttls,
    /// From the first byte.
    Tls,
    /// Not at all: only to this machine.
    Plain,
}

/// A mail server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Server {
    /// Its name; the certificate must bear it.
    pub host: String,
    /// Its port.
    pub port: u16,
    /// How the way is kept.
    pub security: Security,
    /// A name and a password, if it asks for them.
    pub login: Option<(String, String)>,
    /// The certificate of whoever signed the server's, as PEM, where that is nobody the system
    /// knows.
    pub authority: Option<String>,
    /// What duly calls itself in the greeting.
    pub hello: String,
}

impl Server {
    /// Whether it may be used as it stands.
    ///
    /// # Errors
    ///
    /// [`NotSent::Never`] when it would send in clear over a network.
    pub fn check(&self) -> Result<(), NotSent> {
        if self.security == Security::Plain && !is_this_machine(&self.host) {
            return Err(NotSent::never(format!(
                "mail to {} would go in clear over the network; use STARTTLS or TLS",
                self.host
            )));
        }
        Ok(())
    }

    /// Hands over a mail, once.
    ///
    /// # Errors
    ///
    /// [`NotSent::Later`] when nobody answers, it takes too long or the server says 4xx;
    /// [`NotSent::Never`] when it says 5xx or the mail cannot be put together.
    pub async fn send(&self, mail: &Mail) -> Result<(), NotSent> {
        self.send_within(mail, ATTEMPT_WITHIN).await
    }

    /// Hands over a mail, once, within this time from the first look-up to the last word.
    ///
    /// # Errors
    ///
    /// As [`Server::send`].
    pub async fn send_within(&self, mail: &Mail, limit: Duration) -> Result<(), NotSent> {
        self.check()?;
        let message = mail.message()?;
        let transport = self.transport()?;
        match tokio::time::timeout(limit, transport.send(message)).await {
            Ok(Ok(_)) => Ok(()),
            Ok(Err(error)) => Err(not_sent(&error)),
            Err(_) => Err(NotSent::later(format!(
                "{} did not answer within {} s",
                self.host,
                limit.as_secs()
            ))),
        }
    }

    fn transport(&self) -> Result<AsyncSmtpTransport<Tokio1Executor>, NotSent> {
        let tls = match self.security {
            Security::Plain => Tls::None,
            Security::Starttls => Tls::Required(self.parameters()?),
            Security::Tls => Tls::Wrapper(self.parameters()?),
        };
        let mut transport =
            AsyncSmtpTransport::<Tokio1Executor>::builder_dangerous(self.host.as_str())
                .port(self.port)
                .tls(tls)
                .timeout(Some(ATTEMPT_WITHIN))
                .hello_name(ClientId::Domain(self.hello.clone()));
        if let Some((name, password)) = &self.login {
            transport = transport.credentials(Credentials::new(name.clone(), password.clone()));
        }
        Ok(transport.build())
    }

    fn parameters(&self) -> Result<TlsParameters, NotSent> {
        let mut parameters = TlsParameters::builder(self.host.clone());
        if let Some(authority) = &self.authority {
            let certificate = Certificate::from_pem(authority.as_bytes())
                .map_err(|error| NotSent::never(format!("the authority is no PEM: {error}")))?;
            parameters = parameters.add_root_certificate(certificate);
        }
        parameters.build_rustls().map_err(NotSent::never)
    }
}

/// Whether a host is this machine for certain, without asking anybody for its address.
fn is_this_machine(host: &str) -> bool {
    host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}

fn not_sent(error: &lettre::transport::smtp::Error) -> NotSent {
    let mut what = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        let inner_text = inner.to_string();
        if !what.contains(&inner_text) {
            what = format!("{what}: {inner_text}");
        }
        cause = inner.source();
    }
    // 5xx, or something that this side does not know how to say: the same attempt would end the
    // same way.
    if error.is_permanent() || error.is_client() {
        NotSent::never(what)
    } else {
        NotSent::later(what)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn server(host: &str, security: Security) -> Server {
        Server {
            host: host.to_owned(),
            port: 25,
            security,
            login: None,
            authority: None,
            hello: "harbour.example".to_owned(),
        }
    }

    #[test]
    fn nothing_goes_in_clear_but_to_this_machine() {
        for host in ["localhost", "127.0.0.1", "127.9.9.9", "::1"] {
            assert!(server(host, Security::Plain).check().is_ok(), "{host}");
        }
        for host in [
            "mail.example",
            "10.0.0.1",
            "localhost.example",
            "127.0.0.1.example",
            "",
        ] {
            assert!(
                server(host, Security::Plain)
                    .check()
                    .unwrap_err()
                    .is_final(),
                "{host}"
            );
            assert!(server(host, Security::Starttls).check().is_ok());
        }
    }
}
