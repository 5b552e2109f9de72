//! Links from one document of the repository to another lead somewhere.
//!
//! Addresses outside of the repository are never visited.

use crate::tidy::tree::{File, Tree};
use crate::tidy::{Rule, Violation};

static DEAD_LINK: Rule = Rule {
    why: "A reader who follows it finds nothing.",
    instead: "Correct the path or the heading.",
};

/// Checks the relative links of every document.
pub fn check(tree: &Tree, found: &mut Vec<Violation>) {
    for file in tree
        .files
        .iter()
        .filter(|file| file.extension() == "md" && !file.is_foreign())
    {
        let mut is_code = false;
        for (number, line) in file.lines() {
            if line.trim_start().starts_with("```") {
                is_code = !is_code;
            }
            if is_code {
                continue;
            }
            for target in targets(line).filter(|target| !leads_somewhere(tree, file, target)) {
                let what = format!("The link `{target}` leads nowhere.");
                found.push(file.violation(number, what, &DEAD_LINK));
            }
        }
    }
}

/// Targets of inline links and images: what stands between `](` and `)`.
fn targets(line: &str) -> impl Iterator<Item = &str> {
    line.split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next())
}

fn leads_somewhere(tree: &Tree, from: &File, target: &str) -> bool {
    if target.contains("://") || target.starts_with("mailto:") {
        return true;
    }
    let (path, anchor) = target.split_once('#').unwrap_or((target, ""));
    let full = if path.is_empty() {
        from.path.clone()
    } else {
        resolve(&from.path, path)
    };
    let has_anchor = |file: &File| {
        anchor.is_empty()
            || file
                .text
                .lines()
                .any(|line| heading(line).as_deref() == Some(anchor))
    };
    match tree.file(&full) {
        Some(file) => file.extension() != "md" || has_anchor(file),
        None => tree.holds(&full),
    }
}

/// The path that a relative link means, seen from the file that holds it.
fn resolve(from: &str, link: &str) -> String {
    let folder = from.rsplit_once('/').map_or("", |(folder, _)| folder);
    let mut parts: Vec<&str> = folder.split('/').filter(|part| !part.is_empty()).collect();
    for part in link.split('/').filter(|part| !part.is_empty()) {
        match part {
            "." => {}
            ".." => {
                parts.pop();
            }
            name => parts.push(name),
        }
    }
    parts.join("/")
}

/// The anchor that code hosts give a heading: lower case, blanks as dashes, punctuation dropped.
fn heading(line: &str) -> Option<String> {
    let text = line
        .strip_prefix('#')?
        .trim_start_matches('#')
        .strip_prefix(' ')?;
    let kept = text
        .trim()
        .chars()
        .filter(|c| c.is_alphanumeric() || " -_".contains(*c));
    Some(kept.collect::<String>().to_lowercase().replace(' ', "-"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(text: &str) -> Vec<String> {
        let mut found = Vec::new();
        let tree = Tree::planted(&[
            ("docs/a.md", text),
            ("README.md", "# Five minutes, no more\n"),
        ]);
        check(&tree, &mut found);
        found.into_iter().map(|violation| violation.what).collect()
    }

    #[test]
    fn a_link_to_a_missing_file_is_found() {
        assert_eq!(found("see [b](b.md)\n"), ["The link `b.md` leads nowhere."]);
        assert!(found("see [it](../README.md) and [docs](../docs)\n").is_empty());
    }

    #[test]
    fn a_link_to_a_missing_heading_is_found() {
        assert!(found("[x](../README.md#five-minutes-no-more)\n").is_empty());
        assert_eq!(found("[x](../README.md#six)\n").len(), 1);
    }

    #[test]
    fn addresses_outside_and_code_are_left_alone() {
        assert!(found("[x](https://example.org/y)\n```\n[y](z.md)\n```\n").is_empty());
    }
}
