//! The log of transfers, for those who run a tenant: newest first, page by page, by what it is asked for.
//!
//! Each filter has an index that gives the lines in their order, so that a page takes as long among a million transfers as
//! among ten. Ids of version 7 begin with the time of their making: a span of time is a span of ids.

use sealpost_domain::{TenantId, Timestamp, TransferId, TransferState, UserId};
use uuid::Uuid;

use super::{
    purges::Purge,
    transfers::{TransferSummary, transfer_columns},
};
use crate::{conn::Conn, error::DbError, sql::statements, value::binds};

/// Which transfers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct TransferFilter {
    /// Of this sender.
    pub sender: Option<UserId>,
    /// To the address with this HMAC.
    pub recipient: Option<[u8; 32]>,
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
        summary!("recipients r JOIN transfers t ON t.id = r.transfer_id WHERE r.tenant_id = $1 AND r.address_hmac = $5"),
        newest!("r.transfer_id"),
    ];
    TO_RECIPIENT_AND = [
        summary!("recipients r JOIN transfers t ON t.id = r.transfer_id WHERE r.tenant_id = $1 AND r.address_hmac = $5 \
            AND t.sender_id = COALESCE($6, t.sender_id) AND t.state = COALESCE($7, t.state)"),
        newest!("r.transfer_id"),
    ];
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
    ) -> Result<Vec<TransferSummary>, DbError> {
        let (from, to) = filter.span();
        match (filter.recipient.as_ref(), filter.sender, filter.state) {
            (None, None, None) => self.all(&ALL, binds![tenant, from, to, limit]).await,
            (None, Some(sender), None) => self.all(&OF_SENDER, binds![tenant, from, to, limit, sender]).await,
            (None, None, Some(state)) => self.all(&OF_STATE, binds![tenant, from, to, limit, state]).await,
            (None, Some(sender), Some(state)) => {
                self.all(&OF_SENDER_AND_STATE, binds![tenant, from, to, limit, sender, state]).await
            }
            (Some(hmac), None, None) => self.all(&TO_RECIPIENT, binds![tenant, from, to, limit, hmac]).await,
            (Some(hmac), sender, state) => {
                self.all(&TO_RECIPIENT_AND, binds![tenant, from, to, limit, hmac, sender, state]).await
            }
        }
    }

    /// What is left of the tenant's purged transfers, of the span that is asked for, newest first, at most `limit`.
    pub async fn purge_log(
        &mut self,
        tenant: TenantId,
        filter: &TransferFilter,
        limit: u64,
    ) -> Result<Vec<Purge>, DbError> {
        let (from, to) = filter.span();
        self.all(&PURGED, binds![tenant, from, to, limit]).await
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
