//! The queries, one file for each aggregate.

pub(crate) mod abuse_reports;
pub(crate) mod accounts;
pub(crate) mod acting_user;
pub(crate) mod addins;
pub(crate) mod api_clients;
pub(crate) mod attempts;
pub(crate) mod audit;
pub(crate) mod audit_append;
pub(crate) mod audit_trees;
pub(crate) mod blocked_files;
pub(crate) mod clock;
pub(crate) mod codes;
pub(crate) mod content_keys;
pub(crate) mod data_subjects;
pub(crate) mod deliveries;
pub(crate) mod devices;
pub(crate) mod directory;
pub(crate) mod downloads;
pub(crate) mod files;
pub(crate) mod forwarding;
pub(crate) mod groups;
pub(crate) mod identity_providers;
pub(crate) mod incidents;
pub(crate) mod jobs;
pub(crate) mod key_pairs;
pub(crate) mod licences;
pub(crate) mod lifecycle;
pub(crate) mod limits;
pub(crate) mod logos;
pub(crate) mod mail_links;
pub(crate) mod mailboxes;
pub(crate) mod once;
pub(crate) mod own_keyring;
pub(crate) mod pairings;
pub(crate) mod parts;
pub(crate) mod passkeys;
pub(crate) mod password_resets;
pub(crate) mod policies;
pub(crate) mod portals;
pub(crate) mod purges;
pub(crate) mod recipients;
pub(crate) mod records;
pub(crate) mod recoveries;
pub(crate) mod recovery_codes;
pub(crate) mod remains;
pub(crate) mod removals;
pub(crate) mod removed_uploads;
pub(crate) mod replication;
pub(crate) mod report_rules;
pub(crate) mod reports;
pub(crate) mod request_codes;
pub(crate) mod requirements;
pub(crate) mod retention;
pub(crate) mod rule_hits;
pub(crate) mod sealings;
pub(crate) mod sessions;
pub(crate) mod support;
pub(crate) mod tenant_keys;
pub(crate) mod tenant_rows;
pub(crate) mod tenants;
pub(crate) mod tokens;
pub(crate) mod transfer_log;
pub(crate) mod transfers;
pub(crate) mod upload_requests;
pub(crate) mod uploads;
pub(crate) mod user_identities;
pub(crate) mod users;
pub(crate) mod visits;
pub(crate) mod warnings;
pub(crate) mod watched;

use std::time::Duration;

use crate::sql::Sql;

/// Far longer than any lease, and than clocks of two nodes differ. A lease that ends later was taken by a clock that has
/// been put back since, and would keep everybody out until the clock is there again.
const LONGEST_LEASE: Duration = Duration::from_secs(60 * 60);

/// Every statement on the main database.
pub(crate) fn statements() -> impl Iterator<Item = &'static (&'static str, Sql)> {
    [
        abuse_reports::STATEMENTS,
        accounts::STATEMENTS,
        addins::STATEMENTS,
        api_clients::STATEMENTS,
        attempts::STATEMENTS,
        audit::STATEMENTS,
        audit_append::STATEMENTS,
        audit_trees::STATEMENTS,
        clock::STATEMENTS,
        blocked_files::STATEMENTS,
        codes::STATEMENTS,
        content_keys::STATEMENTS,
        data_subjects::STATEMENTS,
        deliveries::STATEMENTS,
        directory::STATEMENTS,
        devices::STATEMENTS,
        downloads::STATEMENTS,
        files::STATEMENTS,
        forwarding::STATEMENTS,
        identity_providers::STATEMENTS,
        incidents::STATEMENTS,
        jobs::STATEMENTS,
        key_pairs::STATEMENTS,
        licences::STATEMENTS,
        lifecycle::STATEMENTS,
        limits::STATEMENTS,
        logos::STATEMENTS,
        once::STATEMENTS,
        groups::STATEMENTS,
        mail_links::STATEMENTS,
        mailboxes::STATEMENTS,
        own_keyring::STATEMENTS,
        pairings::STATEMENTS,
        parts::STATEMENTS,
        passkeys::STATEMENTS,
        password_resets::STATEMENTS,
        policies::STATEMENTS,
        portals::STATEMENTS,
        purges::STATEMENTS,
        recipients::STATEMENTS,
        records::STATEMENTS,
        records::TENANT_INSERTS,
        records::TRANSFER_INSERTS,
        replication::STATEMENTS,
        recoveries::STATEMENTS,
        recovery_codes::STATEMENTS,
        remains::STATEMENTS,
        removals::STATEMENTS,
        removed_uploads::STATEMENTS,
        request_codes::STATEMENTS,
        requirements::STATEMENTS,
        report_rules::STATEMENTS,
        reports::STATEMENTS,
        retention::STATEMENTS,
        rule_hits::STATEMENTS,
        sealings::STATEMENTS,
        support::STATEMENTS,
        sessions::STATEMENTS,
        tenant_rows::COUNTS,
        tenant_rows::DELETES,
        tenant_keys::STATEMENTS,
        tenant_rows::STATEMENTS,
        tenants::STATEMENTS,
        tokens::STATEMENTS,
        transfer_log::STATEMENTS,
        transfers::STATEMENTS,
        upload_requests::STATEMENTS,
        uploads::STATEMENTS,
        user_identities::STATEMENTS,
        users::STATEMENTS,
        visits::STATEMENTS,
        warnings::STATEMENTS,
        watched::STATEMENTS,
    ]
    .into_iter()
    .flatten()
}
