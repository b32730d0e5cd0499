//! A report in words: facts, and tables that line up in plain text, too.

use chrono::DateTime;
use minijinja::Value;
use sealpost_domain::Timestamp;

use crate::{MailError, ReportRow, UsageReport, line::one_line, templates::Translated};

/// Longest name of a department or a rule, in characters.
const MAX_NAME_CHARS: usize = 40;
/// Most rules of a mail.
const MAX_RULES: usize = 20;

impl Translated {
    /// What the report's templates are filled with.
    pub(crate) fn report(&self, report: &UsageReport) -> Result<Value, MailError> {
        let text = |key: &str| self.text(&format!("report.{key}"), None);
        let facts = [
            ("transfers", report.total.transfers.to_string()),
            ("volume", self.size(report.total.bytes)),
            ("people", report.people.to_string()),
            ("seats", report.seats.to_string()),
            ("second_factors", report.second_factors.to_string()),
            ("stored", self.size(report.stored_bytes)),
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
            tables.push(self.numbers("day", rows)?);
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
            tables.push(self.numbers("department", rows)?);
        }
        if !report.rules.is_empty() {
            let mut rows = Vec::new();
            for (name, refused) in report.rules.iter().take(MAX_RULES) {
                let name = match name {
                    Some(name) => one_line(name, MAX_NAME_CHARS),
                    None => text("former_rule")?,
                };
                rows.push(vec![name, refused.to_string()]);
            }
            tables.push(table(vec![text("rule")?, text("refused")?], rows));
        }
        Ok(minijinja::context! {
            from => date(report.from)?,
            to => date(report.to)?,
            facts => labelled,
            tables => tables,
            link => report.link.as_str(),
        })
    }

    fn row(&self, first: String, row: &ReportRow) -> Result<Vec<String>, MailError> {
        Ok(vec![
            first,
            row.transfers.to_string(),
            self.size(row.bytes),
            row.recipients.to_string(),
            row.refused.to_string(),
            row.blocked.to_string(),
        ])
    }

    fn numbers(&self, first: &str, rows: Vec<Vec<String>>) -> Result<Value, MailError> {
        let text = |key: &str| self.text(&format!("report.{key}"), None);
        let head = [first, "transfers", "volume", "recipients", "refused", "blocked"];
        Ok(table(head.into_iter().map(text).collect::<Result<_, _>>()?, rows))
    }
}

/// A table: its cells, and its lines in plain text.
fn table(head: Vec<String>, rows: Vec<Vec<String>>) -> Value {
    let lines = lines(&head, &rows);
    minijinja::context! { head => head, rows => rows, lines => lines }
}

/// The table in plain text: the first column to the left, numbers to the right.
fn lines(head: &[String], rows: &[Vec<String>]) -> Vec<String> {
    let all = || std::iter::once(head).chain(rows.iter().map(Vec::as_slice));
    let width = |column: usize| all().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..head.len()).map(width).collect();
    let line = |row: &[String]| {
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
    let at = DateTime::from_timestamp_millis(at.unix_millis());
    at.map(|at| at.date_naive().to_string())
        .ok_or_else(|| MailError::Compose("a time that no calendar has".to_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_line_up() {
        let row = |cells: [&str; 3]| cells.map(str::to_owned).to_vec();
        let found = lines(&row(["Tag", "a", "b"]), &[row(["2026-11-22", "1", "22 kB"])]);
        assert_eq!(found, ["Tag         a      b", "2026-11-22  1  22 kB"]);
    }
}
