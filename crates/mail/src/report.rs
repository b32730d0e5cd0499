//! A report in words: facts, and tables that line up in plain text, too.

use minijinja::Value;
use sealpost_domain::Timestamp;

use crate::{
    MailError, ReportRow, UsageReport,
    format::{Moment, one_line},
    templates::Translated,
};

/// Longest name of a department, in characters.
const MAX_NAME_CHARS: usize = 40;

impl Translated {
    /// What the report's templates are filled with.
    pub(crate) fn report(&self, report: &UsageReport) -> Result<Value, MailError> {
        let text = |key: &str| self.text(&format!("report.{key}"), None);
        let facts = [
            ("transfers", report.total.transfers.to_string()),
            ("volume", self.size(report.total.bytes)?),
            ("people", report.people.to_string()),
            ("seats", report.seats.to_string()),
            ("second_factors", report.second_factors.to_string()),
            ("stored", self.size(report.stored_bytes)?),
        ];
        let mut labelled = Vec::with_capacity(facts.len());
        for (key, value) in facts {
            labelled.push(minijinja::context! { label => text(key)?, value => value });
        }
        let mut tables = Vec::new();
        if !report.days.is_empty() {
            let mut rows = Vec::new();
            for (day, row) in &report.days {
                rows.push(self.row(date(*day)?, row)?);
            }
            rows.push(self.row(text("total")?, &report.total)?);
            tables.push(self.table("day", &rows)?);
        }
        // Of one department the total has said everything.
        if report.departments.len() > 1 {
            let mut rows = Vec::new();
            for (name, row) in &report.departments {
                let name = match name {
                    Some(name) => one_line(name, MAX_NAME_CHARS),
                    None => text("others")?,
                };
                rows.push(self.row(name, row)?);
            }
            rows.push(self.row(text("total")?, &report.total)?);
            tables.push(self.table("department", &rows)?);
        }
        Ok(minijinja::context! {
            from => date(report.from)?,
            to => date(report.to)?,
            facts => labelled,
            tables => tables,
            link => report.link.as_str(),
        })
    }

    fn row(&self, first: String, row: &ReportRow) -> Result<[String; 6], MailError> {
        Ok([
            first,
            row.transfers.to_string(),
            self.size(row.bytes)?,
            row.recipients.to_string(),
            row.refused.to_string(),
            row.blocked.to_string(),
        ])
    }

    fn table(&self, first: &str, rows: &[[String; 6]]) -> Result<Value, MailError> {
        let text = |key: &str| self.text(&format!("report.{key}"), None);
        let head = [
            text(first)?,
            text("transfers")?,
            text("volume")?,
            text("recipients")?,
            text("refused")?,
            text("blocked")?,
        ];
        let lines = lines(&head, rows);
        let cells = |row: &[String; 6]| row.to_vec();
        let rows: Vec<_> = rows.iter().map(cells).collect();
        Ok(minijinja::context! { head => cells(&head), rows => rows, lines => lines })
    }
}

/// The table in plain text: the first column to the left, numbers to the right.
fn lines(head: &[String; 6], rows: &[[String; 6]]) -> Vec<String> {
    let all = || std::iter::once(head).chain(rows);
    let width = |column: usize| all().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..6).map(width).collect();
    let line = |row: &[String; 6]| {
        let cells = row.iter().zip(&widths).enumerate().map(|(column, (cell, width))| {
            let gap = " ".repeat(width - cell.chars().count());
            if column == 0 { format!("{cell}{gap}") } else { format!("{gap}{cell}") }
        });
        cells.collect::<Vec<_>>().join("  ")
    };
    all().map(line).collect()
}

/// A day as ISO 8601 has it, which every reader knows and which lines up.
fn date(at: Timestamp) -> Result<String, MailError> {
    let none = || MailError::Compose("a time that no calendar has".to_owned());
    let Moment { day, month, year, .. } = Moment::new(at).ok_or_else(none)?;
    Ok(format!("{year}-{month:02}-{day:0>2}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_line_up() {
        let row = |cells: [&str; 6]| cells.map(str::to_owned);
        let found = lines(
            &row(["Tag", "a", "b", "c", "d", "e"]),
            &[row(["2026-11-22", "1", "22 kB", "3", "4", "5"])],
        );
        assert_eq!(found, ["Tag         a      b  c  d  e", "2026-11-22  1  22 kB  3  4  5"]);
    }
}
