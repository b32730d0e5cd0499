//! `GET /api/v1/admin/reports`

mod table;

use actix_web::{HttpRequest, HttpResponse, get, http::header, web::Query};
use chrono::{Days, NaiveDate};
use sealpost_tenancy::{Department, RefusingRule, Report, ReportNumbers};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::{
    App,
    error::{ApiError, Problem},
    grant::Auditor,
};

/// How many days are reported if nothing is said.
const DEFAULT_DAYS: u64 = 30;

/// Which days, and how.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ReportQuery {
    from: Option<String>,
    to: Option<String>,
    by: Option<By>,
    format: Option<Format>,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum By {
    #[default]
    Day,
    Department,
    Rule,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Format {
    #[default]
    Json,
    Csv,
}

/// A report of some days.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportAnswer {
    /// The first day, in UTC.
    #[schema(format = Date)]
    from: String,
    /// The last day.
    #[schema(format = Date)]
    to: String,
    /// By day or by department; days without anything are left out. None by rule.
    rows: Vec<ReportRow>,
    /// Rules that have refused something, those that did so most first.
    rules: Vec<ReportRule>,
    /// Of all together; how the tenant stands is that of the latest day.
    total: Numbers,
    /// Whether there are no rows by day because the tenant has fewer than five people.
    too_few_people: bool,
}

/// Numbers of a day or of a department.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportRow {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false, format = Date)]
    day: Option<String>,
    /// Absent for a day, and for all who are in no department that is shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    department: Option<ReportDepartment>,
    #[serde(flatten)]
    numbers: Numbers,
}

/// A department: one of the tenant's groups.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportDepartment {
    id: Uuid,
    /// Absent once the group was removed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
}

/// How often a rule has refused something.
#[derive(Serialize, ToSchema)]
pub(crate) struct ReportRule {
    /// `address`, `content` or `type`.
    kind: &'static str,
    /// What it is called; absent if no rule is called so any more.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    name: Option<String>,
    refused: u64,
}

/// What was counted.
#[derive(Serialize, ToSchema)]
#[schema(as = ReportNumbers)]
pub(crate) struct Numbers {
    /// Transfers that were sent.
    transfers: u64,
    files: u64,
    bytes: u64,
    recipients: u64,
    refused_by_address_rules: u64,
    refused_by_file_rules: u64,
    refused_by_content_rules: u64,
    blocked: u64,
    /// Transfers that the malware scanner has blocked.
    blocked_by_scan: u64,
    /// Transfers that were blocked for a file that nobody may send.
    blocked_by_list: u64,
    /// Users who are not disabled; absent, with what follows, if nobody has looked that day.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    people: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    seats: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    second_factors: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    stored_bytes: Option<u64>,
}

/// Reports how much was sent, by day or by department, and how the tenant stands: nothing of what a single person does
///
/// Departments of fewer than five people are counted with all others. `docs/reports.md` says what is counted and when.
#[utoipa::path(
    tag = "admin",
    operation_id = "report",
    security(("token" = []), ("session" = []), ("session_cookie" = [])),
    params(
        ("from" = Option<String>, Query, description = "The first day, such as 2026-11-01; 29 days before the last if absent."),
        ("to" = Option<String>, Query, description = "The last day; today if absent. At most 366 days."),
        ("by" = Option<String>, Query, description = "`day`, `department` or `rule`; day if absent."),
        ("format" = Option<String>, Query, description = "`json` or `csv`; json if absent."),
    ),
    responses(
        (status = 200, body = ReportAnswer),
        (status = "default", body = Problem, content_type = "application/problem+json", description = "A problem."),
    ),
)]
#[get("/api/v1/admin/reports")]
pub(crate) async fn show(app: App, auditor: Auditor, request: HttpRequest) -> Result<HttpResponse, ApiError> {
    let query = Query::<ReportQuery>::from_query(request.query_string())
        .map_err(|error| ApiError::invalid(error.to_string()))?;
    let epoch = NaiveDate::default();
    let today = app.now().unix_millis().div_euclid(24 * 3_600 * 1_000);
    let today = u64::try_from(today).ok().and_then(|days| epoch.checked_add_days(Days::new(days)));
    let day = |text: Option<&String>| {
        let read = |text: &String| NaiveDate::parse_from_str(text, "%Y-%m-%d");
        text.map(read).transpose().map_err(|_| ApiError::invalid("a day is written as 2026-11-01"))
    };
    let to = day(query.to.as_ref())?.or(today).unwrap_or(epoch);
    let from = day(query.from.as_ref())?.or_else(|| to.checked_sub_days(Days::new(DEFAULT_DAYS - 1)));
    let from = from.unwrap_or(to);
    let days = ((from - epoch).num_days(), (to - epoch).num_days());
    let report = app.tenancy().report(&(&auditor.0).into(), days).await?;
    let by = query.by.unwrap_or_default();
    if query.format == Some(Format::Csv) {
        let table = table::of(by, &report).map_err(ApiError::internal)?;
        return Ok(HttpResponse::Ok()
            .content_type("text/csv; charset=utf-8")
            .insert_header((header::CONTENT_DISPOSITION, "attachment; filename=\"report.csv\""))
            .body(table));
    }
    let (total, too_few_people) = (report.total.into(), report.too_few_people);
    Ok(HttpResponse::Ok().json(ReportAnswer {
        from: from.to_string(),
        to: to.to_string(),
        rules: report.rules.iter().map(ReportRule::from).collect(),
        rows: rows(by, report),
        total,
        too_few_people,
    }))
}

fn rows(by: By, report: Report) -> Vec<ReportRow> {
    match by {
        By::Day => {
            let row = |(number, numbers): (i64, ReportNumbers)| ReportRow {
                day: Some(date(number)),
                department: None,
                numbers: numbers.into(),
            };
            report.days.into_iter().map(row).collect()
        }
        By::Department => {
            let row = |(Department { id, name }, numbers): (Department, ReportNumbers)| ReportRow {
                day: None,
                department: id.map(|id| ReportDepartment { id: id.as_uuid(), name }),
                numbers: numbers.into(),
            };
            report.departments.into_iter().map(row).collect()
        }
        By::Rule => Vec::new(),
    }
}

/// A day as a date.
fn date(number: i64) -> String {
    let days =
        u64::try_from(number).ok().and_then(|days| NaiveDate::default().checked_add_days(Days::new(days)));
    days.map_or_else(String::new, |date| date.to_string())
}

impl From<ReportNumbers> for Numbers {
    fn from(n: ReportNumbers) -> Self {
        Self {
            transfers: n.transfers,
            files: n.files,
            bytes: n.bytes,
            recipients: n.recipients,
            refused_by_address_rules: n.refused_by_address_rules,
            refused_by_file_rules: n.refused_by_file_rules,
            refused_by_content_rules: n.refused_by_content_rules,
            blocked: n.blocked,
            blocked_by_scan: n.blocked_by_scan,
            blocked_by_list: n.blocked_by_list,
            people: n.standing.map(|it| it.people),
            seats: n.standing.map(|it| it.seats),
            second_factors: n.standing.map(|it| it.second_factors),
            stored_bytes: n.standing.map(|it| it.stored_bytes),
        }
    }
}

impl From<&RefusingRule> for ReportRule {
    fn from(rule: &RefusingRule) -> Self {
        Self { kind: rule.kind.as_str(), name: rule.name.clone(), refused: rule.refused }
    }
}
