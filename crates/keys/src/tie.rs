//! That a database and a keyring belong together.
//!
//! A keyring that is not there (a volume that was not mounted, an address with a slip) looks like a new one. A service that
//! went on with it would answer for everything that was sent as if its day were over, and would wrap new keys where
//! nobody finds them again once the old one is back.

use sealpost_db::{Db, DbError, Keyring};
use sealpost_sealed::{Random, random_bytes};

use crate::KeysError;

/// Ties the database to the keyring at the first run, and [checks](check_tie) it at every other. Can be repeated after a
/// crash, and done by many nodes at once.
///
/// # Errors
/// As [`check_tie`].
pub async fn tie(db: &Db, keyring: &Keyring, random: &dyn Random) -> Result<(), KeysError> {
    if db.read().await?.own_keyring().await?.is_none() {
        let fresh = uuid::Builder::from_random_bytes(random_bytes(random)).into_uuid();
        let id = keyring.put_id_if_absent(fresh).await?;
        let mut tx = db.write().await?;
        tx.put_own_keyring_if_absent(id).await?;
        tx.commit().await?;
    }
    check_tie(db, keyring).await
}

/// Whether the keyring is the one that the database belongs to. Fine if it belongs to none yet.
///
/// # Errors
/// [`KeysError::EmptyKeyring`], [`KeysError::ForeignKeyring`], and those of both databases.
pub async fn check_tie(db: &Db, keyring: &Keyring) -> Result<(), KeysError> {
    let Some(wanted) = db.read().await?.own_keyring().await? else {
        return Ok(());
    };
    match keyring.id().await {
        Ok(Some(found)) if found == wanted => Ok(()),
        Ok(Some(found)) => Err(KeysError::ForeignKeyring { found, wanted }),
        // One that nobody has migrated has no table to ask.
        Ok(None) | Err(DbError::Other(_)) => Err(KeysError::EmptyKeyring { wanted }),
        Err(error) => Err(error.into()),
    }
}
