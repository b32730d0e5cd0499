//! Sealpost as the binary puts it together, without mail and without the clock's jobs: those would run when they like.

use std::{
    fs::File,
    net::TcpListener,
    path::Path,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use anyhow::{Context as _, bail};
use sealpost_api::{App, Listener, ServerSettings};
use sealpost_auth::{Auth, AuthLimits, NewToken, Rates};
use sealpost_blob::{BlobStore, LocalStore};
use sealpost_db::{Db, DbOptions, Keyring, Tenant};
use sealpost_domain::{Clock, Policy, Role, Scope, Scopes, SystemClock, UserId};
use sealpost_keys::Keys;
use sealpost_sealed::{Random, SystemRandom};
use sealpost_tenancy::Tenancy;
use sealpost_transfer::{Limits, Service, ServiceParts};
use sealpost_vault::{LocalVault, Vault};
use serde_json::{Value, json};

use super::{discard_store::DiscardStore, seed};

/// What commands work with.
pub(super) struct Running {
    pub(super) db: Db,
    pub(super) blobs: Arc<dyn BlobStore>,
    pub(super) service: Service,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) random: Arc<dyn Random>,
    pub(super) tenant: Tenant,
    pub(super) sender: UserId,
}

/// Serves with everything below `directory`; the sealed parts are stored there too, unless they are discarded.
pub(super) async fn serve(directory: &Path, discard: bool) -> anyhow::Result<()> {
    log(&directory.join("log"))?;
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    let blobs: Arc<dyn BlobStore> =
        if discard { Arc::new(DiscardStore) } else { Arc::new(LocalStore::open(directory.join("blobs"))?) };
    let base_url = format!("http://{address}");
    let (running, auth, tenancy, token) = prepare(directory, blobs, &base_url).await?;

    let app = App::new(auth, running.service.clone(), tenancy, base_url.parse()?)
        .verifications_per_minute(u32::MAX);
    let server = sealpost_api::serve(app, &ServerSettings::default(), vec![Listener::Plain(listener)])?;
    let handle = server.handle();
    let serving = tokio::spawn(server);
    super::answer(&json!({ "address": address.to_string(), "token": token }))?;
    let mut commands = super::commands();
    while let Some(command) = commands.recv().await {
        super::answer(&obey(&running, &command).await.with_context(|| command)?)?;
    }
    handle.stop(false).await;
    Ok(serving.await??)
}

async fn obey(running: &Running, command: &str) -> anyhow::Result<Value> {
    match command.split_once(' ') {
        Some(("seed", count)) => {
            seed::expired_transfers(running, count.parse()?).await?;
            Ok(json!({}))
        }
        None if command == "purge" => {
            let begun = Instant::now();
            let counts = running.service.purge_expired().await?;
            Ok(json!({ "purged": counts.purged, "seconds": begun.elapsed().as_secs_f64() }))
        }
        _ => bail!("no such command"),
    }
}

/// A tenant and a sender on new stores; gives the sender's token.
async fn prepare(
    directory: &Path,
    blobs: Arc<dyn BlobStore>,
    base_url: &str,
) -> anyhow::Result<(Running, Auth, Tenancy, String)> {
    let random: Arc<dyn Random> = Arc::new(SystemRandom);
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let db = Db::open(&DbOptions::sqlite(directory.join("sealpost.db"))).await?;
    db.migrate().await?;
    let keyring = Keyring::open(&DbOptions::sqlite(directory.join("keyring.db"))).await?;
    keyring.migrate().await?;
    let vault: Arc<dyn Vault> =
        Arc::new(LocalVault::create(&directory.join("vault"), &[], Arc::clone(&random))?);
    let keys = Arc::new(Keys::new(vault, keyring, Arc::clone(&clock), Arc::clone(&random)));
    let auth = Auth::new(
        db.clone(),
        Arc::clone(&keys),
        Arc::clone(&clock),
        Arc::clone(&random),
        // All of the load comes from one network.
        AuthLimits { rates: Rates::unlimited(), ..AuthLimits::default() },
    );
    let tenancy = Tenancy::new(
        db.clone(),
        Arc::clone(&blobs),
        Arc::clone(&keys),
        Arc::clone(&clock),
        Arc::clone(&random),
    );
    let policy = Policy { max_files: 1_000_000, ..Policy::default() };
    let tenant = tenancy.create_tenant("bench".parse()?, "Bench".to_owned(), policy).await?;
    let grant = auth.danger_operator(&tenant).await?;
    let email = "sender@example.org".parse()?;
    let sender = tenancy.create_user(&grant, &email, "Sender", Role::Sender).await?.id;
    let token = NewToken {
        user: sender,
        label: "bench".to_owned(),
        scopes: Scopes::new([Scope::Send, Scope::Read]),
        expires_at: clock.now() + Duration::from_secs(86_400),
    };
    let token = auth.issue_token(&grant, token).await?.bearer;
    let service = Service::new(ServiceParts {
        db: db.clone(),
        blobs: Arc::clone(&blobs),
        keys,
        clock: Arc::clone(&clock),
        random: Arc::clone(&random),
        base_url: base_url.to_owned(),
        limits: Limits::default(),
    });
    Ok((Running { db, blobs, service, clock, random, tenant, sender }, auth, tenancy, token))
}

/// The product's log, with a line for every request.
fn log(path: &Path) -> anyhow::Result<()> {
    tracing_subscriber::fmt()
        .with_max_level(tracing_subscriber::filter::LevelFilter::INFO)
        .with_ansi(false)
        .with_writer(Mutex::new(File::create(path)?))
        .init();
    Ok(())
}
