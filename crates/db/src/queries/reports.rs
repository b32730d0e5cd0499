//! What is counted for reports: by day and department, and of nobody.

use sealpost_domain::{GroupId, TenantId, Timestamp, TransferId, UserId};

use crate::{
    conn::{Conn, Tx},
    error::DbError,
    row::rows,
    sql::statements,
    value::binds,
};

rows! {
    /// How far a tenant's log was counted.
    pub struct ReportProgress {
        /// The last entry that was.
        pub seq: u64,
        /// The day before which reports were mailed; `None`: none ever was.
        pub mailed_until: Option<i64>,
    }

    /// An entry of the log as it is counted.
    pub struct CountedEntry {
        /// Its number.
        pub seq: u64,
        /// When it happened.
        pub at: Timestamp,
        /// What happened.
        pub kind: String,
        /// The transfer it happened to.
        pub transfer_id: Option<TransferId>,
        /// More about it, as JSON.
        pub payload: String,
    }

    /// What has happened, in numbers.
    #[derive(Copy, Default)]
    pub struct ReportCounts {
        /// Transfers that were sent.
        pub transfers: u64,
        /// Their files.
        pub files: u64,
        /// Their bytes.
        pub bytes: u64,
        /// Their recipients.
        pub recipients: u64,
        /// Attempts that rules about addresses refused.
        pub refused_addresses: u64,
        /// Files that rules about files refused.
        pub refused_types: u64,
        /// Attempts that rules about what is written refused.
        pub refused_content: u64,
        /// Transfers that people blocked.
        pub blocked: u64,
        /// Transfers that the malware scanner, or not having heard of it, has blocked.
        pub blocked_scan: u64,
        /// Transfers that were blocked for a file that nobody may send.
        pub blocked_listed: u64,
    }

    /// How a tenant stood when it was last looked that day; zeros: nobody has looked.
    #[derive(Copy, Default)]
    pub struct Standing {
        /// Users who were not disabled.
        pub people: u64,
        /// Those of them who had a seat.
        pub seats: u64,
        /// Those of them who had a second factor.
        pub second_factors: u64,
        /// What their transfers held, in bytes.
        pub stored_bytes: u64,
    }

    /// What was counted of a day and a department.
    pub struct ReportDay {
        /// Days since 1970-01-01, in UTC.
        pub day: i64,
        /// The department: a group; zeros stand for all others.
        pub department: GroupId,
        /// What happened.
        pub counts: ReportCounts,
        /// How it stood.
        pub standing: Standing,
    }

    /// What was counted of a day, of all departments.
    pub struct CountedDay {
        /// Days since 1970-01-01, in UTC.
        pub day: i64,
        /// What happened.
        pub counts: ReportCounts,
        /// How the tenant stood.
        pub standing: Standing,
    }

    /// What was counted of a department, of some days.
    pub struct CountedDepartment {
        /// The department; zeros stand for all others.
        pub department: GroupId,
        /// What happened.
        pub counts: ReportCounts,
        /// How it stood on the latest of these days on which anybody had looked.
        pub standing: Standing,
    }

    /// What there is to count of a user.
    pub struct CountedUser {
        /// Who.
        pub id: UserId,
        /// 1 if he has a seat.
        pub seats: u64,
        /// 1 if he has an app that shows codes, or a passkey.
        pub second_factors: u64,
    }

    /// What the transfers of a user hold.
    pub struct StoredBytes {
        /// Who.
        pub sender_id: UserId,
        /// Bytes, those declared included.
        pub bytes: u64,
    }
}

macro_rules! columns {
    () => {
        "day, department, transfers, files, bytes, recipients, refused_addresses, refused_types, refused_content, blocked, \
         blocked_scan, blocked_listed, people, seats, second_factors, stored_bytes"
    };
}

/// PostgreSQL adds BIGINTs up to a NUMERIC.
macro_rules! sums {
    ($($column:literal)+) => {
        concat!($("CAST(SUM(", $column, ") AS BIGINT) AS ", $column, ", ",)+)
    };
}

macro_rules! counted {
    () => {
        sums!("transfers" "files" "bytes" "recipients" "refused_addresses" "refused_types" "refused_content" "blocked"
            "blocked_scan" "blocked_listed")
    };
}

/// Of the rows for which it says so.
macro_rules! stood {
    ($when:literal) => {
        concat!(
            "CAST(SUM(CASE WHEN ",
            $when,
            " THEN people ELSE 0 END) AS BIGINT) AS people, \
             CAST(SUM(CASE WHEN ",
            $when,
            " THEN seats ELSE 0 END) AS BIGINT) AS seats, \
             CAST(SUM(CASE WHEN ",
            $when,
            " THEN second_factors ELSE 0 END) AS BIGINT) AS second_factors, \
             CAST(SUM(CASE WHEN ",
            $when,
            " THEN stored_bytes ELSE 0 END) AS BIGINT) AS stored_bytes "
        )
    };
}

statements! {
    PROGRESS = "SELECT seq, mailed_until FROM report_progress WHERE tenant_id = $1";
    BEGIN = "INSERT INTO report_progress (tenant_id, seq) VALUES ($1, 0) ON CONFLICT (tenant_id) DO NOTHING";
    /// Of two who count at once, one does.
    ADVANCE = "UPDATE report_progress SET seq = $3 WHERE tenant_id = $1 AND seq = $2";
    SET_MAILED = "UPDATE report_progress SET mailed_until = $2 \
        WHERE tenant_id = $1 AND (mailed_until IS NULL OR mailed_until < $2)";
    ENTRIES = "SELECT seq, at, kind, transfer_id, payload FROM audit WHERE tenant_id = $1 AND seq > $2 ORDER BY seq LIMIT $3";
    SENDER_OF = "SELECT sender_id AS value FROM transfers WHERE tenant_id = $1 AND id = $2 \
        UNION ALL SELECT sender_id AS value FROM purges WHERE tenant_id = $1 AND transfer_id = $2";
    USERS = "SELECT u.id, CAST(CASE WHEN u.seat_at IS NULL THEN 0 ELSE 1 END AS BIGINT) AS seats, \
        CAST(CASE WHEN u.totp_confirmed_at IS NOT NULL OR EXISTS (SELECT 1 FROM passkeys p WHERE p.user_id = u.id) \
        THEN 1 ELSE 0 END AS BIGINT) AS second_factors \
        FROM users u WHERE u.tenant_id = $1 AND u.disabled_at IS NULL ORDER BY u.id";
    STORED = "SELECT sender_id, CAST(SUM(byte_count) AS BIGINT) AS bytes FROM transfers \
        WHERE tenant_id = $1 GROUP BY sender_id";
    ADD = [
        "INSERT INTO report_days (tenant_id, ", columns!(), ") VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, 0, 0, 0, 0) \
        ON CONFLICT (tenant_id, day, department) DO UPDATE SET transfers = report_days.transfers + excluded.transfers, \
        files = report_days.files + excluded.files, bytes = report_days.bytes + excluded.bytes, \
        recipients = report_days.recipients + excluded.recipients, \
        refused_addresses = report_days.refused_addresses + excluded.refused_addresses, \
        refused_types = report_days.refused_types + excluded.refused_types, \
        refused_content = report_days.refused_content + excluded.refused_content, \
        blocked = report_days.blocked + excluded.blocked, \
        blocked_scan = report_days.blocked_scan + excluded.blocked_scan, \
        blocked_listed = report_days.blocked_listed + excluded.blocked_listed",
    ];
    CLEAR_STANDING = "UPDATE report_days SET people = 0, seats = 0, second_factors = 0, stored_bytes = 0 \
        WHERE tenant_id = $1 AND day = $2";
    SET_STANDING = [
        "INSERT INTO report_days (tenant_id, ", columns!(), ") VALUES ($1, $2, $3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, $4, $5, $6, $7) \
        ON CONFLICT (tenant_id, day, department) DO UPDATE SET people = excluded.people, seats = excluded.seats, \
        second_factors = excluded.second_factors, stored_bytes = excluded.stored_bytes",
    ];
    DAYS = ["SELECT ", columns!(), " FROM report_days WHERE tenant_id = $1 AND day >= $2 AND day <= $3 ORDER BY day, department"];
    BY_DAY = [
        "SELECT day, ", counted!(), stood!("true"), "FROM report_days \
        WHERE tenant_id = $1 AND day >= $2 AND day <= $3 GROUP BY day ORDER BY day",
    ];
    BY_DEPARTMENT = [
        "SELECT department, ", counted!(), stood!("day = latest"), "FROM report_days, (SELECT MAX(day) AS latest FROM report_days \
        WHERE tenant_id = $1 AND day >= $2 AND day <= $3 AND people > 0) AS looked \
        WHERE tenant_id = $1 AND day >= $2 AND day <= $3 GROUP BY department ORDER BY department",
    ];
    FORGET_DAYS = "DELETE FROM report_days WHERE tenant_id = $1 AND day < $2";
}

impl ReportDay {
    /// What stands in the place of a department for all who are in none that is shown.
    pub fn others() -> GroupId {
        GroupId::from(uuid::Uuid::nil())
    }
}

impl Conn {
    /// How far the tenant's log was counted.
    pub async fn report_progress(&mut self, tenant: TenantId) -> Result<Option<ReportProgress>, DbError> {
        self.optional(&PROGRESS, binds![tenant]).await
    }

    /// The entries after number `seq`, oldest first, at most `limit`.
    pub async fn entries_to_count(
        &mut self,
        tenant: TenantId,
        seq: u64,
        limit: u64,
    ) -> Result<Vec<CountedEntry>, DbError> {
        self.all(&ENTRIES, binds![tenant, seq, limit]).await
    }

    /// Who has sent a transfer, also once it is purged.
    pub async fn sender_ever(
        &mut self,
        tenant: TenantId,
        transfer: TransferId,
    ) -> Result<Option<UserId>, DbError> {
        self.optional(&SENDER_OF, binds![tenant, transfer]).await
    }

    /// The users of a tenant who are not disabled. Reads all of them.
    pub async fn users_to_count(&mut self, tenant: TenantId) -> Result<Vec<CountedUser>, DbError> {
        self.all(&USERS, binds![tenant]).await
    }

    /// What the transfers of each sender hold. Reads an index of all of them.
    pub async fn stored_bytes(&mut self, tenant: TenantId) -> Result<Vec<StoredBytes>, DbError> {
        self.all(&STORED, binds![tenant]).await
    }

    /// What was counted from one day to another, both included: a row for each department of each day.
    pub async fn report_days(
        &mut self,
        tenant: TenantId,
        (from, to): (i64, i64),
    ) -> Result<Vec<ReportDay>, DbError> {
        self.all(&DAYS, binds![tenant, from, to]).await
    }

    /// What was counted from one day to another, both included, by day.
    pub async fn report_by_day(
        &mut self,
        tenant: TenantId,
        (from, to): (i64, i64),
    ) -> Result<Vec<CountedDay>, DbError> {
        self.all(&BY_DAY, binds![tenant, from, to]).await
    }

    /// What was counted from one day to another, both included, by department.
    pub async fn report_by_department(
        &mut self,
        tenant: TenantId,
        (from, to): (i64, i64),
    ) -> Result<Vec<CountedDepartment>, DbError> {
        self.all(&BY_DEPARTMENT, binds![tenant, from, to]).await
    }
}

impl Tx {
    /// Notes that a tenant's log is counted from its beginning on.
    pub async fn begin_report(&mut self, tenant: TenantId) -> Result<bool, DbError> {
        self.changes(&BEGIN, binds![tenant]).await
    }

    /// Notes that the log was counted from after one entry up to another. `false` if somebody else has done so.
    pub async fn advance_report(
        &mut self,
        tenant: TenantId,
        (from, to): (u64, u64),
    ) -> Result<bool, DbError> {
        self.changes(&ADVANCE, binds![tenant, from, to]).await
    }

    /// Notes that reports were mailed of all before a day. `false` if that was noted.
    pub async fn set_reports_mailed(&mut self, tenant: TenantId, until: i64) -> Result<bool, DbError> {
        self.changes(&SET_MAILED, binds![tenant, until]).await
    }

    /// Adds what was counted of a day and a department.
    pub async fn add_to_report(
        &mut self,
        tenant: TenantId,
        (day, department): (i64, GroupId),
        c: &ReportCounts,
    ) -> Result<bool, DbError> {
        let row = binds![
            tenant,
            day,
            department,
            c.transfers,
            c.files,
            c.bytes,
            c.recipients,
            c.refused_addresses,
            c.refused_types,
            c.refused_content,
            c.blocked,
            c.blocked_scan,
            c.blocked_listed,
        ];
        self.changes(&ADD, row).await
    }

    /// Says how the tenant stands on a day: these departments, and no others.
    pub async fn set_report_standing(
        &mut self,
        tenant: TenantId,
        day: i64,
        departments: &[(GroupId, Standing)],
    ) -> Result<(), DbError> {
        self.execute(&CLEAR_STANDING, binds![tenant, day]).await?;
        for (department, s) in departments {
            let row = binds![tenant, day, *department, s.people, s.seats, s.second_factors, s.stored_bytes];
            self.execute(&SET_STANDING, row).await?;
        }
        Ok(())
    }

    /// Forgets what was counted before a day. Gives how many rows.
    pub async fn forget_report_days(&mut self, tenant: TenantId, before: i64) -> Result<u64, DbError> {
        self.execute(&FORGET_DAYS, binds![tenant, before]).await
    }
}
