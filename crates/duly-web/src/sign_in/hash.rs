//! Hashing passwords, outside of the async runtime and a few at a time.

use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher as _, PasswordVerifier as _};
use argon2::{Algorithm, Argon2, Params, Version};
use duly_core::sign_in::password::BYTES_MAX;

use crate::problem::Problem;
use crate::serve::App;

/// Memory in KiB, passes and lanes: what OWASP asks for as the least (19 MiB, two passes, one
/// lane), some 30 ms of one core of a small server. With the limits on trying a stolen database is
/// what these are for; more would mostly slow down the server itself.
const COST: (u32, u32, u32) = (19 * 1024, 2, 1);

/// How a hash of today begins.
const OF_TODAY: &str = "$argon2id$v=19$m=19456,t=2,p=1$";

/// Hashes at the same time: two cores and 38 MiB at most, so that a flood of sign-ins leaves the
/// pages of those who are signed in some of a small machine. Who comes above it waits, at most as
/// long as a request may take.
pub(crate) const HASHES_AT_ONCE: usize = 2;

/// What a password is held against where there is none, so that it takes as long. It is the hash
/// of nothing that could be found.
const NOBODYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5c3NhbHR5c2FsdA\
                       $AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes a password that was checked before.
pub(crate) async fn hashed(app: &App, password: String) -> Result<String, Problem> {
    on_a_thread(app, move || {
        let hash = hasher()?.hash_password(password.as_bytes());
        hash.map(|hash: PasswordHash| hash.to_string())
            .map_err(Problem::unexpected)
    })
    .await?
}

/// Whether a password fits a hash; with no hash it takes as long and does not.
pub(crate) async fn fits(
    app: &App,
    phc: Option<String>,
    password: String,
) -> Result<bool, Problem> {
    on_a_thread(app, move || {
        // What is longer was never set, and is not worth the time.
        let bytes = password.as_bytes();
        let bytes = bytes.get(..BYTES_MAX.min(bytes.len())).unwrap_or_default();
        let against = phc.as_deref().unwrap_or(NOBODYS);
        let hash = PasswordHash::new(against).map_err(Problem::unexpected)?;
        let fits = hasher()?.verify_password(bytes, &hash).is_ok();
        Ok(fits && phc.is_some() && password.len() <= BYTES_MAX)
    })
    .await?
}

/// Whether a hash was made with other parameters than today's.
pub(crate) fn is_outdated(phc: &str) -> bool {
    !phc.starts_with(OF_TODAY)
}

fn hasher() -> Result<Argon2<'static>, Problem> {
    let (memory, passes, lanes) = COST;
    let params = Params::new(memory, passes, lanes, None).map_err(Problem::unexpected)?;
    Ok(Argon2::new(Algorithm::Argon2id, Version::V0x13, params))
}

async fn on_a_thread<T: Send + 'static>(
    app: &App,
    work: impl FnOnce() -> T + Send + 'static,
) -> Result<T, Problem> {
    let permit = app.hashing.clone().acquire_owned().await;
    let permit = permit.map_err(Problem::unexpected)?;
    let done = tokio::task::spawn_blocking(move || {
        let _permit = permit;
        work()
    });
    done.await.map_err(Problem::unexpected)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hash(password: &str) -> String {
        let hash: PasswordHash = hasher()
            .unwrap()
            .hash_password(password.as_bytes())
            .unwrap();
        hash.to_string()
    }

    #[test]
    fn a_hash_of_today_names_its_cost_and_has_a_salt_of_its_own() {
        let (one, other) = (hash("lampe-ziege-kanu"), hash("lampe-ziege-kanu"));
        assert_ne!(one, other);
        assert!(!is_outdated(&one), "{one}");
        assert!(is_outdated("$argon2id$v=19$m=4096,t=3,p=1$x$y"));
    }

    #[test]
    fn the_hash_of_nobody_costs_what_others_cost_and_fits_nothing() {
        assert!(!is_outdated(NOBODYS));
        let nobodys = PasswordHash::new(NOBODYS).unwrap();
        let real = hash("x");
        let real = PasswordHash::new(&real).unwrap();
        assert_eq!(nobodys.params, real.params);
        assert_eq!(nobodys.hash.unwrap().len(), real.hash.unwrap().len());
        assert!(hasher().unwrap().verify_password(b"", &nobodys).is_err());
    }
}
