//! A report as a table for spreadsheets.

use sealpost_tenancy::{Report, ReportNumbers, ReportStanding};

use super::{By, date};
use crate::table::harmless;

/// The columns behind the first, of days and departments.
const COLUMNS: [&str; 14] = [
    "transfers",
    "files",
    "bytes",
    "recipients",
    "refused_by_address_rules",
    "refused_by_file_rules",
    "refused_by_content_rules",
    "blocked",
    "blocked_by_scan",
    "blocked_by_list",
    "people",
    "seats",
    "second_factors",
    "stored_bytes",
];

/// The report as comma-separated values: a line for each day, department or rule.
pub(super) fn of(by: By, report: &Report) -> Result<Vec<u8>, csv::Error> {
    let mut writer = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let mut write = |first: &str, rest: &[String]| {
        writer.write_record(std::iter::once(first).chain(rest.iter().map(String::as_str)))
    };
    let columns = COLUMNS.map(str::to_owned);
    match by {
        By::Day => {
            write("day", &columns)?;
            report.days.iter().try_for_each(|(number, numbers)| write(&date(*number), &cells(numbers)))?;
            write("total", &cells(&report.total))?;
        }
        By::Department => {
            write("department", &columns)?;
            report.departments.iter().try_for_each(|(department, numbers)| {
                let id = department.id.map(|id| id.to_string());
                let name = department.name.clone().or(id).unwrap_or_else(|| "others".to_owned());
                write(&harmless(&name), &cells(numbers))
            })?;
            write("total", &cells(&report.total))?;
        }
        By::Rule => {
            write("kind", &["rule".to_owned(), "refused".to_owned()])?;
            report.rules.iter().try_for_each(|rule| {
                let name = harmless(rule.name.as_deref().unwrap_or_default()).into_owned();
                write(rule.kind.as_str(), &[name, rule.refused.to_string()])
            })?;
        }
    }
    writer.into_inner().map_err(|error| csv::Error::from(error.into_error()))
}

fn cells(numbers: &ReportNumbers) -> [String; 14] {
    let n = numbers;
    let standing = |field: fn(&ReportStanding) -> u64| {
        n.standing.as_ref().map_or_else(String::new, |standing| field(standing).to_string())
    };
    [
        n.transfers.to_string(),
        n.files.to_string(),
        n.bytes.to_string(),
        n.recipients.to_string(),
        n.refused_by_address_rules.to_string(),
        n.refused_by_file_rules.to_string(),
        n.refused_by_content_rules.to_string(),
        n.blocked.to_string(),
        n.blocked_by_scan.to_string(),
        n.blocked_by_list.to_string(),
        standing(|it| it.people),
        standing(|it| it.seats),
        standing(|it| it.second_factors),
        standing(|it| it.stored_bytes),
    ]
}
