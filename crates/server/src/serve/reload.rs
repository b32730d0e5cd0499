//! SIGHUP, and certificate files that change.

use std::{sync::Arc, time::Duration};

use tokio::{
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
    time,
};

use super::{notify, tls::Certificates};

/// How often the files are looked at.
const LOOK: Duration = Duration::from_secs(10);

/// Reads the certificate's files again at every SIGHUP and, if `watch`, whenever they have changed. Without TLS a SIGHUP
/// changes nothing, and ends nothing either.
///
/// # Errors
/// If the signal cannot be listened for.
pub(super) fn start(certificates: Option<Arc<Certificates>>, watch: bool) -> anyhow::Result<JoinHandle<()>> {
    let mut hangup = signal(SignalKind::hangup())?;
    Ok(tokio::spawn(async move {
        loop {
            let told = tokio::select! {
                told = hangup.recv() => told.is_some(),
                () = time::sleep(LOOK), if watch && certificates.is_some() => false,
            };
            if told {
                notify::reloading();
            }
            if let Some(certificates) = certificates.clone() {
                // Files may lie where reading takes long.
                let read = tokio::task::spawn_blocking(move || certificates.read_again(told)).await;
                drop(read);
            }
            if told {
                notify::reloaded();
            }
        }
    }))
}
