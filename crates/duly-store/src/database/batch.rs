//! Many rows in one statement, always with the same text, so that the database plans it once.
//!
//! A statement of 64 rows is some ten times faster than 64 statements, alike in both databases;
//! beyond that the gain is small and the text grows. What does not fill a statement goes row by
//! row through the same text with one row.

use std::fmt::Write as _;
use std::sync::{Arc, OnceLock};

use sqlx::AssertSqlSafe;

use super::connection::Connection;
use super::value::{Row, Value};
use crate::error::Error;

/// Rows of one statement.
pub(crate) const ROWS: usize = 64;

/// `insert into … values` with a fixed number of columns, and what follows the rows.
pub(crate) struct Batch {
    head: &'static str,
    columns: usize,
    tail: &'static str,
    one: OnceLock<Arc<String>>,
    many: OnceLock<Arc<String>>,
}

impl Batch {
    /// `head` ends with `values`; `tail` is `on conflict …` and `returning …`, or empty.
    pub(crate) const fn new(head: &'static str, columns: usize, tail: &'static str) -> Self {
        Self {
            head,
            columns,
            tail,
            one: OnceLock::new(),
            many: OnceLock::new(),
        }
    }

    fn text(&self, rows: usize) -> String {
        let mut text = String::from(self.head);
        for row in 0..rows {
            text.push_str(if row == 0 { " (" } else { ", (" });
            for column in 0..self.columns {
                let comma = if column == 0 { "" } else { ", " };
                let number = row * self.columns + column + 1;
                // Writing to a string cannot fail.
                let _ = write!(text, "{comma}${number}");
            }
            text.push(')');
        }
        text.push(' ');
        text.push_str(self.tail);
        text
    }

    fn statement(&self, rows: usize) -> AssertSqlSafe<Arc<String>> {
        let text = if rows == ROWS { &self.many } else { &self.one };
        // Only this file's own words and numbers are in it.
        AssertSqlSafe(Arc::clone(text.get_or_init(|| Arc::new(self.text(rows)))))
    }

    /// Inserts the rows; the number of rows really inserted.
    pub(crate) async fn insert(
        &self,
        tx: &mut Connection,
        rows: Vec<Vec<Value>>,
    ) -> Result<u64, Error> {
        let mut inserted = 0;
        for (count, values) in statements(rows) {
            inserted += tx.run(self.statement(count), values).await?;
        }
        Ok(inserted)
    }

    /// Inserts the rows; what `returning` gives for each row really inserted, in no order.
    pub(crate) async fn insert_returning(
        &self,
        tx: &mut Connection,
        rows: Vec<Vec<Value>>,
    ) -> Result<Vec<Row>, Error> {
        let mut returned = Vec::new();
        for (count, values) in statements(rows) {
            returned.extend(tx.all(self.statement(count), values).await?);
        }
        Ok(returned)
    }
}

/// Groups rows into full statements and single ones.
fn statements(rows: Vec<Vec<Value>>) -> Vec<(usize, Vec<Value>)> {
    let full = rows.len() / ROWS * ROWS;
    let mut grouped = Vec::new();
    let mut values = Vec::new();
    for (position, row) in rows.into_iter().enumerate() {
        values.extend(row);
        if position >= full {
            grouped.push((1, std::mem::take(&mut values)));
        } else if (position + 1) % ROWS == 0 {
            grouped.push((ROWS, std::mem::take(&mut values)));
        }
    }
    grouped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hundred_and_thirty_rows_are_two_full_statements_and_two_single_ones() {
        let rows = (0..130).map(|n| vec![Value::from(n)]).collect();
        let sizes: Vec<_> = statements(rows).iter().map(|(count, _)| *count).collect();
        assert_eq!(sizes, [64, 64, 1, 1]);
    }

    #[test]
    fn parameters_are_numbered_through_all_rows() {
        let batch = Batch::new("insert into t(a, b) values", 2, "on conflict do nothing");
        assert_eq!(
            batch.text(2),
            "insert into t(a, b) values ($1, $2), ($3, $4) on conflict do nothing"
        );
    }
}
