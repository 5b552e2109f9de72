//! Entries as a list for people: the newest first, of some types, about one person.
//!
//! Who acted stands inside the entries' bytes, so a list about one person looks through a bounded
//! number of entries a page and says where it stopped.

use duly_core::id::{ClientId, PersonId};
use sqlx::AssertSqlSafe;
use std::fmt::Write as _;
use std::sync::Arc;

use super::append::signed;
use super::read::{StoredEntry, range};
use crate::database::value::args;
use crate::error::{Error, at_most};
use crate::page::{Listed, Page};
use crate::store::Store;

/// Most types at once.
pub const KINDS_MAX: usize = 32;

/// Entries looked through for one page when only those of one person are wanted; some hundredths
/// of a second.
const LOOKED_AT_MAX: usize = 1_000;

/// Which entries.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct EntryFilter {
    /// Only of these types; of all when there are none.
    pub kinds: Vec<String>,
    /// Only those that name this person as who acted or whom it is about.
    pub person: Option<PersonId>,
}

impl Store {
    /// A page of a client's log, the newest first. A page about one person may hold few entries,
    /// or none, and still go on.
    ///
    /// # Errors
    ///
    /// When the database fails, or [`Page::after`] is not from such a list.
    pub async fn entries_listed(
        &self,
        client: &ClientId,
        filter: &EntryFilter,
        page: &Page,
    ) -> Result<Listed<StoredEntry>, Error> {
        at_most("types of entries at once", filter.kinds.len(), KINDS_MAX)?;
        let before = match &page.after {
            Some(place) => place
                .parse::<u64>()
                .map_err(|_| Error::unreadable("a place in a list", place))?,
            None => u64::try_from(i64::MAX).unwrap_or(u64::MAX),
        };
        let limit = match filter.person {
            Some(_) => i64::try_from(LOOKED_AT_MAX).unwrap_or(i64::MAX),
            None => page.fetch(),
        };
        let mut values = args![client, signed(before)?, limit];
        let mut sql = "select idx from entry where client = $1 and idx < $2".to_owned();
        for (number, kind) in filter.kinds.iter().enumerate() {
            values.push(kind.as_str().into());
            let joint = if number == 0 { " and kind in (" } else { ", " };
            // Writing to a string cannot fail.
            let _ = write!(sql, "{joint}${}", values.len());
        }
        if !filter.kinds.is_empty() {
            sql.push(')');
        }
        sql.push_str(" order by idx desc limit $3");
        let mut rows = self.read().await?;
        // Put together from the texts in this file; what the caller gives is bound.
        let found = rows.all(AssertSqlSafe(Arc::new(sql)), values).await?;
        let wanted = usize::try_from(page.fetch()).unwrap_or(usize::MAX);
        let (mut entries, mut looked_at) = (Vec::new(), 0);
        let mut stopped = None;
        for row in &found {
            let index = row.count("idx")?;
            let entry = range(&mut rows, client, index, index + 1).await?;
            looked_at += 1;
            stopped = Some(index);
            entries.extend(entry.into_iter().filter(|entry| filter.names(entry)));
            if entries.len() == wanted {
                break;
            }
        }
        let mut listed = Listed::cut(entries, page, |entry: &StoredEntry| entry.index.to_string());
        if listed.next.is_none() && filter.person.is_some() && looked_at == LOOKED_AT_MAX {
            listed.next = stopped.map(|index| index.to_string());
        }
        Ok(listed)
    }
}

impl EntryFilter {
    fn names(&self, stored: &StoredEntry) -> bool {
        let Some(person) = &self.person else {
            return true;
        };
        let by = stored
            .fields
            .get("by")
            .and_then(|json| serde_json::from_str::<String>(json).ok());
        by.is_some_and(|by| by == person.as_str())
            || stored
                .entry()
                .is_ok_and(|entry| entry.person.as_ref() == Some(person))
    }
}
