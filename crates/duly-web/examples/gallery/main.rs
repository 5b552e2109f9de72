//! Draws every page in every state with the small world into a folder, so that they can be looked
//! at, printed and tested in a browser without a server or a database.
//!
//! `cargo run -p duly-web --example gallery -- FOLDER` writes one HTML file a state, the assets
//! beside them and `pages.json` with the list. It never reads the clock: the time is fixed.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a development tool: it stops at the first thing that is wrong"
)]

mod world;

use std::fs;
use std::path::PathBuf;

use duly_web::asset::ASSETS;

fn main() {
    let folder: PathBuf = std::env::args_os()
        .nth(1)
        .expect("usage: gallery FOLDER")
        .into();
    fs::create_dir_all(folder.join("assets")).expect("the folder can be made");
    for asset in &ASSETS.all {
        fs::write(folder.join("assets").join(&asset.name), &asset.bytes).unwrap();
    }
    let pages = world::pages();
    let names: Vec<&str> = pages.iter().map(|(name, _)| *name).collect();
    for (name, html) in &pages {
        fs::write(folder.join(format!("{name}.html")), html).unwrap();
    }
    let list = serde_json::to_string_pretty(&names).unwrap();
    fs::write(folder.join("pages.json"), list).unwrap();
    println!("{} pages in {}", pages.len(), folder.display());
}
