//! What the columns of a list are: chosen on a page, remembered for the client and its source, and
//! guessed the first time from what other programs call theirs.

use duly_core::care;
use duly_core::presence::EXPECTED_DAYS_MAX;
use serde::{Deserialize, Serialize};

use super::table::Table;

/// Longest name of a source, in characters.
pub const SOURCE_CHARS_MAX: usize = 60;

/// How a list is read. Columns are named, not numbered: the next export may have one more.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", deny_unknown_fields)]
pub struct Mapping {
    /// Who tells of the assets, as people call it: "remote management".
    pub source: String,
    /// A list is expected at least every so many days.
    pub expected_days: u32,
    /// Column of the name.
    pub name: String,
    /// Column of the source's own, lasting word for it: a serial number. Without one it is the
    /// name, and a thing that is renamed is another thing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thing: Option<String>,
    /// Column of the kind.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
    /// The kind of whatever has none, or none that is understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind_else: Option<String>,
    /// Column of the site's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub site: Option<String>,
    /// Whether what is new comes into care; otherwise it is noted as unclaimed.
    pub takes_into_care: bool,
}

/// What a list is expected to arrive at, where nobody says otherwise: monthly.
const EXPECTED_DAYS: u32 = 31;

/// What other programs call the columns, in lower case; the first that is there is taken.
const NAMES: [&str; 9] = [
    "name",
    "device name",
    "computer name",
    "hostname",
    "host name",
    "system name",
    "device",
    "computer",
    "asset",
];
const THINGS: [&str; 8] = [
    "serial",
    "serial number",
    "serialnumber",
    "uuid",
    "device id",
    "asset tag",
    "mac address",
    "id",
];
const KINDS: [&str; 6] = ["kind", "type", "device type", "class", "role", "category"];
const SITES: [&str; 5] = ["site", "site name", "location", "office", "group"];

/// What other programs call the kinds, by a part of the word, in lower case.
const SPOKEN: [(&str, &str); 20] = [
    ("firewall", "firewall"),
    ("utm", "firewall"),
    ("gateway", "firewall"),
    ("server", "server"),
    ("hypervisor", "server"),
    ("workstation", "endpoint"),
    ("desktop", "endpoint"),
    ("laptop", "endpoint"),
    ("notebook", "endpoint"),
    ("computer", "endpoint"),
    ("endpoint", "endpoint"),
    ("mobile", "endpoint"),
    ("tablet", "endpoint"),
    ("pc", "endpoint"),
    ("backup", "backup"),
    ("domain", "domain"),
    ("certificate", "certificate"),
    ("site", "site"),
    ("location", "site"),
    ("office", "site"),
];

impl Mapping {
    /// What the columns are by their names.
    #[must_use]
    pub fn guessed(table: &Table) -> Self {
        let column = |names: &[&str]| {
            let is_called = |column: &&String, name: &str| column.to_lowercase() == name;
            names.iter().find_map(|name| {
                let found = table.columns.iter().find(|column| is_called(column, name));
                found.cloned()
            })
        };
        let name = column(&NAMES).or_else(|| table.columns.first().cloned());
        Self {
            source: "list".to_owned(),
            expected_days: EXPECTED_DAYS,
            name: name.unwrap_or_default(),
            thing: column(&THINGS),
            kind: column(&KINDS),
            kind_else: None,
            site: column(&SITES),
            takes_into_care: true,
        }
    }

    /// Whether a list has every column that this names.
    #[must_use]
    pub fn fits(&self, table: &Table) -> bool {
        self.missing(table).is_empty()
    }

    /// The columns that this names and a list does not have.
    #[must_use]
    pub fn missing(&self, table: &Table) -> Vec<&str> {
        let named = [&self.thing, &self.kind, &self.site].into_iter().flatten();
        let named = named.chain([&self.name]);
        let is_missing = |name: &&String| !table.columns.contains(name);
        named.filter(is_missing).map(String::as_str).collect()
    }

    /// Everything about it that cannot be.
    #[must_use]
    pub fn problems(&self, table: &Table) -> Vec<String> {
        let mut problems: Vec<String> = self
            .missing(table)
            .into_iter()
            .map(|name| format!("There is no column `{name}` in this list."))
            .collect();
        let source = self.source.trim();
        let is_long = source.chars().count() > SOURCE_CHARS_MAX;
        if source.is_empty() || is_long || source.chars().any(char::is_control) {
            problems.push(format!(
                "Say in at most {SOURCE_CHARS_MAX} characters where the list comes from."
            ));
        }
        if !(1..=EXPECTED_DAYS_MAX).contains(&self.expected_days) {
            problems.push(format!(
                "A list comes at least every {EXPECTED_DAYS_MAX} days; say how often."
            ));
        }
        problems
    }
}

/// A row as it is understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// In the file, counted from 1, the first row included.
    pub number: usize,
    /// What it is called.
    pub name: String,
    /// The source's own word for it.
    pub thing: String,
    /// Its kind; empty where it has none that is understood.
    pub kind: String,
    /// What the list says in that column.
    pub kind_said: String,
    /// The name of its site, as the list says it; empty for none.
    pub site_said: String,
    /// The site of that name, once it is looked up.
    pub site: Option<duly_core::id::AssetId>,
}

/// The rows of a list as they are understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rows(pub Vec<Row>);

impl Rows {
    /// Reads them.
    #[must_use]
    pub fn of(table: &Table, mapping: &Mapping) -> Self {
        let place = |name: &str| table.columns.iter().position(|column| column == name);
        let optional = |name: &Option<String>| name.as_deref().and_then(place);
        let name = place(&mapping.name);
        let (thing, kind) = (optional(&mapping.thing), optional(&mapping.kind));
        let site = optional(&mapping.site);
        let rows = table.rows.iter().enumerate().map(|(number, cells)| {
            let cell = |place: Option<usize>| {
                let cell = place.and_then(|place| cells.get(place));
                cell.cloned().unwrap_or_default()
            };
            let name = cell(name);
            let kind_said = cell(kind);
            let own = Some(cell(thing)).filter(|thing| !thing.is_empty());
            Row {
                number: number + 2,
                thing: own.unwrap_or_else(|| name.clone()),
                kind: kind_of(&kind_said)
                    .or_else(|| mapping.kind_else.clone())
                    .unwrap_or_default(),
                name,
                kind_said,
                site_said: cell(site),
                site: None,
            }
        });
        Self(rows.collect())
    }
}

/// The kind that another program's word means.
#[must_use]
pub fn kind_of(said: &str) -> Option<String> {
    let said = said.to_lowercase();
    if care::kinds().contains(said.as_str()) {
        return Some(said);
    }
    let spoken = SPOKEN.iter().find(|(part, _)| said.contains(part));
    spoken.map(|(_, kind)| (*kind).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn table(text: &str) -> Table {
        super::super::table::read(text.as_bytes()).unwrap()
    }

    #[test]
    fn columns_are_guessed_from_what_other_programs_call_them() {
        let table = table("Site Name,Hostname,Device Type,Serial Number\nShop,pc-1,Laptop,A1\n");
        let mapping = Mapping::guessed(&table);
        assert_eq!(mapping.name, "Hostname");
        assert_eq!(mapping.thing.as_deref(), Some("Serial Number"));
        let Rows(rows) = Rows::of(&table, &mapping);
        let row = &rows[0];
        assert_eq!((row.name.as_str(), row.thing.as_str()), ("pc-1", "A1"));
        assert_eq!(
            (row.kind.as_str(), row.site_said.as_str()),
            ("endpoint", "Shop")
        );
    }

    #[test]
    fn a_kind_that_is_not_understood_is_none_unless_somebody_says_what_it_is() {
        let table = table("Name,Type\nbox,Thingamajig\n");
        let mut mapping = Mapping::guessed(&table);
        assert_eq!(Rows::of(&table, &mapping).0[0].kind, "");
        mapping.kind_else = Some("endpoint".to_owned());
        assert_eq!(Rows::of(&table, &mapping).0[0].kind, "endpoint");
    }

    #[test]
    fn everything_wrong_with_a_mapping_is_said_at_once() {
        let table = table("Name,Type\nbox,Server\n");
        let mapping = Mapping {
            name: "Nom".to_owned(),
            ..Mapping::default()
        };
        assert_eq!(mapping.problems(&table).len(), 3);
        assert!(Mapping::guessed(&table).problems(&table).is_empty());
    }
}
