//! Clients, what they have in care, what is promised to them, what they can check.

use duly_core::permit::Action;

use super::Line;
use crate::page::{
    answers, asset, asset_new, assets, client, client_form, clients, import, measure, oversight,
    pack, pings as page_pings, plan, portfolio, proof, proofs, unclaimed,
};
use crate::permit::About;
use crate::serve::PACK_WITHIN;

/// All of them.
pub(super) fn lines() -> Vec<Line> {
    [
        clients_and_proofs(),
        overseen(),
        kept_clients(),
        kept_assets(),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// Whether the work is kept up, over all clients and for each.
fn overseen() -> Vec<Line> {
    use About::{Client, Home};
    vec![
        Line::get("/oversight", Action::ReadClient, Home, portfolio::show),
        Line::get(
            "/clients/{client}/oversight",
            Action::ReadClient,
            Client,
            oversight::show,
        ),
        Line::get(
            "/clients/{client}/oversight/report.json",
            Action::ReadClient,
            Client,
            oversight::json,
        ),
        Line::get(
            "/clients/{client}/answers",
            Action::ReadClient,
            Client,
            answers::show,
        ),
        Line::get(
            "/clients/{client}/oversight/{process}/{measure}",
            Action::ReadClient,
            Client,
            measure::show,
        ),
        Line::post(
            "/clients/{client}/oversight/{process}/{measure}/restart",
            Action::RestartMeasure,
            Client,
            measure::restart,
        ),
    ]
}

/// Clients, and what they can check without us.
fn clients_and_proofs() -> Vec<Line> {
    use About::{Client, Everything, Home};
    vec![
        Line::get("/clients", Action::ReadQueue, Everything, clients::show),
        Line::get(
            "/clients/{client}",
            Action::ReadClient,
            Client,
            client::show,
        ),
        Line::get("/proof", Action::ReadProof, Home, proofs::show),
        Line::get(
            "/clients/{client}/proof",
            Action::ReadProof,
            Client,
            proof::show,
        ),
        Line::get(
            "/clients/{client}/proof/checkpoint.txt",
            Action::ReadProof,
            Client,
            proof::checkpoint,
        ),
        Line::get(
            "/clients/{client}/proof/policy.txt",
            Action::ReadProof,
            Client,
            proof::policy,
        ),
        Line::get(
            "/clients/{client}/proof/pack.zip",
            Action::ReadProof,
            Client,
            pack::download,
        )
        .within(PACK_WITHIN),
    ]
}

/// Clients as people keep them, and what is promised to each.
fn kept_clients() -> Vec<Line> {
    use About::{Client, Everything};
    use Action::{ConsentPlan, KeepClients, ReadClient, SignPlan};
    let settings = "/clients/{client}/settings";
    let plan = "/clients/{client}/plan";
    vec![
        Line::get("/clients/new", KeepClients, Everything, client_form::ask),
        Line::post("/clients", KeepClients, Everything, client_form::add),
        Line::get(settings, KeepClients, Client, client_form::settings),
        Line::post(settings, KeepClients, Client, client_form::change),
        Line::get(plan, ReadClient, Client, plan::show),
        Line::post(plan, SignPlan, Client, plan::take),
        Line::post(
            "/clients/{client}/plan/{proposal}",
            ConsentPlan,
            Client,
            plan::answer,
        ),
    ]
}

/// What clients have in care, and who tells of it.
fn kept_assets() -> Vec<Line> {
    use About::Client;
    use Action::{KeepAssets, ReadClient, RetireAsset};
    let assets = "/clients/{client}/assets";
    let one = "/clients/{client}/assets/{asset}";
    let unclaimed = "/clients/{client}/unclaimed";
    let pings = "/clients/{client}/pings";
    let import = "/clients/{client}/import";
    let list = "/clients/{client}/import/{upload}";
    vec![
        Line::get(assets, ReadClient, Client, assets::show),
        Line::post(assets, KeepAssets, Client, asset_new::take),
        Line::get(
            "/clients/{client}/assets/new",
            KeepAssets,
            Client,
            asset_new::ask,
        ),
        Line::get(one, ReadClient, Client, asset::show),
        Line::post(one, KeepAssets, Client, asset::change),
        Line::post(
            "/clients/{client}/assets/{asset}/retire",
            RetireAsset,
            Client,
            asset::retire,
        ),
        Line::get(pings, ReadClient, Client, page_pings::show),
        Line::post(pings, KeepAssets, Client, page_pings::declare),
        Line::post(
            "/clients/{client}/pings/{ping}/rotate",
            KeepAssets,
            Client,
            page_pings::rotate,
        ),
        Line::post(
            "/clients/{client}/pings/{ping}/remove",
            KeepAssets,
            Client,
            page_pings::remove,
        ),
        Line::get(
            "/clients/{client}/sites",
            ReadClient,
            Client,
            assets::show_sites,
        ),
        Line::get(unclaimed, ReadClient, Client, unclaimed::show),
        Line::post(unclaimed, KeepAssets, Client, unclaimed::take),
        Line::get(import, KeepAssets, Client, import::ask),
        Line::post(import, KeepAssets, Client, import::receive)
            .with_body(import::HAND_IN_BYTES_MAX),
        Line::get(list, KeepAssets, Client, import::look),
        Line::post(list, KeepAssets, Client, import::take),
    ]
}
