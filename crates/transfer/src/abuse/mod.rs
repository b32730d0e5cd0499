//! Recipients report what should not have been sent, and admins see to it.

mod list;
mod notice;
mod report;

pub use list::{AbuseReportPage, AbuseReportView};
pub use notice::AbuseNotice;
