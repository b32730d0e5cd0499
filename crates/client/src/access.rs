//! Passwords' keys, which take half a second and 64 MiB.

use sealpost_sealed::{PasswordKey, PasswordParameters};

use crate::{Error, Secret};

/// The key that a password makes, by a thread that may block. One at a time is all that a command needs.
pub(crate) async fn password_key(
    password: &Secret,
    parameters: &PasswordParameters,
) -> Result<PasswordKey, Error> {
    let (password, parameters) = (password.clone(), parameters.clone());
    let derive = move || PasswordKey::derive(password.expose(), &parameters);
    match tokio::task::spawn_blocking(derive).await {
        Ok(Ok(key)) => Ok(key),
        Ok(Err(_)) | Err(_) => Err(Error::Memory),
    }
}
