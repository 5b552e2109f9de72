//! The outer shape of files: a module doc first, bounded lines and files, no stray white space, no
//! file that nothing refers to.

use crate::tidy::tree::{File, Tree};
use crate::tidy::{Rule, Violation};

/// Two files side by side on one screen hold this many columns each.
const COLUMNS_MAX: usize = 100;

/// A file that is longer is about two things.
const LINES_MAX: usize = 500;

/// Extensions of files that people write and read as code.
const CODE: [&str; 8] = ["rs", "sql", "css", "html", "js", "mjs", "py", "go"];

static MODULE_DOC: Rule = Rule {
    why: "A reader must learn from the first line what a file is for.",
    instead: "Begin it with `//!`: what it is about, why it is here, what it never does.",
};
static LONG_LINE: Rule = Rule {
    why: "Two files side by side hold 100 columns each.",
    instead: "Break the line.",
};
static LONG_FILE: Rule = Rule {
    why: "A file of more than 500 lines is about two things.",
    instead: "Split it by subject.",
};
static WHITE_SPACE: Rule = Rule {
    why: "It makes a change where there is none.",
    instead: "Remove it; run `cargo fmt` for Rust.",
};
static DEAD_FILE: Rule = Rule {
    why: "No `mod` line names this file, so it is never compiled.",
    instead: "Name it in its parent module, or delete it.",
};

/// Checks every file that is ours.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    for file in tree
        .files
        .iter()
        .filter(|file| file.is_text && !file.is_foreign())
    {
        white_space(file, found);
        if CODE.contains(&file.extension()) {
            size(file, found);
        }
        if file.extension() == "rs" {
            module_doc(file, found);
            dead_file(tree, file, found);
        }
    }
}

fn module_doc(file: &File, found: &mut Vec<Violation>) {
    let first = file.text.lines().next().unwrap_or("");
    if first
        .strip_prefix("//!")
        .is_none_or(|doc| doc.trim().is_empty())
    {
        found.push(file.violation(1, "No module documentation.".to_owned(), &MODULE_DOC));
    }
}

fn size(file: &File, found: &mut Vec<Violation>) {
    // In a template a line break is white space on the page, and markup reads in elements.
    let is_template = file.path.ends_with(".html");
    for (number, line) in file.lines() {
        let columns = line.chars().count();
        if columns > COLUMNS_MAX && !is_template {
            let what = format!("A line of {columns} columns.");
            found.push(file.violation(number, what, &LONG_LINE));
        }
    }
    let lines = file.text.lines().count();
    if lines > LINES_MAX {
        let what = format!("A file of {lines} lines.");
        found.push(file.violation(LINES_MAX + 1, what, &LONG_FILE));
    }
}

fn white_space(file: &File, found: &mut Vec<Violation>) {
    let may_hold_tabs = ["go", "mod"].contains(&file.extension());
    for (number, line) in file.lines() {
        let what = if line.ends_with('\r') {
            "A line that ends in CR LF."
        } else if line.ends_with([' ', '\t']) {
            "White space at the end of a line."
        } else if line.contains('\t') && !may_hold_tabs {
            "A tab."
        } else {
            continue;
        };
        found.push(file.violation(number, what.to_owned(), &WHITE_SPACE));
    }
    if !file.text.is_empty() && !file.text.ends_with('\n') {
        let last = file.text.lines().count();
        let what = "No line break at the end of the file.".to_owned();
        found.push(file.violation(last, what, &WHITE_SPACE));
    }
}

/// A file inside `src/` or `tests/it/` that no parent module names.
fn dead_file(tree: &Tree, file: &File, found: &mut Vec<Violation>) {
    let Some((folder, _)) = file.path.rsplit_once('/') else {
        return;
    };
    let is_inside = folder.contains("/src") || folder.contains("/tests/it");
    let is_root = ["lib", "main", "build"].contains(&file.stem()) || folder.ends_with("/bin");
    if !is_inside || is_root {
        return;
    }
    let (parents, module) = if file.stem() == "mod" {
        let (above, name) = folder.rsplit_once('/').unwrap_or(("", folder));
        (parents_in(above), name)
    } else {
        (parents_in(folder), file.stem())
    };
    let declaration = format!("mod {module};");
    let is_named = parents
        .iter()
        .filter_map(|parent| tree.file(parent))
        .any(|parent| parent.text.contains(&declaration));
    if !is_named {
        found.push(file.violation(
            1,
            format!("`{module}` is not part of its crate."),
            &DEAD_FILE,
        ));
    }
}

/// The files that can declare a module whose file lies in this folder.
fn parents_in(folder: &str) -> [String; 4] {
    [
        format!("{folder}/lib.rs"),
        format!("{folder}/main.rs"),
        format!("{folder}/mod.rs"),
        format!("{folder}.rs"),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(files: &[(&str, &str)]) -> Vec<(usize, String)> {
        let mut found = Vec::new();
        check(&Tree::planted(files), &mut found);
        found
            .into_iter()
            .map(|violation| (violation.line, violation.what))
            .collect()
    }

    #[test]
    fn a_file_without_module_documentation_is_found() {
        let found = found(&[("crates/a/src/lib.rs", "fn a() {}\n")]);
        assert_eq!(found, [(1, "No module documentation.".to_owned())]);
    }

    #[test]
    fn an_empty_module_documentation_is_none() {
        assert_eq!(
            found(&[("crates/a/src/lib.rs", "//!\nfn a() {}\n")]).len(),
            1
        );
    }

    #[test]
    fn columns_are_characters_and_not_bytes() {
        let fits = format!("//! {}\n", "é".repeat(96));
        let overflows = format!("//! {}\n", "é".repeat(97));
        assert!(found(&[("crates/a/src/lib.rs", &fits)]).is_empty());
        let expected = [(1, "A line of 101 columns.".to_owned())];
        assert_eq!(found(&[("crates/a/src/lib.rs", &overflows)]), expected);
    }

    #[test]
    fn a_file_of_501_lines_is_found() {
        let text = "//! About.\n".repeat(501);
        assert_eq!(
            found(&[("crates/a/src/lib.rs", &text)]),
            [(501, "A file of 501 lines.".to_owned())]
        );
    }

    #[test]
    fn stray_white_space_is_found_where_it_stands() {
        let lines: Vec<usize> = found(&[("a.md", "one \ntwo\r\n\tthree\nfour")])
            .into_iter()
            .map(|(line, _)| line)
            .collect();
        assert_eq!(lines, [1, 2, 3, 4]);
    }

    #[test]
    fn go_is_indented_with_tabs() {
        assert!(found(&[("a.go", "\tx()\n")]).is_empty());
    }

    #[test]
    fn a_file_that_no_module_names_is_found() {
        let found = found(&[
            ("crates/a/src/lib.rs", "//! Map.\nmod used;\n"),
            ("crates/a/src/used.rs", "//! Used.\npub mod inner;\n"),
            ("crates/a/src/used/inner.rs", "//! Inner.\n"),
            ("crates/a/src/unused.rs", "//! Unused.\n"),
        ]);
        assert_eq!(
            found,
            [(1, "`unused` is not part of its crate.".to_owned())]
        );
    }
}
