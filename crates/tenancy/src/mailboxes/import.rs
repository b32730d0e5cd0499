//! Mailboxes and who sends for them, from a table: a line for each pair, `mailbox,user`.

use std::collections::{HashMap, HashSet};

use sealpost_auth::{MailboxColumns, ManageGrant, UserColumns};
use sealpost_domain::{EmailAddress, MailboxId, UserId};

use super::{Event, record};
use crate::{Tenancy, TenancyError};

/// Most lines of a table.
const MAX_LINES: usize = 20_000;

/// A line that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct BadLine {
    /// Its number, from 1.
    pub line: usize,
    /// Why. Nothing of the line stands in it, so that no spreadsheet takes it for a formula.
    pub reason: &'static str,
}

/// What came of a table.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Imported {
    /// Whether anything was changed: without bad lines, or because the good ones were wanted in any case.
    pub applied: bool,
    /// Mailboxes that were added.
    pub mailboxes: usize,
    /// Users who may send for a mailbox now and could not before.
    pub delegations: usize,
    /// Lines that say what was so already.
    pub unchanged: usize,
    /// Lines that cannot be taken.
    pub bad: Vec<BadLine>,
}

/// A good line.
struct Pair {
    line: usize,
    mailbox: EmailAddress,
    user: EmailAddress,
}

impl Tenancy {
    /// Adds the mailboxes of a table that are not there, and lets its users send for them. If a line is bad nothing is
    /// changed, unless `partial`.
    ///
    /// # Errors
    /// [`TenancyError::Invalid`] for a table that is none; [`TenancyError::AlreadyExists`] if somebody else adds the same at
    /// the same time.
    pub async fn import_mailboxes(
        &self,
        grant: &ManageGrant,
        table: &str,
        partial: bool,
    ) -> Result<Imported, TenancyError> {
        let (pairs, mut bad) = read(table)?;
        let known = self.known_users(grant, pairs, &mut bad).await?;
        bad.sort_by_key(|bad| bad.line);
        if !bad.is_empty() && !partial {
            return Ok(Imported { bad, ..Imported::default() });
        }
        let now = self.clock.now();
        let mut imported = Imported { applied: true, ..Imported::default() };
        let (mut ids, mut events) = (HashMap::<String, MailboxId>::new(), Vec::new());
        let mut tx = self.db.write().await?;
        for (pair, user) in known {
            let (tenant, key) = (grant.tenant(), pair.mailbox.lookup_key());
            let id = match ids.get(&key) {
                Some(id) => *id,
                None => {
                    let hmac = MailboxColumns::address_hmac(grant.tenant_key(), &pair.mailbox);
                    let found = tx.mailbox_by_address(tenant, &hmac).await?;
                    match found.filter(|found| found.removed_at.is_none()) {
                        Some(found) => found.id,
                        None => {
                            let name = pair.mailbox.as_str();
                            match self.put_mailbox(&mut tx, grant, &pair.mailbox, name, now).await {
                                Ok(mailbox) => {
                                    imported.mailboxes += 1;
                                    events.push(Event::Created(mailbox.id));
                                    mailbox.id
                                }
                                Err(TenancyError::AlreadyExists) => {
                                    let reason = "the mailbox has the address of a user";
                                    bad.push(BadLine { line: pair.line, reason });
                                    continue;
                                }
                                Err(error) => return Err(error),
                            }
                        }
                    }
                }
            };
            ids.insert(key, id);
            if tx.delegate(tenant, id, user, now).await? {
                imported.delegations += 1;
                events.push(Event::Delegated(id, user));
            } else {
                imported.unchanged += 1;
            }
        }
        bad.sort_by_key(|bad| bad.line);
        if !bad.is_empty() && !partial {
            return Ok(Imported { bad, ..Imported::default() }); // the transaction is dropped
        }
        if !events.is_empty() {
            record(&mut tx, grant, now, &events).await?;
            tx.commit().await?;
        }
        Ok(Imported { bad, ..imported })
    }

    async fn known_users(
        &self,
        grant: &ManageGrant,
        pairs: Vec<Pair>,
        bad: &mut Vec<BadLine>,
    ) -> Result<Vec<(Pair, UserId)>, TenancyError> {
        let mut conn = self.db.read().await?;
        let mut known = Vec::with_capacity(pairs.len());
        for pair in pairs {
            let hmac = UserColumns::address_hmac(grant.tenant_key(), &pair.user);
            match conn.user_by_address(grant.tenant(), &hmac).await? {
                Some(user) if user.disabled_at.is_none() => known.push((pair, user.id)),
                _ => bad.push(BadLine { line: pair.line, reason: "there is no such user" }),
            }
        }
        Ok(known)
    }
}

fn read(table: &str) -> Result<(Vec<Pair>, Vec<BadLine>), TenancyError> {
    let table = table.strip_prefix('\u{feff}').unwrap_or(table);
    let (mut pairs, mut bad, mut seen) = (Vec::new(), Vec::new(), HashSet::new());
    for (index, text) in table.lines().enumerate() {
        let line = index + 1;
        if line > MAX_LINES {
            return Err(TenancyError::Invalid("a table has at most 20000 lines"));
        }
        let is_header = line == 1 && text.trim().eq_ignore_ascii_case("mailbox,user");
        if text.trim().is_empty() || is_header {
            continue;
        }
        match pair(line, text) {
            Ok(pair) => {
                let key = (pair.mailbox.lookup_key(), pair.user.lookup_key());
                if seen.insert(key) {
                    pairs.push(pair);
                } else {
                    bad.push(BadLine { line, reason: "the same stands in a line before" });
                }
            }
            Err(reason) => bad.push(BadLine { line, reason }),
        }
    }
    Ok((pairs, bad))
}

fn pair(line: usize, text: &str) -> Result<Pair, &'static str> {
    let mut fields = text.split(',');
    let (Some(mailbox), Some(user), None) = (fields.next(), fields.next(), fields.next()) else {
        return Err("a line has two fields: mailbox,user");
    };
    let mailbox = address(mailbox)?.parse().map_err(|_| "the mailbox is no address")?;
    let user = address(user)?.parse().map_err(|_| "the user is no address")?;
    Ok(Pair { line, mailbox, user })
}

/// A field without the quotes that spreadsheets put around it. What a spreadsheet would take for a formula is refused: it
/// would come back to somebody in a table.
fn address(field: &str) -> Result<&str, &'static str> {
    let field = field.trim();
    let field = field.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).unwrap_or(field);
    if field.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        return Err("a field begins like a formula");
    }
    Ok(field)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_read_line_by_line() {
        let table = "\u{feff}Mailbox,User\r\noffice@acme.example,anna@acme.example\r\n\r\n\"sales@acme.example\" , otto@acme.example\n";
        let (pairs, bad) = read(table).unwrap();
        assert_eq!(bad, []);
        let lines: Vec<_> =
            pairs.iter().map(|pair| (pair.line, pair.mailbox.as_str(), pair.user.as_str())).collect();
        assert_eq!(
            lines,
            [(2, "office@acme.example", "anna@acme.example"), (4, "sales@acme.example", "otto@acme.example")]
        );
    }

    #[test]
    fn every_bad_line_is_named() {
        let table = "a,b\noffice@acme.example\n=cmd|'x'!A1,anna@acme.example\noffice@acme.example,@anna\na@b.example,c@d.example,e\n\
            office@acme.example,anna@acme.example\nOFFICE@acme.example,anna@acme.example\nmailbox,user";
        let (pairs, bad) = read(table).unwrap();
        assert_eq!(pairs.len(), 1);
        assert_eq!(bad.iter().map(|bad| bad.line).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 7, 8]);
        assert!(read(&"x\n".repeat(MAX_LINES + 1)).is_err());
    }
}
