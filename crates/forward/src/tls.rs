//! Handing messages over on a TLS connection of their own.

use std::{io::ErrorKind, sync::Arc, time::Duration};

use rustls::{ClientConfig, RootCertStore, crypto::aws_lc_rs::default_provider, pki_types::ServerName};
use rustls_platform_verifier::BuilderVerifierExt as _;
use sealpost_reach::Reach;
use tokio::{
    io::{AsyncRead, AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};
use tokio_rustls::TlsConnector;

use crate::{ForwardError, Syslog, pem};

/// Longest time for a connection, and for the other side's last word.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long a receiver must keep a connection open that we keep open. One that does not want us (with TLS 1.3 it looks at our
/// certificate only after we may send) closes it without having read anything, just as one that has read all does when it is
/// asked to: by this alone are they told apart.
const QUIET: Duration = Duration::from_secs(1);
/// Longest time for writing a batch.
const WRITING: Duration = Duration::from_secs(60);
/// Most bytes that a receiver may say, which has nothing to say.
const MAX_ANSWER: usize = 4_096;

/// How the receiver shows who it is, and we do.
pub(crate) fn client_config(syslog: &Syslog) -> Result<ClientConfig, ForwardError> {
    let unusable = |_| ForwardError::Invalid("TLS cannot be set up with these certificates");
    let config = ClientConfig::builder_with_provider(Arc::new(default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?;
    let config = match &syslog.ca {
        None => config.with_platform_verifier().map_err(unusable)?,
        Some(ca) => {
            let mut roots = RootCertStore::empty();
            for certificate in pem::certificates(ca)? {
                roots.add(certificate).map_err(unusable)?;
            }
            config.with_root_certificates(roots)
        }
    };
    match (&syslog.client_certificate, &syslog.client_key) {
        (None, None) => Ok(config.with_no_client_auth()),
        (Some(chain), Some(key)) => {
            config.with_client_auth_cert(pem::certificates(chain)?, pem::key(key)?).map_err(unusable)
        }
        _ => Err(ForwardError::Invalid("client_certificate and client_key belong together")),
    }
}

/// Hands the frames over. Syslog has no answers: that the receiver has read all shows in that it closes the connection
/// after we have said that nothing more comes, as it must (RFC 5425, section 4.4).
pub(crate) async fn deliver(syslog: &Syslog, reach: Reach, frames: &[u8]) -> Result<(), ForwardError> {
    let connector = TlsConnector::from(Arc::new(client_config(syslog)?));
    let bare = syslog.host.trim_start_matches('[').trim_end_matches(']');
    let name = ServerName::try_from(bare.to_owned());
    let name = name.map_err(|_| ForwardError::Invalid("host is a name or an address"))?;
    let connecting = async {
        let stream = connect(bare, syslog.port, reach).await?;
        connector.connect(name, stream).await.map_err(|error| ForwardError::unreachable(&error))
    };
    let mut stream = timely(PATIENCE, connecting).await?;
    let broken = |error: std::io::Error| ForwardError::unreachable(&error);
    let writing = async {
        stream.write_all(frames).await?;
        stream.flush().await
    };
    timely(WRITING, async { writing.await.map_err(broken) }).await?;
    if let Ok(closed) = tokio::time::timeout(QUIET, closed(&mut stream)).await {
        return Err(closed.err().unwrap_or(ForwardError::Refused));
    }
    timely(PATIENCE, async { stream.shutdown().await.map_err(broken) }).await?;
    match tokio::time::timeout(PATIENCE, closed(&mut stream)).await {
        Ok(closed) => closed,
        Err(_) => Err(ForwardError::Unconfirmed),
    }
}

async fn connect(host: &str, port: u16, reach: Reach) -> Result<TcpStream, ForwardError> {
    let addresses = reach.addresses(host, port).await.map_err(|error| ForwardError::unreachable(&error))?;
    if addresses.is_empty() {
        return Err(ForwardError::Unreachable("the name has no address that may be called".to_owned()));
    }
    TcpStream::connect(addresses.as_slice()).await.map_err(|error| ForwardError::unreachable(&error))
}

async fn timely<T>(
    patience: Duration,
    work: impl Future<Output = Result<T, ForwardError>>,
) -> Result<T, ForwardError> {
    tokio::time::timeout(patience, work).await.unwrap_or(Err(ForwardError::Timeout))
}

/// Returns when the other side closes, with or without a word. A broken connection is none that was closed: with TLS 1.3 that
/// is how a receiver says, only now, that it does not know us.
async fn closed(stream: &mut (impl AsyncRead + Unpin)) -> Result<(), ForwardError> {
    let mut buffer = [0; 512];
    let mut heard = 0;
    loop {
        match stream.read(&mut buffer).await {
            Ok(0) => return Ok(()),
            Ok(more) => heard += more,
            Err(error) if error.kind() == ErrorKind::UnexpectedEof => return Ok(()),
            Err(error) => return Err(ForwardError::unreachable(&error)),
        }
        if heard > MAX_ANSWER {
            return Err(ForwardError::Unconfirmed);
        }
    }
}
