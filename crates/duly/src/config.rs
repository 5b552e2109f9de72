//! `duly.toml`: the one short file in which an installation says whose backups it looks after.
//!
//! It names no password: those are sealed into the store by `duly init` and `duly secret`.
//! Nothing here touches the store; it only reads and refuses.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;

/// Largest configuration file read; a thousand clients fit in a tenth of it.
const CONFIG_BYTES_MAX: u64 = 1 << 20;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// The provider's name, as pages show it.
    pub provider: String,
    /// Under which domain the origins of the logs are named; opaque to everybody else.
    pub domain: String,
    /// Where the pages are served: an address of this machine and a port.
    pub listen: String,
    /// Under which address people open the pages, if not the one above: `https://duly.example`.
    #[serde(default)]
    pub address: Option<String>,
    /// Network addresses of the proxies in front, which are believed about who they forward for.
    #[serde(default)]
    pub proxies: Vec<std::net::IpAddr>,
    /// Whom people may sign in through.
    #[serde(default)]
    pub identity_provider: Option<IdentityConfig>,
    /// Folder of process files, relative to the file itself.
    #[serde(default = "default_processes")]
    pub processes: PathBuf,
    /// Whose.
    #[serde(default)]
    pub client: Vec<ClientConfig>,
}

/// An OpenID provider. Its secret is sealed by `duly secret --identity-provider`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IdentityConfig {
    /// What people call it.
    pub name: String,
    /// Its issuer, exactly as it names itself.
    pub issuer: String,
    /// As whom duly is registered there.
    pub client_id: String,
    /// Whether it is believed about mail addresses that it does not say it has verified.
    #[serde(default)]
    pub takes_unverified_mail: bool,
}

/// One client.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClientConfig {
    /// Short, stable, in lower case: it is part of every duty's id.
    pub id: String,
    /// As pages show it.
    pub name: String,
    /// IANA time zone in which its days begin.
    pub tz: String,
    /// Calendar of its business days: `us-federal`, `england`, …
    pub calendar: String,
    /// Its backups.
    #[serde(default)]
    pub backup: Vec<BackupConfig>,
}

/// One backup set: a repository and what it ought to hold.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BackupConfig {
    /// Unique for the client.
    pub name: String,
    /// Only `restic` so far.
    pub kind: String,
    /// Folder of the repository.
    pub repository: PathBuf,
    /// What the backup is configured to contain, as absolute paths.
    pub roots: Vec<PathBuf>,
    /// The source's own picture of itself, made by `duly manifest`.
    pub manifest: PathBuf,
    /// How old the newest snapshot may be, in hours.
    #[serde(default = "default_max_age_hours")]
    pub max_age_hours: u32,
    /// Files that are read back at every test, whatever the draw says.
    #[serde(default)]
    pub must: Vec<PathBuf>,
    /// Canaries made by `duly canary plant`: the JSON files it printed.
    #[serde(default)]
    pub canaries: Vec<PathBuf>,
    /// Where the backup job leaves its exit code and times, as JSON; then silence is a failure.
    #[serde(default)]
    pub claim: Option<PathBuf>,
    /// How many files a restore test draws.
    #[serde(default = "default_sample")]
    pub sample: u32,
}

fn default_processes() -> PathBuf {
    PathBuf::from("processes")
}

/// A daily backup that is two hours late is not yet stale.
fn default_max_age_hours() -> u32 {
    26
}

/// 299 equal files prove "no more than 1 % differ" with 95 % confidence.
fn default_sample() -> u32 {
    300
}

impl Config {
    /// Reads and checks `duly.toml` in `dir`.
    ///
    /// # Errors
    /// When the file is missing, too large, not TOML, or says something that cannot be.
    pub fn read(dir: &Path) -> Result<Self> {
        let path = dir.join("duly.toml");
        let size = std::fs::metadata(&path)
            .with_context(|| {
                format!(
                    "{} is not there; `duly init {}` makes one",
                    path.display(),
                    dir.display()
                )
            })?
            .len();
        ensure!(
            size <= CONFIG_BYTES_MAX,
            "{} has {size} bytes; at most {CONFIG_BYTES_MAX} are read",
            path.display()
        );
        let text = std::fs::read_to_string(&path)
            .with_context(|| format!("{} cannot be read as text", path.display()))?;
        let config: Self =
            toml::from_str(&text).with_context(|| format!("in {}", path.display()))?;
        config
            .check()
            .with_context(|| format!("in {}", path.display()))?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        ensure!(
            !self.provider.trim().is_empty(),
            "`provider` is empty: put your name there"
        );
        self.check_access()?;
        let mut clients = std::collections::BTreeSet::new();
        for client in &self.client {
            ensure!(
                is_name(&client.id),
                "client id `{}`: {NAME_RULE}",
                client.id
            );
            ensure!(
                clients.insert(&client.id),
                "client `{}` is there twice",
                client.id
            );
            let mut backups = std::collections::BTreeSet::new();
            for backup in &client.backup {
                ensure!(
                    is_name(&backup.name),
                    "backup name `{}`: {NAME_RULE}",
                    backup.name
                );
                ensure!(
                    backups.insert(&backup.name),
                    "backup `{}` of client `{}` is there twice",
                    backup.name,
                    client.id
                );
                backup.check().with_context(|| {
                    format!("backup `{}` of client `{}`", backup.name, client.id)
                })?;
            }
        }
        Ok(())
    }
}

impl Config {
    fn check_access(&self) -> Result<()> {
        if let Some(address) = &self.address {
            ensure!(
                is_origin(address),
                "`address = \"{address}\"`: give https:// and a name, without a path, as in \
                 https://duly.example; http:// only for localhost"
            );
        }
        let Some(identity) = &self.identity_provider else {
            return Ok(());
        };
        ensure!(
            self.address.is_some(),
            "`identity_provider` needs `address`, to which people are sent back"
        );
        for (name, value) in [("name", &identity.name), ("client_id", &identity.client_id)] {
            ensure!(
                !value.trim().is_empty(),
                "`{name}` of `identity_provider` is empty"
            );
        }
        let issuer = &identity.issuer;
        ensure!(
            issuer.starts_with("https://") || is_local(issuer),
            "`issuer = \"{issuer}\"` must begin with https://; http:// only for localhost"
        );
        Ok(())
    }

    /// How the installation is reached.
    pub fn access(&self) -> duly_web::Access {
        let identity = self.identity_provider.clone();
        duly_web::Access {
            origin: self.address.clone(),
            proxies: self.proxies.iter().map(|one| one.to_canonical()).collect(),
            identity: identity.map(|one| duly_web::IdentityProvider {
                name: one.name,
                issuer: one.issuer,
                client_id: one.client_id,
                takes_unverified_mail: one.takes_unverified_mail,
            }),
        }
    }
}

/// `https://` and a name, or `http://localhost`, with a port or without.
fn is_origin(address: &str) -> bool {
    let rest = match address.strip_prefix("https://") {
        Some(rest) => rest,
        None if is_local(address) => address.trim_start_matches("http://"),
        None => return false,
    };
    let (name, port) = rest.split_once(':').unwrap_or((rest, "443"));
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    name.split('.').all(is_label) && port.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_local(address: &str) -> bool {
    let rest = address.strip_prefix("http://localhost");
    rest.is_some_and(|rest| rest.is_empty() || rest.starts_with([':', '/']))
}

const NAME_RULE: &str =
    "use 1 to 40 lower-case letters, digits and hyphens; it is stable and names nobody";

fn is_name(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
}

impl BackupConfig {
    fn check(&self) -> Result<()> {
        if self.kind != "restic" {
            bail!(
                "kind `{}` cannot be probed yet; only `restic` can",
                self.kind
            );
        }
        ensure!(
            !self.roots.is_empty(),
            "`roots` is empty: name the folders it ought to hold"
        );
        for path in self
            .roots
            .iter()
            .chain(&self.must)
            .chain([&self.repository, &self.manifest])
        {
            ensure!(
                path.is_absolute(),
                "`{}` is not an absolute path; the worker has no folder of its own to start from",
                path.display()
            );
        }
        ensure!(
            (1..=100_000).contains(&self.sample),
            "`sample` is {}; between 1 and 100,000 files can be drawn",
            self.sample
        );
        ensure!(
            self.max_age_hours > 0,
            "`max_age_hours` is 0: no snapshot is that new"
        );
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn config(more: &str) -> Result<Config> {
        let text = format!(
            "provider = \"Harbour IT\"\ndomain = \"harbour.example\"\n\
             listen = \"127.0.0.1:7177\"\n{more}"
        );
        let config: Config = toml::from_str(&text)?;
        config.check()?;
        Ok(config)
    }

    const IDENTITY: &str = "[identity_provider]\nname = \"Harbour\"\n\
                            issuer = \"https://id.harbour.example/\"\nclient_id = \"duly\"\n";

    #[test]
    fn an_address_is_an_origin_and_nothing_more() {
        for good in [
            "https://duly.example",
            "https://duly.example:8443",
            "http://localhost:7177",
        ] {
            assert!(config(&format!("address = \"{good}\"")).is_ok(), "{good}");
        }
        for bad in [
            "http://duly.example",
            "https://duly.example/",
            "duly.example",
            "https://",
            "https://Duly.example",
            "https://duly.example/path",
            "https://a@duly.example",
            "https://duly.example:0",
            "http://localhost.example",
        ] {
            assert!(config(&format!("address = \"{bad}\"")).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_identity_provider_needs_an_address_to_come_back_to_and_a_safe_issuer() {
        assert!(config(IDENTITY).is_err());
        let good = format!("address = \"https://duly.example\"\n{IDENTITY}");
        let access = config(&good).unwrap().access();
        assert_eq!(access.identity.unwrap().client_id, "duly");
        assert!(config(&good.replace("https://id.", "http://id.")).is_err());
        assert!(config(&good.replace("\"duly\"", "\" \"")).is_err());
        let secret = format!("{good}client_secret = \"x\"\n");
        assert!(
            config(&secret).is_err(),
            "a secret has no place in this file"
        );
    }

    #[test]
    fn proxies_are_addresses() {
        let access = config("proxies = [\"::ffff:10.0.0.1\"]").unwrap().access();
        assert_eq!(
            access.proxies,
            ["10.0.0.1".parse::<std::net::IpAddr>().unwrap()]
        );
        assert!(config("proxies = [\"proxy.example\"]").is_err());
    }
}
