//! A node of the service, on stores that it may share.

use std::{net::TcpListener, sync::Arc, time::Duration};

use sealpost_api::{BaseUrl, Listener};
use sealpost_auth::Auth;
use sealpost_blob::BlobStore;
use sealpost_db::{Db, Keyring};
use sealpost_domain::Clock;
use sealpost_inspect::Clamd;
use sealpost_keys::Keys;
use sealpost_oidc::Reach;
use sealpost_sealed::{Random, SystemRandom};
use sealpost_tenancy::{Forwarder, Tenancy};
use sealpost_transfer::{Service, ServiceParts};
use sealpost_vault::Vault;

use super::Options;

/// Something that can be stopped. The server's own type belongs to a crate that only `api` and `server` name.
#[async_trait::async_trait]
pub(super) trait ServerHandle: Send + Sync {
    async fn stop(&self);
}

struct Stop<F>(F);

#[async_trait::async_trait]
impl<F, S> ServerHandle for Stop<F>
where
    F: Fn() -> S + Send + Sync,
    S: Future<Output = ()> + Send,
{
    async fn stop(&self) {
        (self.0)().await;
    }
}

/// What nodes share.
pub(super) struct Stores<'a> {
    pub(super) db: &'a Db,
    pub(super) keyring: &'a Keyring,
    pub(super) vault: &'a Arc<dyn Vault>,
    pub(super) blobs: &'a Arc<dyn BlobStore>,
    pub(super) clock: &'a Arc<dyn Clock>,
}

/// What each node has for itself.
pub(super) struct Node {
    pub(super) keys: Arc<Keys>,
    pub(super) auth: Auth,
    pub(super) service: Service,
    pub(super) server: Box<dyn ServerHandle>,
}

impl Stores<'_> {
    /// A node that serves on `socket` and is reached at `base_url`.
    pub(super) fn serve(&self, base_url: &str, socket: TcpListener, options: &Options) -> Node {
        let random: Arc<dyn Random> = Arc::new(SystemRandom);
        let (db, clock) = (self.db.clone(), Arc::clone(self.clock));
        let keys = Keys::new(
            Arc::clone(self.vault),
            self.keyring.clone(),
            Arc::clone(self.clock),
            Arc::clone(&random),
        );
        let keys = Arc::new(keys);
        let auth =
            Auth::new(db.clone(), Arc::clone(&keys), Arc::clone(&clock), Arc::clone(&random), options.auth)
                // Passkeys are bound to a name, and an address is none.
                .reached_at(&base_url.replace("127.0.0.1", "localhost"))
                .with_licences(options.licences.clone())
                // The providers of tests are processes on this machine.
                .with_providers(Reach::Internal);
        let service = Service::new(ServiceParts {
            db,
            blobs: Arc::clone(self.blobs),
            keys: Arc::clone(&keys),
            clock,
            random,
            base_url: base_url.to_owned(),
            limits: options.limits,
        });
        let service = match &options.scanner {
            Some((daemon, most)) => {
                let address = daemon.lock().expect("no test panics here").address();
                let address = address.parse().expect("an address");
                service.with_scanner(Clamd::new(address, *most, Duration::from_secs(60)))
            }
            None => service,
        };
        let tenancy = Tenancy::new(
            self.db.clone(),
            Arc::clone(self.blobs),
            Arc::clone(&keys),
            Arc::clone(self.clock),
            Arc::new(SystemRandom),
        )
        .with_licences(options.licences.clone())
        .with_policies(service.policies().clone())
        .with_addins(options.addins)
        .with_forwarder(Forwarder::new(Reach::Internal, "send.example.org"));
        let base_url: BaseUrl = base_url.parse().expect("a loopback address");
        let app = sealpost_api::App::new(auth.clone(), service.clone(), tenancy, base_url)
            .verifications_per_minute(options.verifications_per_minute)
            .body_patience(options.body_patience);
        let mut settings = options.server.clone();
        settings.workers = Some(2);
        let server = sealpost_api::serve(app, &settings, vec![Listener::Plain(socket)]);
        let server = server.expect("a server on a bound socket");
        let handle = server.handle();
        tokio::spawn(server);
        Node { keys, auth, service, server: Box::new(Stop(move || handle.stop(false))) }
    }
}

/// Where a socket is reached.
pub(super) fn address(socket: &TcpListener) -> String {
    format!("http://{}", socket.local_addr().expect("a bound socket has an address"))
}
