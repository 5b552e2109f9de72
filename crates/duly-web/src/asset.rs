//! The files that pages refer to, carried inside the program: style sheet, scripts, two typefaces
//! with their licences, and the mark shown in a browser's tab.
//!
//! Every address holds the first digits of the file's SHA-256, so that a browser may keep a file
//! for ever and still never shows an old one. Nothing is read from disk.

use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use duly_proof::hash::hash;

use crate::problem;

/// Digits of the hash in an address: 48 bits, far beyond chance for half a dozen files.
const DIGITS: usize = 12;

/// One file.
#[derive(Debug)]
pub struct Asset {
    /// Name under `/assets/`: `duly.0123456789ab.css`.
    pub name: String,
    /// What it is, as the header `content-type` says it.
    pub content_type: &'static str,
    /// Its bytes.
    pub bytes: Vec<u8>,
}

/// All files, and the addresses that pages need.
#[derive(Debug)]
pub struct Assets {
    /// Every file.
    pub all: Vec<Asset>,
    /// Address of the style sheet.
    pub style_sheet: String,
    /// Address of the mark.
    pub mark: String,
    /// Address of the script that every page loads.
    pub script: String,
}

impl Assets {
    /// The file of this name.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<&Asset> {
        self.all.iter().find(|asset| asset.name == name)
    }
}

/// A year, the longest that anything honours; a changed file has another address.
const KEPT: &str = "public, max-age=31536000, immutable";

/// `GET /assets/{name}`.
pub(crate) async fn serve(Path(name): Path<String>) -> Response {
    match ASSETS.find(&name) {
        Some(asset) => {
            let headers = [(CONTENT_TYPE, asset.content_type), (CACHE_CONTROL, KEPT)];
            (headers, asset.bytes.as_slice()).into_response()
        }
        None => problem::not_found().into_response(),
    }
}

/// The files of this program, named once at first use.
pub static ASSETS: LazyLock<Assets> = LazyLock::new(|| {
    let mut all = Vec::new();
    let mut style = include_str!("../assets/duly.css").to_owned();
    for (plain, content_type, bytes) in BESIDE_THE_STYLE_SHEET {
        let asset = named(plain, content_type, bytes.to_vec());
        style = style.replace(&format!("\"{plain}\""), &format!("\"{}\"", asset.name));
        all.push(asset);
    }
    let mark = named(
        "mark.svg",
        "image/svg+xml",
        include_bytes!("../assets/mark.svg").to_vec(),
    );
    let sheet = named("duly.css", "text/css; charset=utf-8", style.into_bytes());
    let mut script = include_str!("../assets/duly.js").to_owned();
    for (plain, text) in BESIDE_THE_SCRIPT {
        let mut text = text.to_owned();
        refer(&mut text, &all);
        let module = named(plain, JAVASCRIPT, text.into_bytes());
        all.push(module);
    }
    refer(&mut script, &all);
    let script = named("duly.js", JAVASCRIPT, script.into_bytes());
    let address = |asset: &Asset| format!("/assets/{}", asset.name);
    Assets {
        style_sheet: address(&sheet),
        mark: address(&mark),
        script: address(&script),
        all: all.into_iter().chain([mark, sheet, script]).collect(),
    }
});

const JAVASCRIPT: &str = "text/javascript; charset=utf-8";

/// Modules of the script, each after those it imports.
const BESIDE_THE_SCRIPT: [(&str, &str); 7] = [
    ("page.js", include_str!("../assets/page.js")),
    ("drafts.js", include_str!("../assets/drafts.js")),
    ("files.js", include_str!("../assets/files.js")),
    ("editor.js", include_str!("../assets/editor.js")),
    ("keys.js", include_str!("../assets/keys.js")),
    ("live.js", include_str!("../assets/live.js")),
    ("passkey.js", include_str!("../assets/passkey.js")),
];

/// Gives each `"./name.js"` that a module imports the address that holds its hash.
fn refer(text: &mut String, modules: &[Asset]) {
    for (plain, _) in BESIDE_THE_SCRIPT {
        let stem = plain.trim_end_matches("js");
        let module = modules.iter().find(|asset| asset.name.starts_with(stem));
        if let Some(module) = module {
            let address = format!("\"/assets/{}\"", module.name);
            *text = text.replace(&format!("\"./{plain}\""), &address);
        }
    }
}

/// Files that the style sheet names, in quotation marks, by their plain names.
const BESIDE_THE_STYLE_SHEET: [(&str, &str, &[u8]); 4] = [
    (
        "literata.woff2",
        "font/woff2",
        include_bytes!("../assets/fonts/literata.woff2"),
    ),
    (
        "source-sans-3.woff2",
        "font/woff2",
        include_bytes!("../assets/fonts/source-sans-3.woff2"),
    ),
    (
        "literata.OFL.txt",
        "text/plain; charset=utf-8",
        include_bytes!("../assets/fonts/literata.OFL.txt"),
    ),
    (
        "source-sans-3.OFL.txt",
        "text/plain; charset=utf-8",
        include_bytes!("../assets/fonts/source-sans-3.OFL.txt"),
    ),
];

/// The file under a name that holds its hash: `duly.css` becomes `duly.0123456789ab.css`.
fn named(plain: &str, content_type: &'static str, bytes: Vec<u8>) -> Asset {
    let mut digits = hash(&bytes).to_hex();
    digits.truncate(DIGITS);
    let name = match plain.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{digits}.{extension}"),
        None => format!("{plain}.{digits}"),
    };
    Asset {
        name,
        content_type,
        bytes,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_style_sheet_names_only_files_that_exist() {
        let sheet = ASSETS
            .all
            .iter()
            .find(|asset| asset.name.ends_with(".css"))
            .unwrap();
        let text = std::str::from_utf8(&sheet.bytes).unwrap();
        let mut found = 0;
        for rest in text.split("url(\"").skip(1) {
            let name = rest.split('"').next().unwrap();
            assert!(ASSETS.find(name).is_some(), "{name}");
            found += 1;
        }
        assert_eq!(found, 2, "both typefaces");
    }

    #[test]
    fn the_scripts_import_only_files_that_exist() {
        let mut found = 0;
        let scripts = ASSETS.all.iter().filter(|one| one.name.ends_with(".js"));
        for script in scripts {
            let text = std::str::from_utf8(&script.bytes).unwrap();
            for rest in text.split("from \"").skip(1) {
                let address = rest.split('"').next().unwrap();
                let name = address.strip_prefix("/assets/").unwrap();
                assert!(ASSETS.find(name).is_some(), "{name}");
                found += 1;
            }
        }
        assert_eq!(found, 10, "seven by the script, three by other modules");
    }

    #[test]
    fn a_name_changes_with_its_bytes() {
        let one = named("duly.css", "text/css", b"a".to_vec());
        let other = named("duly.css", "text/css", b"b".to_vec());
        assert_ne!(one.name, other.name);
        assert!(one.name.starts_with("duly.") && one.name.ends_with(".css"));
    }
}
