//! Every problem that is known beforehand, each with its code and what to do about it.

use axum::http::StatusCode;

use super::Problem;

/// There is nothing at this address.
pub(crate) const fn not_found() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "not-found",
        "There is nothing here",
        "No page, ticket or client has this address.",
        "If you typed it, look again; if a link brought you here, tell whoever runs duly.",
    )
}

/// The request cannot be read.
pub(crate) const fn bad_request() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "bad-request",
        "This request cannot be read",
        "A part of the address or of the form is missing or is not what it should be.",
        "Go back, load the page again and try once more.",
    )
}

/// Somebody has as many drafts as can be kept.
pub(crate) const fn too_many_drafts() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "too-many-drafts",
        "You have as many drafts as can be kept",
        "Nothing was begun, and nothing that you wrote is lost.",
        "Publish one of them or throw one away, then begin again.",
    )
}

/// Somebody has as many private addresses as can be kept.
pub(crate) const fn too_many_addresses() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "too-many-addresses",
        "You have as many private addresses as can be kept",
        "No further one was made; those that you have go on working.",
        "Revoke one that is no longer used, then make another.",
    )
}

/// A form came from another site.
pub(crate) const fn cross_site() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "cross-site-request",
        "This form did not come from duly",
        "The browser says that another site sent it, so nothing was done.",
        "Open duly itself and do it there. Behind a proxy, Host and Origin must be passed on as \
         they are.",
    )
}

/// The body is longer than its address takes.
pub(crate) const fn too_large() -> Problem {
    Problem::new(
        StatusCode::PAYLOAD_TOO_LARGE,
        "too-large",
        "This is too much at once",
        "A form may hold 64 KiB, a file 10 MiB, and one upload twice that.",
        "Send less at once, or pack it.",
    )
}

/// Somebody must sign in first.
pub(crate) const fn not_signed_in() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "not-signed-in",
        "You are not signed in",
        "The session has ended or there was none, so nothing was done.",
        "Sign in again, then try once more.",
    )
}

/// None of the person's roles may do this.
pub(crate) const fn not_for_this_role() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "not-for-this-role",
        "Your role does not do this",
        "Whoever does the work, whoever checks it and whoever oversees that are kept apart, so \
         nothing was shown or recorded.",
        "Ask somebody who has the role, or an administrator whether you should have it.",
    )
}

/// It is the person's own work or wish.
pub(crate) const fn own_work() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "own-work",
        "Somebody else must do this",
        "It is about your own work or your own wish, so nothing was recorded.",
        "Ask a second person.",
    )
}

/// More pages listen for changes than there are places.
pub(crate) const fn too_many_listen() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-listen",
        "This page cannot follow changes now",
        "As many pages follow changes as duly has places for. The page itself is complete.",
        "Load it again to see what changed.",
    )
}

/// A session must not travel in clear.
pub(crate) const fn sign_in_in_clear() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "sign-in-in-clear",
        "duly does not sign in over plain http",
        "Over a network, everybody on the way could read what you type, and the session. Nothing \
         was used up.",
        "Open it on the machine where duly runs, or put a proxy with https in front that sets \
         X-Forwarded-Proto.",
    )
}

/// More sign-ins are half way than can be kept.
pub(crate) const fn too_many_half_way() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-many-half-way",
        "Too many people are signing in",
        "More sign-ins are half way than duly keeps at a time. Somebody may be doing that on \
         purpose.",
        "Try again in a few minutes. A link that works once still lets you in.",
    )
}

/// There can be no passkeys at this address.
pub(crate) const fn no_passkeys_here() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "no-passkeys-here",
        "There can be no passkeys at this address",
        "A passkey is bound to a public address, and none is set, or this is another one.",
        "Set address in duly.toml, or open duly under the address that is set there.",
    )
}

/// The last sign-in was too long ago to change how one signs in.
pub(crate) const fn prove_again() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "prove-again",
        "Prove once more who you are",
        "You signed in too long ago to change how you sign in.",
        "Sign in again, then do it within a quarter of an hour.",
    )
}

/// A passkey's answer does not hold.
pub(crate) const fn wrong_passkey() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "wrong-passkey",
        "This passkey was not taken",
        "It is not known here, or its answer came too late or does not fit what was asked.",
        "Load the page again and try once more, or sign in another way.",
    )
}

/// Somebody tried too often; for programs and scripts.
pub(crate) const fn too_many_tries() -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-tries",
        "Too many tries",
        "Too many tries came from your network address.",
        "Wait a few minutes.",
    )
}

/// The identity provider cannot be used now.
pub(crate) const fn identity_provider_silent() -> Problem {
    Problem::new(
        StatusCode::BAD_GATEWAY,
        "identity-provider-silent",
        "The identity provider does not answer as it must",
        "duly asked it who you are and got no answer that holds.",
        "Try again, or sign in another way. If it stays so, look at what duly writes to its \
         terminal or journal, and at identity_provider in duly.toml.",
    )
}

/// A token was sent in clear.
pub(crate) const fn token_in_clear() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "token-in-clear",
        "duly takes no token over plain http",
        "Over a network, everybody on the way could read it. Count this one as lost.",
        "Revoke it, make another, and ask over https; or put a proxy with https in front that sets \
         X-Forwarded-Proto.",
    )
}

/// A token is not good.
pub(crate) const fn wrong_token() -> Problem {
    Problem::new(
        StatusCode::UNAUTHORIZED,
        "wrong-token",
        "This token is not good",
        "It is mistyped, unknown, over or revoked, or its person may not be here any more.",
        "Look at the list of tokens on the page of your account, and make another there.",
    )
}

/// The person may, and their token may not.
pub(crate) const fn not_this_token() -> Problem {
    Problem::new(
        StatusCode::FORBIDDEN,
        "not-this-token",
        "This token is not good for that",
        "Its scopes, or the one client that it is for, do not hold this; or it is something that \
         no token does. Nothing was shown or recorded.",
        "Use a token that holds it, or do it on the page.",
    )
}

/// The key of a request stands for another request.
pub(crate) const fn key_of_other_request() -> Problem {
    Problem::new(
        StatusCode::UNPROCESSABLE_ENTITY,
        "key-of-other-request",
        "This Idempotency-Key stands for another request",
        "You sent another address or another body under it within a day. Nothing was done.",
        "Draw a fresh key for each thing that is to be done.",
    )
}

/// The same request is being made.
pub(crate) const fn still_under_way() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "still-under-way",
        "The same request is being made",
        "It came under this Idempotency-Key, and its answer is not there yet.",
        "Send it again in a moment, under the same key.",
    )
}

/// A request was made, and its answer is lost.
pub(crate) const fn answer_lost() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "answer-lost",
        "It was done, and its answer is lost",
        "duly ended between doing it and keeping the answer. It is not done a second time.",
        "Read how things stand before you send anything under another key.",
    )
}

/// A key that is none.
pub(crate) const fn bad_key() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "bad-idempotency-key",
        "This Idempotency-Key cannot be read",
        "It is a text of 1 to 255 visible ASCII characters, with or without quotes around it, and \
         stands once. Nothing was done.",
        "Send a UUID.",
    )
}

/// Somebody has as many keys of requests as can be kept.
pub(crate) const fn too_many_keys() -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-keys",
        "Too many requests with an Idempotency-Key",
        "Answers are kept for a day, ten thousand for each person. Nothing was done.",
        "Wait, or look whether something runs in circles.",
    )
}

/// Somebody has as many tokens as can be kept.
pub(crate) const fn too_many_tokens() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "too-many-tokens",
        "You have as many tokens as can be kept",
        "No further one was made; those that you have go on working.",
        "Revoke one that is no longer used, then make another.",
    )
}

/// A client has as many ping addresses as can be listened to.
pub(crate) const fn too_many_pings() -> Problem {
    Problem::new(
        StatusCode::CONFLICT,
        "too-many-ping-addresses",
        "This client has as many ping addresses as can be listened to",
        "No further one was made; those that there are go on working.",
        "Remove one whose job is gone, then make another.",
    )
}

/// A ping says nothing that is known.
pub(crate) const fn bad_ping() -> Problem {
    Problem::new(
        StatusCode::BAD_REQUEST,
        "bad-ping",
        "This ping cannot be read",
        "After the address comes nothing, /start, /fail, /log, or an exit status from 0 to 255; \
         rid is a UUID.",
        "Look at the line that pings.",
    )
}

/// A job pings too often.
pub(crate) const fn too_many_pings_at_once() -> Problem {
    Problem::new(
        StatusCode::TOO_MANY_REQUESTS,
        "too-many-pings",
        "Too many pings",
        "More came than are taken, so this one was not recorded.",
        "Ping when a job begins and when it ends, not while it runs.",
    )
}

/// A request took too long.
pub(crate) const fn too_slow() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "too-slow",
        "This took too long",
        "duly gave up waiting. What was already recorded stays recorded.",
        "Load the page again to see what came of it.",
    )
}

/// Too many packs are being made.
pub(crate) const fn busy() -> Problem {
    Problem::new(
        StatusCode::SERVICE_UNAVAILABLE,
        "busy-with-packs",
        "Other packs are being made",
        "A pack holds a client’s whole log in memory, so only a few are made at once.",
        "Try again in a minute.",
    )
}
