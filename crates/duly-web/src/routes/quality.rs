//! What has to be looked at: spot checks, warnings, rules; and who is told.

use duly_core::permit::Action;

use super::Line;
use crate::page::{
    connections, control, draw, messages, owed_reviews, review, review_act, reviews, rule, rules,
    silences, warning,
};
use crate::permit::About;

/// All of them.
pub(super) fn lines() -> Vec<Line> {
    [spot_checks(), quality(), telling()]
        .into_iter()
        .flatten()
        .collect()
}

/// What a second person looks at.
fn spot_checks() -> Vec<Line> {
    use About::{Client, Everything, Home};
    let review = "/clients/{client}/reviews/{ticket}";
    vec![
        Line::get("/reviews", Action::ReadQuality, Home, reviews::show),
        Line::post(
            "/reviews/budget",
            Action::SetReviewBudget,
            Everything,
            reviews::set_budget,
        ),
        Line::get("/reviews/owed", Action::Review, Home, owed_reviews::show),
        Line::get(
            "/clients/{client}/draws/{process}/{month}",
            Action::ReadQuality,
            Client,
            draw::show,
        ),
        Line::get(review, Action::Review, Client, review::show),
        Line::post(
            "/clients/{client}/reviews/{ticket}/open",
            Action::Review,
            Client,
            review_act::open,
        ),
        Line::post(
            "/clients/{client}/reviews/{ticket}/word",
            Action::Review,
            Client,
            review_act::word,
        ),
    ]
}

/// What has to be looked at, and the rules that say so.
fn quality() -> Vec<Line> {
    use About::{Client, Home};
    vec![
        Line::get("/control", Action::ReadQuality, Home, control::show),
        Line::get("/control/rules", Action::ReadQuality, Home, rules::show),
        Line::get(
            "/control/rules/{rule}",
            Action::ReadQuality,
            Home,
            rule::show,
        ),
        Line::get(
            "/control/silences",
            Action::ReadQuality,
            Home,
            silences::show,
        ),
        Line::get(
            "/clients/{client}/warnings/{warning}",
            Action::ReadQuality,
            Client,
            warning::show,
        ),
        Line::post(
            "/clients/{client}/warnings/{warning}/acknowledge",
            Action::Acknowledge,
            Client,
            warning::acknowledge,
        ),
        Line::post(
            "/clients/{client}/warnings/{warning}/clear",
            Action::Acknowledge,
            Client,
            warning::clear,
        ),
        Line::post(
            "/clients/{client}/warnings/{warning}/silence",
            Action::AskSilence,
            Client,
            silences::ask,
        ),
        Line::post(
            "/clients/{client}/silences/{silence}",
            Action::GrantSilence,
            Client,
            silences::decide,
        ),
    ]
}

/// Who is told, and through what.
fn telling() -> Vec<Line> {
    use About::{Everything, Own};
    let (own, keep) = (Action::KeepOwnAccount, Action::KeepConnections);
    vec![
        Line::get("/account/messages", own, Own, messages::show),
        Line::post("/account/messages", own, Own, messages::keep),
        Line::post("/account/messages/test", own, Own, messages::test),
        Line::get("/connections", keep, Everything, connections::show),
        Line::post("/connections", keep, Everything, connections::make),
        Line::post(
            "/connections/{connection}/remove",
            keep,
            Everything,
            connections::remove,
        ),
    ]
}
