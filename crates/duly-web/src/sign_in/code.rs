//! Time-based codes (RFC 6238) and the recovery codes for when the telephone is gone; and the
//! second page of signing in, which asks for one.

use axum::extract::{Form, State};
use axum::http::StatusCode;
use axum::response::Response;
use duly_core::id::{ClientId, PersonId};
use duly_store::{
    PendingKind, Proved, RECOVERY_CODES, SignIn, SignedIn, Way, WhyRefused, random_bytes,
};
use jiff::Timestamp;
use serde::Deserialize;
use totp_rs::{Algorithm, Builder, Totp};

use super::password::HalfWay;
use super::{browser_token, lead_on, local, page, tries};
use crate::came::Came;
use crate::problem::Problem;
use crate::serve::App;
use crate::session::SESSION_FOR;
use crate::view::sign_in::Stage;

/// Bytes of a secret: what RFC 4226 recommends, and what every application takes.
const SECRET_BYTES: usize = 20;

/// Digits of a code.
pub(crate) const DIGITS: u8 = 6;

/// Letters of a recovery code: 80 bits.
const RECOVERY_LETTERS: usize = 16;

/// 32 letters and digits that are not mistaken for each other on paper.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A fresh secret.
pub(crate) fn fresh_secret() -> Result<Vec<u8>, Problem> {
    Ok(random_bytes::<SECRET_BYTES>()?.to_vec())
}

/// Fresh recovery codes, without anything between their letters.
pub(crate) fn fresh_recovery_codes() -> Result<Vec<String>, Problem> {
    let mut codes = Vec::with_capacity(RECOVERY_CODES);
    for _ in 0..RECOVERY_CODES {
        let bytes = random_bytes::<RECOVERY_LETTERS>()?;
        let letter = |byte: &u8| ALPHABET.get(usize::from(byte % 32)).copied();
        codes.push(bytes.iter().filter_map(letter).map(char::from).collect());
    }
    Ok(codes)
}

/// What applications read: SHA-1, six digits, half a minute, one step early or late. The issuer is
/// what the application shows beside the code.
pub(crate) fn totp(secret: Vec<u8>, account: &str) -> Result<Totp, Problem> {
    Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_digits(DIGITS)
        .with_skew(1)
        .with_step_duration(30)
        .with_secret(secret)
        .with_account_name(account.replace(':', " "))
        .with_issuer(Some("duly"))
        .build()
        .map_err(Problem::unexpected)
}

/// The step whose code this is, if it is one of now.
pub(crate) fn step_of(secret: Vec<u8>, code: &str, now: Timestamp) -> Result<Option<u64>, Problem> {
    let seconds = u64::try_from(now.as_second()).map_err(Problem::unexpected)?;
    Ok(totp(secret, "duly")?.check(code, seconds))
}

/// What was typed, without what people put between digits and letters.
pub(crate) fn bare(typed: &str) -> String {
    let kept = typed.chars().filter(char::is_ascii_alphanumeric);
    kept.take(64).map(|c| c.to_ascii_lowercase()).collect()
}

/// The form.
#[derive(Debug, Deserialize)]
pub(crate) struct Typed {
    token: String,
    code: String,
    #[serde(default)]
    to: String,
}

/// `POST /sign-in/code`.
pub(crate) async fn take(
    State(app): State<App>,
    came: Came,
    Form(typed): Form<Typed>,
) -> Result<Response, Problem> {
    let now = app.now();
    let found = app
        .store
        .try_pending(PendingKind::Code, &typed.token, now)
        .await?;
    let Some((pending, (client, person))) = found.and_then(|pending| {
        let person = pending.person.clone()?;
        Some((pending, person))
    }) else {
        return page(&app, StatusCode::GONE, Stage::TooLate);
    };
    let half_way: HalfWay = serde_json::from_str(&pending.document).map_err(Problem::unexpected)?;
    let tried = half_way.tries(&came);
    if let Some(answer) = tries(&app, &came, &tried).await? {
        return Ok(answer);
    }
    let Some(proved) = proved(&app, &client, &person, &bare(&typed.code)).await? else {
        let way = Way::PasswordAndCode;
        app.store
            .refuse_sign_in(
                Some((&client, &person)),
                way,
                WhyRefused::WrongCode,
                &came.visitor,
                now,
            )
            .await?;
        return again(&app, typed, "This code is not right.");
    };
    let browser = browser_token(&came)?;
    // The password's own tries were taken before this one's; both were good.
    let tries = tried.iter().chain(&tried).cloned().collect();
    let sign_in = SignIn {
        client,
        person,
        proved,
        visitor: came.visitor.clone(),
        browser: Some(browser.clone()),
        tries,
    };
    match app.store.sign_in(sign_in, SESSION_FOR, now).await? {
        SignedIn::Refused(WhyRefused::UsedCode) => {
            let again_in = "This code was used before. Wait for the next one.";
            again(&app, typed, again_in)
        }
        SignedIn::Refused(_) => again(&app, typed, "This code is not right."),
        SignedIn::Began(session) => {
            app.store
                .end_pending(PendingKind::Code, &typed.token, now)
                .await?;
            lead_on(&app, &came, &session, Some(&browser), &typed.to).await
        }
    }
}

/// What a code proves beside the password; nothing when it is none.
async fn proved(
    app: &App,
    client: &ClientId,
    person: &PersonId,
    code: &str,
) -> Result<Option<Proved>, Problem> {
    if code.len() != usize::from(DIGITS) {
        let code = code.to_owned();
        let is_one = code.len() == RECOVERY_LETTERS;
        return Ok(is_one.then_some(Proved::PasswordAndRecoveryCode { code }));
    }
    let secrets = app.store.code_secrets(client, person).await?;
    let Some(secret) = secrets.current else {
        return Ok(None);
    };
    let step = step_of(secret, code, app.now())?;
    Ok(step.map(|step| Proved::PasswordAndCode { step }))
}

fn again(app: &App, typed: Typed, problem: &str) -> Result<Response, Problem> {
    let stage = Stage::Code {
        token: typed.token,
        to: local(&typed.to).to_owned(),
        problem: Some(problem.to_owned()),
    };
    page(app, StatusCode::UNPROCESSABLE_ENTITY, stage)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238, appendix B, SHA-1: the last six of the eight digits it prints.
    const VECTORS: [(i64, &str); 6] = [
        (59, "94287082"),
        (1_111_111_109, "07081804"),
        (1_111_111_111, "14050471"),
        (1_234_567_890, "89005924"),
        (2_000_000_000, "69279037"),
        (20_000_000_000, "65353130"),
    ];

    fn step(code: &str, second: i64) -> Option<u64> {
        let secret = b"12345678901234567890".to_vec();
        step_of(secret, code, Timestamp::from_second(second).unwrap()).unwrap()
    }

    #[test]
    fn the_codes_are_those_of_the_standard() {
        for (second, digits) in VECTORS {
            let found = step(&digits[2..], second);
            assert_eq!(found, Some(u64::try_from(second / 30).unwrap()), "{second}");
        }
    }

    #[test]
    fn a_code_holds_one_step_early_and_late_and_no_longer() {
        let (second, digits) = VECTORS[3];
        let code = &digits[2..];
        let step_start = second / 30 * 30;
        for (at, holds) in [
            (step_start - 31, false),
            (step_start - 30, true),
            (step_start + 59, true),
            (step_start + 60, false),
        ] {
            assert_eq!(step(code, at).is_some(), holds, "{at}");
        }
    }

    #[test]
    fn what_is_no_code_is_none() {
        for code in ["", "12345", "1234567", "abcdef", "００５９２４", "-05924"] {
            assert_eq!(step(code, 1_234_567_890), None, "{code}");
        }
    }

    #[test]
    fn recovery_codes_are_many_long_and_different() {
        let codes = fresh_recovery_codes().unwrap();
        assert_eq!(codes.len(), RECOVERY_CODES);
        let different: std::collections::BTreeSet<_> = codes.iter().collect();
        assert_eq!(different.len(), codes.len());
        for code in &codes {
            assert_eq!(code.len(), RECOVERY_LETTERS);
            assert_eq!(&bare(code), code);
        }
    }

    #[test]
    fn what_people_put_between_does_not_count() {
        assert_eq!(bare(" 123 456\n"), "123456");
        assert_eq!(bare("ABCD-efgh 2345-6789"), "abcdefgh23456789");
    }

    #[test]
    fn an_account_with_a_colon_in_its_name_still_gets_an_address() {
        let address = totp(vec![7; 20], "a:b@c.example")
            .unwrap()
            .to_url()
            .unwrap();
        assert!(address.starts_with("otpauth://totp/duly:"), "{address}");
    }
}
