//! The log of transfers, for those who run a tenant: newest first, page by page, by what it is asked for.
//!
//! Each filter has an index that gives the lines in their order, so that a page takes as long among a million transfers as
//! among ten. A rule, an address or a kind of files together with something else has none: of what the index gives some hundred are
//! looked at for a page, which may be a short one then. Ids of version 7 begin with the time of their making: a span of time
//! is a span of ids.

use sealpost_domain::{
    SubmissionSource, TenantId, Timestamp, TransferId, TransferState, UserId, rules::FileKind,
};
use uuid::Uuid;

use super::{
    purges::Purge,
    transfers::{TransferSummary, transfer_columns},
};
use crate::{conn::Conn, error::DbError, sql::statements, value::binds};

/// How many are looked at for a page.
const LOOKED_AT: u64 = 500;

/// A part of the log.
#[derive(Debug, Clone)]
pub struct TransferLogPage {
    /// The transfers, newest first.
    pub transfers: Vec<TransferSummary>,
    /// Older ones than this were not looked at, although there was room on the page; `None` if all were, or the page is full.
    pub looked_at: Option<TransferId>,
}

/// Which transfers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TransferFilter {
    /// Of this sender.
    pub sender: Option<UserId>,
    /// To the address with this HMAC.
    pub recipient: Option<[u8; 32]>,
    /// With a file of this kind.
    pub kind: Option<FileKind>,
    /// That has met the rule with this HMAC of its name.
    pub rule: Option<[u8; 32]>,
    /// That has come in by this request or portal.
    pub source: Option<SubmissionSource>,
    /// Of this state, by the row: what is over by the clock stands there as it stood before.
    pub state: Option<TransferState>,
    /// Made at this time or later.
    pub from: Option<Timestamp>,
    /// Made before this time.
    pub to: Option<Timestamp>,
    /// Before this one in the list.
    pub before: Option<TransferId>,
}

macro_rules! summary {
    ($from:literal) => {
        concat!(
            "SELECT ",
            transfer_columns!(),
            ", (SELECT COUNT(*) FROM recipients c WHERE c.transfer_id = t.id) AS recipient_count, \
             (SELECT COUNT(*) FROM recipients c WHERE c.transfer_id = t.id AND c.downloaded_at IS NOT NULL) \
             AS downloaded_count FROM ",
            $from
        )
    };
}

/// Few transfers have come in by one request or portal: all other filters are asked of these.
macro_rules! by_source {
    ($column:literal) => {
        concat!(
            summary!("transfers t WHERE t.tenant_id = $1 AND t."),
            $column,
            " = $5 AND t.sender_id = COALESCE($6, t.sender_id) AND t.state = COALESCE($7, t.state) \
             AND (CAST($8 AS TEXT) IS NULL \
                OR EXISTS (SELECT 1 FROM files f WHERE f.transfer_id = t.id AND f.kind = CAST($8 AS TEXT))) \
             AND ($10 OR EXISTS (SELECT 1 FROM recipients r WHERE r.transfer_id = t.id AND r.address_hmac = $9)) \
             AND ($12 OR EXISTS (SELECT 1 FROM rule_hits h WHERE h.transfer_id = t.id AND h.rule_hmac = $11))"
        )
    };
}

macro_rules! newest {
    ($column:literal) => {
        concat!(" AND ", $column, " >= $2 AND ", $column, " < $3 ORDER BY ", $column, " DESC LIMIT $4")
    };
}

statements! {
    ALL = [summary!("transfers t WHERE t.tenant_id = $1"), newest!("t.id")];
    OF_SENDER = [summary!("transfers t WHERE t.tenant_id = $1 AND t.sender_id = $5"), newest!("t.id")];
    OF_STATE = [summary!("transfers t WHERE t.tenant_id = $1 AND t.state = $5"), newest!("t.id")];
    OF_SENDER_AND_STATE =
        [summary!("transfers t WHERE t.tenant_id = $1 AND t.sender_id = $5 AND t.state = $6"), newest!("t.id")];
    TO_RECIPIENT = [
        summary!("recipients r JOIN transfers t ON t.id = r.transfer_id WHERE r.tenant_id = $1 AND r.address_hmac = $5 \
            AND t.sender_id = COALESCE($6, t.sender_id) AND t.state = COALESCE($7, t.state) \
            AND (CAST($8 AS TEXT) IS NULL \
                OR EXISTS (SELECT 1 FROM files f WHERE f.transfer_id = t.id AND f.kind = CAST($8 AS TEXT)))"),
        newest!("r.transfer_id"),
    ];
    WITH_KIND = [
        summary!("transfers t WHERE t.tenant_id = $1 AND t.id IN (SELECT f.transfer_id FROM files f \
            WHERE f.tenant_id = $1 AND f.kind = $5 AND f.transfer_id >= $2 AND f.transfer_id < $3) \
            AND t.sender_id = COALESCE($6, t.sender_id) AND t.state = COALESCE($7, t.state)"),
        newest!("t.id"),
    ];
    WITH_RULE = [
        summary!("transfers t WHERE t.tenant_id = $1 AND t.id IN (SELECT h.transfer_id FROM rule_hits h \
            WHERE h.tenant_id = $1 AND h.rule_hmac = $5 AND h.transfer_id >= $2 AND h.transfer_id < $3) \
            AND t.sender_id = COALESCE($6, t.sender_id) AND t.state = COALESCE($7, t.state) \
            AND (CAST($8 AS TEXT) IS NULL \
                OR EXISTS (SELECT 1 FROM files f WHERE f.transfer_id = t.id AND f.kind = CAST($8 AS TEXT))) \
            AND ($10 OR EXISTS (SELECT 1 FROM recipients r WHERE r.transfer_id = t.id AND r.address_hmac = $9))"),
        newest!("t.id"),
    ];
    BY_REQUEST = [by_source!("request_id"), newest!("t.id")];
    BY_PORTAL = [by_source!("portal_id"), newest!("t.id")];
    LAST_BY_REQUEST = "SELECT id AS value FROM transfers WHERE tenant_id = $1 AND request_id = $5 \
        AND id >= $2 AND id < $3 ORDER BY id DESC LIMIT 1 OFFSET $4";
    LAST_BY_PORTAL = "SELECT id AS value FROM transfers WHERE tenant_id = $1 AND portal_id = $5 \
        AND id >= $2 AND id < $3 ORDER BY id DESC LIMIT 1 OFFSET $4";
    LAST_WITH_RULE = "SELECT DISTINCT transfer_id AS value FROM rule_hits WHERE tenant_id = $1 AND rule_hmac = $5 \
        AND transfer_id >= $2 AND transfer_id < $3 ORDER BY transfer_id DESC LIMIT 1 OFFSET $4";
    LAST_TO_RECIPIENT = "SELECT transfer_id AS value FROM recipients WHERE tenant_id = $1 AND address_hmac = $5 \
        AND transfer_id >= $2 AND transfer_id < $3 ORDER BY transfer_id DESC LIMIT 1 OFFSET $4";
    LAST_WITH_KIND = "SELECT DISTINCT transfer_id AS value FROM files WHERE tenant_id = $1 AND kind = $5 \
        AND transfer_id >= $2 AND transfer_id < $3 ORDER BY transfer_id DESC LIMIT 1 OFFSET $4";
    PURGED_OF_SENDER = "SELECT transfer_id, tenant_id, sender_id, files, objects, bytes, recipients, epoch, prefixes, reason, \
        expires_at, purged_at FROM purges WHERE tenant_id = $1 AND sender_id = $5 AND transfer_id >= $2 AND transfer_id < $3 \
        ORDER BY transfer_id DESC LIMIT $4";
    PURGED = "SELECT transfer_id, tenant_id, sender_id, files, objects, bytes, recipients, epoch, prefixes, reason, \
        expires_at, purged_at FROM purges WHERE tenant_id = $1 AND transfer_id >= $2 AND transfer_id < $3 \
        ORDER BY transfer_id DESC LIMIT $4";
}

impl TransferFilter {
    /// The ids between which the transfers lie: from the first, before the second.
    fn span(&self) -> (Uuid, Uuid) {
        let first = |at: Timestamp| {
            // 48 bits of milliseconds, and nothing after them.
            let millis = u64::try_from(at.unix_millis()).unwrap_or(0).min((1 << 48) - 1);
            Uuid::from_u64_pair(millis << 16, 0)
        };
        let to = self.to.map_or(Uuid::max(), first);
        let before = self.before.map_or(Uuid::max(), TransferId::as_uuid);
        (self.from.map_or(Uuid::nil(), first), to.min(before))
    }
}

impl Conn {
    /// The tenant's transfers that are asked for, newest first, at most `limit`.
    pub async fn transfer_log(
        &mut self,
        tenant: TenantId,
        filter: &TransferFilter,
        limit: u64,
    ) -> Result<TransferLogPage, DbError> {
        let (from, to) = filter.span();
        if let Some(source) = filter.source {
            return self.come_in_by(source, tenant, filter, limit).await;
        }
        if filter.recipient.is_some() || filter.kind.is_some() || filter.rule.is_some() {
            return self.looked_through(tenant, filter, limit).await;
        }
        let transfers = match (filter.sender, filter.state) {
            (None, None) => self.all_by_value(&ALL, binds![tenant, from, to, limit]).await?,
            (Some(sender), None) => {
                self.all_by_value(&OF_SENDER, binds![tenant, from, to, limit, sender]).await?
            }
            (None, Some(state)) => {
                self.all_by_value(&OF_STATE, binds![tenant, from, to, limit, state]).await?
            }
            (Some(sender), Some(state)) => {
                let values = binds![tenant, from, to, limit, sender, state];
                self.all_by_value(&OF_SENDER_AND_STATE, values).await?
            }
        };
        Ok(TransferLogPage { transfers, looked_at: None })
    }

    /// By a request or a portal: of what has come in by it, the newest are looked at.
    async fn come_in_by(
        &mut self,
        source: SubmissionSource,
        tenant: TenantId,
        filter: &TransferFilter,
        limit: u64,
    ) -> Result<TransferLogPage, DbError> {
        let (from, to) = filter.span();
        let skip = LOOKED_AT.max(limit) - 1;
        let (page, last, id) = match source {
            SubmissionSource::Request(id) => (&BY_REQUEST, &LAST_BY_REQUEST, id.as_uuid()),
            SubmissionSource::Portal(id) => (&BY_PORTAL, &LAST_BY_PORTAL, id.as_uuid()),
        };
        let last: Vec<TransferId> = self.all_by_value(last, binds![tenant, from, to, skip, id]).await?;
        let last = last.into_iter().next();
        let from = last.map_or(from, TransferId::as_uuid);
        let kind = filter.kind.map(FileKind::as_str);
        let (hmac, anybody) = (filter.recipient.as_ref(), filter.recipient.is_none());
        let (rule, any_rule) = (filter.rule.as_ref(), filter.rule.is_none());
        let values = binds![
            tenant,
            from,
            to,
            limit,
            id,
            filter.sender,
            filter.state,
            kind,
            hmac,
            anybody,
            rule,
            any_rule
        ];
        let transfers: Vec<TransferSummary> = self.all_by_value(page, values).await?;
        let looked_at = last.filter(|_| (transfers.len() as u64) < limit);
        Ok(TransferLogPage { transfers, looked_at })
    }

    /// By a rule, an address, or a kind of files: of what its index gives, the newest are looked at.
    async fn looked_through(
        &mut self,
        tenant: TenantId,
        filter: &TransferFilter,
        limit: u64,
    ) -> Result<TransferLogPage, DbError> {
        let (from, to) = filter.span();
        let (sender, state, kind) = (filter.sender, filter.state, filter.kind.map(FileKind::as_str));
        let skip = LOOKED_AT.max(limit) - 1;
        let last: Vec<TransferId> = match (&filter.rule, &filter.recipient, kind) {
            (Some(rule), ..) => {
                self.all_by_value(&LAST_WITH_RULE, binds![tenant, from, to, skip, rule]).await?
            }
            (None, Some(hmac), _) => {
                self.all_by_value(&LAST_TO_RECIPIENT, binds![tenant, from, to, skip, hmac]).await?
            }
            (None, None, kind) => {
                self.all_by_value(&LAST_WITH_KIND, binds![tenant, from, to, skip, kind]).await?
            }
        };
        let last = last.into_iter().next();
        let from = last.map_or(from, TransferId::as_uuid);
        let transfers: Vec<TransferSummary> = match (&filter.rule, &filter.recipient, kind) {
            (Some(rule), hmac, kind) => {
                let (hmac, anybody) = (hmac.as_ref(), hmac.is_none());
                let values = binds![tenant, from, to, limit, rule, sender, state, kind, hmac, anybody];
                self.all_by_value(&WITH_RULE, values).await?
            }
            (None, Some(hmac), kind) => {
                let values = binds![tenant, from, to, limit, hmac, sender, state, kind];
                self.all_by_value(&TO_RECIPIENT, values).await?
            }
            (None, None, kind) => {
                let values = binds![tenant, from, to, limit, kind, sender, state];
                self.all_by_value(&WITH_KIND, values).await?
            }
        };
        let looked_at = last.filter(|_| (transfers.len() as u64) < limit);
        Ok(TransferLogPage { transfers, looked_at })
    }

    /// What is left of the tenant's purged transfers, of the sender and the span that are asked for, newest first, at most `limit`.
    pub async fn purge_log(
        &mut self,
        tenant: TenantId,
        filter: &TransferFilter,
        limit: u64,
    ) -> Result<Vec<Purge>, DbError> {
        let (from, to) = filter.span();
        match filter.sender {
            Some(sender) => {
                self.all_by_value(&PURGED_OF_SENDER, binds![tenant, from, to, limit, sender]).await
            }
            None => self.all_by_value(&PURGED, binds![tenant, from, to, limit]).await,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_of_time_is_a_span_of_ids() {
        let at = |millis| Some(Timestamp::from_unix_millis(millis));
        let made = |millis| TransferId::new(Timestamp::from_unix_millis(millis), [0xff; 10]).as_uuid();
        let (from, to) =
            TransferFilter { from: at(1_000), to: at(2_000), ..TransferFilter::default() }.span();
        for (millis, inside) in [(999, false), (1_000, true), (1_999, true), (2_000, false)] {
            assert_eq!(from <= made(millis) && made(millis) < to, inside, "{millis}");
        }
        let (from, to) =
            TransferFilter { from: at(-1), to: at(i64::MAX), ..TransferFilter::default() }.span();
        assert!(from <= made(0) && made(1_800_000_000_000) < to);
    }
}
