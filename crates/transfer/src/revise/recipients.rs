//! Who a draft is for: who is named anew, who stays, and who is not named any more.

use std::collections::HashMap;

use sealpost_auth::SenderSession;
use sealpost_db::{Recipient, RevisedRecipient};
use sealpost_domain::{EmailAddress, PhoneNumber, Protection, RecipientId};

use crate::{
    GeneratedPassword, NewRecipient, Service, TransferError,
    create::distinct,
    judge::Asked,
    protect::{Common, Locking},
    unlock::Unlocked,
};

/// Somebody whom the draft is to be for.
pub(super) struct Named {
    /// What is said of him, with what he has had where nothing is said.
    pub(super) new: NewRecipient,
    /// His row, if he is in it already.
    pub(super) row: Option<Recipient>,
    /// The number in it.
    phone: Option<PhoneNumber>,
}

/// Somebody who stays, and is asked for something else from now on.
pub(super) struct Staying {
    pub(super) id: RecipientId,
    protection: Option<Protection>,
    phone: Option<Vec<u8>>,
    locked_content_key: Option<Vec<u8>>,
    password_parameters: Option<Vec<u8>>,
    pub(super) generated: Option<GeneratedPassword>,
}

impl Staying {
    pub(super) fn borrowed(&self) -> RevisedRecipient<'_> {
        RevisedRecipient {
            protection: self.protection,
            phone: self.phone.as_deref(),
            locked_content_key: self.locked_content_key.as_deref(),
            password_parameters: self.password_parameters.as_deref(),
        }
    }
}

impl Named {
    /// All of them in their order, and those who are in the draft and not named; all who are in it if nobody is named anew.
    pub(super) fn all(
        transfer: &Unlocked,
        rows: &[Recipient],
        anew: Option<&[NewRecipient]>,
    ) -> Result<(Vec<Self>, Vec<RecipientId>), TransferError> {
        let mut addresses = Vec::with_capacity(rows.len());
        for row in rows {
            addresses.push(transfer.address(row)?);
        }
        let Some(anew) = anew else {
            let stays = |(row, address): (&Recipient, EmailAddress)| {
                Self::staying(transfer, row, NewRecipient::from(address))
            };
            let named = rows.iter().zip(addresses).map(stays).collect::<Result<_, _>>()?;
            return Ok((named, Vec::new()));
        };
        let keys = addresses.iter().map(EmailAddress::lookup_key);
        let mut there: HashMap<String, &Recipient> = keys.zip(rows).collect();
        let mut named = Vec::new();
        for new in distinct(anew) {
            named.push(match there.remove(&new.address.lookup_key()) {
                Some(row) => Self::staying(transfer, row, new.clone())?,
                None => Self { new: new.clone(), row: None, phone: None },
            });
        }
        let mut left: Vec<_> = there.into_values().map(|row| row.id).collect();
        left.sort_unstable();
        Ok((named, left))
    }

    fn staying(transfer: &Unlocked, row: &Recipient, new: NewRecipient) -> Result<Self, TransferError> {
        let phone = transfer.phone(row)?;
        let new = NewRecipient { phone: new.phone.or_else(|| phone.clone()), ..new };
        Ok(Self { new, row: Some(row.clone()), phone })
    }

    /// Whether he has a password of his own, and nothing is said of another.
    pub(super) fn has_lock(&self) -> bool {
        self.new.password.is_none() && self.row.as_ref().is_some_and(|row| row.locked_content_key.is_some())
    }

    /// Whether he has one, or is to have.
    pub(super) fn has_own_password(&self) -> bool {
        self.new.password.is_some() || self.has_lock()
    }

    /// What he alone was asked for, if nothing else is said of him and it still can be.
    pub(super) fn kept(&self, common: &Common<'_>, asked: &Asked) -> Option<Protection> {
        let own = self.row.as_ref()?.protection.filter(|_| self.new.protection.is_none())?;
        let with_password = common.with_password || self.has_own_password();
        let can = asked.allows(common.policy, own)
            && common.heard.allows(own)
            && if own.needs_password() { with_password } else { self.new.password.is_none() }
            && (!own.needs_phone() || self.new.phone.is_some());
        can.then_some(own)
    }
}

impl Service {
    /// What becomes different of somebody who stays; `None` if nothing does.
    pub(super) async fn stay(
        &self,
        session: &SenderSession,
        locking: &Locking<'_>,
        (named, row, own): (&Named, &Recipient, Option<Protection>),
    ) -> Result<Option<Staying>, TransferError> {
        let (place, needed) = (locking.place, own.unwrap_or(locking.protection));
        let phone = named.new.phone.as_ref().filter(|_| needed.needs_phone());
        let sealed = match phone {
            Some(phone) if named.phone.as_ref() == Some(phone) => row.phone.clone(),
            Some(phone) => {
                let column = place.phone(row.id);
                Some(locking.key.seal_column(column, phone.as_str().as_bytes(), self.random()))
            }
            None => None,
        };
        let known = [named.new.address.as_str()];
        let lock = self.lock(session, locking, named.new.password.as_ref(), &known).await?;
        let keeps = named.has_lock() && needed.needs_password();
        let (locked_content_key, password_parameters, generated) = match lock {
            Some(lock) => (Some(lock.content_key), Some(lock.parameters), lock.generated),
            None => (
                row.locked_content_key.clone().filter(|_| keeps),
                row.password_parameters.clone().filter(|_| keeps),
                None,
            ),
        };
        let same = own == row.protection
            && sealed == row.phone
            && password_parameters == row.password_parameters
            && locked_content_key == row.locked_content_key;
        let staying = Staying {
            id: row.id,
            protection: own,
            phone: sealed,
            locked_content_key,
            password_parameters,
            generated,
        };
        Ok((!same).then_some(staying))
    }
}
