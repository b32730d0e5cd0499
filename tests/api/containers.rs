//! A tenant's container, as it is made and when it is not.

use std::sync::Arc;

use sealpost_domain::Policy;
use sealpost_sealed::SystemRandom;
use sealpost_tenancy::{Tenancy, TenancyError};
use sealpost_test_support::{
    app::App,
    claims,
    faulty_store::{Effect, Gate, Operation, When},
};

claims![
    a_store_that_is_slow_to_make_a_container_holds_up_nobody,
    a_tenant_that_was_refused_leaves_no_container,
];

fn tenancy(app: &App) -> Tenancy {
    let (blobs, clock, random) = (app.blobs.clone(), app.clock.clone(), SystemRandom);
    Tenancy::new(app.db.clone(), blobs, app.keys.clone(), Arc::new(clock), Arc::new(random))
}

async fn a_store_that_is_slow_to_make_a_container_holds_up_nobody(app: &App) {
    let gate = Gate::closed();
    app.blobs.inject(Operation::CreateContainer, When::Nth(1), Effect::Hold(gate.clone()));
    let tenancy = tenancy(app);
    let making = tokio::spawn(async move {
        tenancy.create_tenant("umbrella".parse().unwrap(), "Umbrella".to_owned(), Policy::default()).await
    });
    gate.arrival().await;
    // SQLite has one writer at a time.
    app.anna.draft().await;
    gate.open();
    let made = making.await.unwrap().unwrap();
    let row = app.db.read().await.unwrap().tenant(made.id).await.unwrap();
    assert_eq!(row.unwrap().container, made.container);
}

async fn a_tenant_that_was_refused_leaves_no_container(app: &App) {
    let refused =
        tenancy(app).create_tenant(app.acme.slug.clone(), "again".to_owned(), Policy::default()).await;
    assert!(matches!(refused, Err(TenancyError::AlreadyExists)), "{refused:?}");
    let calls = [Operation::CreateContainer, Operation::DeleteContainer].map(|call| app.blobs.calls(call));
    assert_eq!(calls, [3, 1], "two tenants of the test, and the refused one");
}
