//! Passwords and codes: set by an invitation, refused in ways that tell nothing, and counted.

use axum::body::Body;
use axum::extract::connect_info::ConnectInfo;
use axum::http::StatusCode;
use duly_store::{EntryFilter, Page, Role, SIGN_IN, SIGN_IN_REFUSED};
use duly_web::{Access, Peer};
use jiff::SignedDuration;
use totp_rs::{Algorithm, Builder, Secret, Totp};

use crate::world::{Answer, World, now, request};

pub const MAIL: &str = "ted@harbour.example";
pub const PASSWORD: &str = "lampe-ziege-kanu-91";

/// The cookies that an answer sets, as a browser sends them back.
pub fn cookies_of(answer: &Answer) -> String {
    let set = answer.headers.get_all("set-cookie").iter();
    let pair = |value: &axum::http::HeaderValue| {
        value
            .to_str()
            .unwrap()
            .split(';')
            .next()
            .unwrap()
            .to_owned()
    };
    set.map(pair).collect::<Vec<_>>().join("; ")
}

/// Ted, who has accepted his invitation with a password; his cookies.
pub async fn ted(world: &World) -> String {
    let path = world
        .invited("provider", "Ted", Role::Technician, MAIL)
        .await;
    let form = format!("password={PASSWORD}&again={PASSWORD}");
    let answer = world.post(&path, "", &form).await;
    assert_eq!(answer.header("location"), "/account", "{}", answer.body);
    cookies_of(&answer)
}

pub async fn sign_in(world: &World, cookies: &str, mail: &str, password: &str) -> Answer {
    let form = format!("mail={}&password={password}&to=/", mail.replace('@', "%40"));
    world.post("/sign-in", cookies, &form).await
}

fn hidden(page: &str, name: &str) -> String {
    let from = format!("name=\"{name}\" value=\"");
    page.split(&from)
        .nth(1)
        .unwrap()
        .split('"')
        .next()
        .unwrap()
        .to_owned()
}

/// Sets up codes by the pages, as Ted; what makes codes, and the recovery codes.
async fn set_up_codes(world: &World, cookies: &str) -> (Totp, Vec<String>) {
    let page = world.post("/account/codes", cookies, "").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.body.contains("<path d=\"M"), "the picture is drawn");
    let spelt = page.body.split("type the secret: <code>").nth(1).unwrap();
    let spelt = spelt.split('<').next().unwrap().replace(' ', "");
    let totp = Builder::new()
        .with_algorithm(Algorithm::SHA1)
        .with_secret(Secret::try_from_base32(spelt).unwrap())
        .with_account_name("x")
        .build()
        .unwrap();
    let wrong = world
        .post("/account/codes/confirm", cookies, "code=000000")
        .await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let code = code(&totp, 0);
    let done = world
        .post("/account/codes/confirm", cookies, &format!("code={code}"))
        .await;
    assert_eq!(done.status, StatusCode::OK, "{}", done.body);
    let codes = done.body.split("<li><code>").skip(1);
    let codes: Vec<String> = codes
        .map(|rest| rest.split('<').next().unwrap().to_owned())
        .collect();
    assert_eq!(codes.len(), 10);
    (totp, codes)
}

/// The code of now, or of a step after it.
fn code(totp: &Totp, steps: i64) -> String {
    let seconds = u64::try_from(now().as_second() + 30 * steps).unwrap();
    totp.generate(seconds).to_string()
}

#[tokio::test]
async fn an_invitation_is_used_up_by_a_good_password_and_by_nothing_less() {
    let world = World::new().await;
    let path = world
        .invited("provider", "Ted", Role::Technician, MAIL)
        .await;
    for _ in 0..2 {
        let page = world.get(&path, "").await;
        assert_eq!(page.status, StatusCode::OK);
        assert!(page.body.contains("Welcome, Ted") && page.body.contains(MAIL));
    }
    for (form, says) in [
        ("password=short&again=short", "too short"),
        ("password=lampe-ziege-kanu&again=lampe-ziege-kamm", "differ"),
        ("password=password1234&again=password1234", "tried first"),
        ("password=harbour-it-2026&again=harbour-it-2026", "own name"),
        (
            "password=aaaaaaaaaaaaa&again=aaaaaaaaaaaaa",
            "repeats itself",
        ),
    ] {
        let refused = world.post(&path, "", form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
        assert!(refused.body.contains(says), "{form}: {}", refused.body);
        assert_eq!(refused.header("set-cookie"), "");
    }
    let form = format!("password={PASSWORD}&again={PASSWORD}");
    let taken = world.post(&path, "", &form).await;
    assert_eq!(taken.header("location"), "/account");
    let account = world.get("/account", &cookies_of(&taken)).await;
    assert_eq!(account.status, StatusCode::OK);
    assert!(account.body.contains(MAIL) && account.body.contains("this one"));
    for method in ["GET", "POST"] {
        let spent = if method == "GET" {
            world.get(&path, "").await
        } else {
            world.post(&path, "", &form).await
        };
        assert_eq!(spent.status, StatusCode::GONE, "{method}");
    }
}

#[tokio::test]
async fn the_right_password_signs_in_with_a_new_session_and_leads_on() {
    let world = World::new().await;
    let before = ted(&world).await;
    let form = "mail=Ted%40Harbour.example&password=lampe-ziege-kanu-91&to=/account";
    let answer = world.post("/sign-in", &before, form).await;
    assert_eq!(answer.status, StatusCode::SEE_OTHER, "{}", answer.body);
    assert_eq!(answer.header("location"), "/account");
    assert_eq!(
        world.get("/", &cookies_of(&answer)).await.status,
        StatusCode::OK
    );
    // The session that was there before is over.
    assert_eq!(world.get("/", &before).await.status, StatusCode::SEE_OTHER);
    let away = form.replace("to=/account", "to=//evil.example");
    assert_eq!(
        world.post("/sign-in", "", &away).await.header("location"),
        "/"
    );
}

#[tokio::test]
async fn whoever_exists_and_whoever_does_not_are_answered_alike_in_every_byte() {
    let world = World::new().await;
    ted(&world).await;
    // Invited, and without a password yet; removed; never there.
    world
        .invited("baker", "Ida", Role::Owner, "ida@harbour.example")
        .await;
    let mut answers = Vec::new();
    for mail in [MAIL, "ida@harbour.example", "tad@harbour.example"] {
        let answer = sign_in(&world, "", mail, "another-password-91").await;
        let body = answer.body.replace(mail, "MAIL");
        assert!(body.contains("do not belong together"));
        answers.push((answer.status, format!("{:?}", answer.headers), body));
    }
    let lengths: Vec<_> = answers.iter().map(|answer| answer.2.len()).collect();
    assert_eq!(answers[0].2, answers[2].2, "{lengths:?}");
    assert_eq!(answers[1].2, answers[2].2, "{lengths:?}");
    assert!(answers.iter().all(|answer| answer.0 == answers[0].0));
    assert_eq!(answers[0].1, answers[2].1.clone());
}

#[tokio::test]
async fn tries_run_out_alike_for_whoever_exists_and_whoever_does_not() {
    let world = World::new().await;
    ted(&world).await;
    let mut endings = Vec::new();
    for mail in [MAIL, "tad@harbour.example"] {
        for number in 0..10 {
            let wrong = sign_in(&world, "", mail, "another-password-91").await;
            assert_eq!(
                wrong.status,
                StatusCode::UNPROCESSABLE_ENTITY,
                "{mail} {number}"
            );
        }
        let over = sign_in(&world, "", mail, "another-password-91").await;
        assert_eq!(over.status, StatusCode::TOO_MANY_REQUESTS, "{mail}");
        assert_eq!(over.header("retry-after"), "600");
        endings.push((format!("{:?}", over.headers), over.body));
    }
    assert_eq!(endings[0], endings[1]);
    // The right password is not even looked at any more.
    let right = sign_in(&world, "", MAIL, PASSWORD).await;
    assert_eq!(right.status, StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn nobody_locks_somebody_out_of_a_browser_they_know_or_for_long() {
    let world = World::new().await;
    let own = ted(&world).await;
    for _ in 0..12 {
        sign_in(&world, "", MAIL, "another-password-91").await;
    }
    let elsewhere = sign_in(&world, "", MAIL, PASSWORD).await;
    assert_eq!(elsewhere.status, StatusCode::TOO_MANY_REQUESTS);
    let known = sign_in(&world, &own, MAIL, PASSWORD).await;
    assert_eq!(
        known.status,
        StatusCode::SEE_OTHER,
        "a known browser has tries of its own"
    );
    // A made-up cookie of a browser is no known browser.
    let made_up = format!("duly-browser={}", "a".repeat(64));
    let forged = sign_in(&world, &made_up, MAIL, PASSWORD).await;
    assert_eq!(forged.status, StatusCode::TOO_MANY_REQUESTS);
    let world = world.later(SignedDuration::from_mins(10));
    let later = sign_in(&world, "", MAIL, PASSWORD).await;
    assert_eq!(later.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn one_network_address_runs_out_whatever_accounts_it_tries() {
    let world = World::new().await;
    let mut answers = Vec::new();
    for number in 0..61 {
        let mail = format!("t{number}@harbour.example");
        answers.push(sign_in(&world, "", &mail, "x").await.status);
    }
    assert_eq!(answers[59], StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(answers[60], StatusCode::TOO_MANY_REQUESTS);
}

#[tokio::test]
async fn a_code_is_asked_for_and_works_once() {
    let world = World::new().await;
    let cookies = ted(&world).await;
    let (totp, _) = set_up_codes(&world, &cookies).await;
    let half = sign_in(&world, "", MAIL, PASSWORD).await;
    assert_eq!(half.status, StatusCode::OK);
    assert_eq!(half.header("set-cookie"), "", "half way is not in");
    let token = hidden(&half.body, "token");
    let give = async |code: String| {
        let form = format!("token={token}&code={code}&to=/");
        world.post("/sign-in/code", "", &form).await
    };
    let wrong = give("000000".to_owned()).await;
    assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    let confirming = give(code(&totp, 0)).await;
    assert!(
        confirming.body.contains("used before"),
        "{}",
        confirming.body
    );
    let good = give(code(&totp, 1)).await;
    assert_eq!(good.status, StatusCode::SEE_OTHER, "{}", good.body);
    assert_eq!(
        world.get("/", &cookies_of(&good)).await.status,
        StatusCode::OK
    );
    // What was half way is over, and the code is used.
    assert_eq!(give(code(&totp, 1)).await.status, StatusCode::GONE);
    let again = sign_in(&world, "", MAIL, PASSWORD).await;
    let token = hidden(&again.body, "token");
    let form = format!("token={token}&code={}", code(&totp, 1));
    let used = world.post("/sign-in/code", "", &form).await;
    assert_eq!(used.status, StatusCode::UNPROCESSABLE_ENTITY);
}

#[tokio::test]
async fn what_is_half_way_is_over_after_some_minutes_or_some_codes() {
    let world = World::new().await;
    let cookies = ted(&world).await;
    let (totp, _) = set_up_codes(&world, &cookies).await;
    let half = sign_in(&world, "", MAIL, PASSWORD).await;
    let form = |code: &str| format!("token={}&code={code}", hidden(&half.body, "token"));
    for _ in 0..5 {
        let wrong = world.post("/sign-in/code", "", &form("000000")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
    }
    let worn = world
        .post("/sign-in/code", "", &form(&code(&totp, 1)))
        .await;
    assert_eq!(worn.status, StatusCode::GONE);
    let half = sign_in(&world, "", MAIL, PASSWORD).await;
    let world = world.later(SignedDuration::from_mins(5));
    let form = format!(
        "token={}&code={}",
        hidden(&half.body, "token"),
        code(&totp, 10)
    );
    assert_eq!(
        world.post("/sign-in/code", "", &form).await.status,
        StatusCode::GONE
    );
}

#[tokio::test]
async fn a_recovery_code_takes_the_place_of_a_code_once() {
    let world = World::new().await;
    let cookies = ted(&world).await;
    let (_, recovery) = set_up_codes(&world, &cookies).await;
    for (code, status) in [
        (recovery[3].to_uppercase(), StatusCode::SEE_OTHER),
        (recovery[3].clone(), StatusCode::UNPROCESSABLE_ENTITY),
        (
            "abcd-efgh-ijkm-npqr".to_owned(),
            StatusCode::UNPROCESSABLE_ENTITY,
        ),
        (recovery[4].clone(), StatusCode::SEE_OTHER),
    ] {
        let half = sign_in(&world, "", MAIL, PASSWORD).await;
        let form = format!("token={}&code={code}", hidden(&half.body, "token"));
        let answer = world.post("/sign-in/code", "", &form).await;
        assert_eq!(answer.status, status, "{code}");
    }
    let account = world.get("/account", &cookies).await;
    assert!(
        account.body.contains("8 recovery codes are left"),
        "{}",
        account.body
    );
}

#[tokio::test]
async fn passwords_do_not_travel_in_clear() {
    let world = World::new().await;
    let form = "mail=ted%40harbour.example&password=x";
    let asked = axum::http::Request::builder()
        .method("POST")
        .uri("/sign-in")
        .header("host", "192.168.1.5:7177")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(Body::from(form))
        .unwrap();
    let answer = world.send(asked).await;
    assert_eq!(answer.status, StatusCode::BAD_REQUEST);
    assert!(answer.body.contains("sign-in-in-clear"));
}

/// The network addresses that the log discloses for a type of entry, the newest first.
async fn addresses(world: &World, kind: &str) -> Vec<String> {
    let filter = EntryFilter {
        kinds: vec![kind.to_owned()],
        person: None,
    };
    let provider = "provider".into();
    let listed = world
        .store
        .entries_listed(&provider, &filter, &Page::default())
        .await;
    let rows = listed.unwrap().rows;
    rows.iter()
        .map(|stored| stored.fields.get("address").cloned().unwrap_or_default())
        .collect()
}

#[tokio::test]
async fn the_address_in_the_log_is_the_peers_unless_a_proxy_of_ours_says_another() {
    let world = World::new().await;
    ted(&world).await;
    let world = world.reached(Access {
        proxies: vec!["10.0.0.1".parse().unwrap()],
        ..Access::default()
    });
    for (peer, kept) in [
        ("10.0.0.1:9", "\"198.51.100.7\""),
        ("203.0.113.9:9", "\"203.0.113.9\""),
    ] {
        for (password, kind) in [(PASSWORD, SIGN_IN), ("wrong-password-1", SIGN_IN_REFUSED)] {
            let form = format!("mail=ted%40harbour.example&password={password}");
            let mut asked = request("POST", "/sign-in")
                .header("sec-fetch-site", "same-origin")
                .header("content-type", "application/x-www-form-urlencoded")
                .header("x-forwarded-for", "192.0.2.1, 198.51.100.7")
                .body(Body::from(form))
                .unwrap();
            asked
                .extensions_mut()
                .insert(ConnectInfo(Peer(peer.parse().unwrap())));
            world.send(asked).await;
            assert_eq!(addresses(&world, kind).await[0], kept, "{peer} {kind}");
        }
    }
}
