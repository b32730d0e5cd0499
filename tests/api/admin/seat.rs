//! `/api/v1/admin/users/{user_id}/seat`

use std::time::Duration;

use sealpost_domain::Policy;
use sealpost_test_support::{
    app::{Answer, App, Method, Options, Sender},
    claims,
};
use serde_json::{Value, json};

use super::licence::{Wish, begun, does_not_send, install, licensed};

claims![
    seats_go_by_the_order_in_which_they_were_given with licensed(),
    whoever_is_disabled_makes_room with licensed(),
    a_seat_that_is_taken_moves_the_others_up with licensed(),
    new_users_have_a_seat_or_wait_for_one with licensed(),
    new_users_have_none_if_the_tenant_gives_them_by_hand with by_hand(),
    seats_are_given_by_admins_to_users_of_theirs with licensed(),
    where_no_licence_is_asked_for_everybody_has_a_seat,
];

fn by_hand() -> Options {
    Options { policy: Policy { seats_automatic: false, ..Policy::default() }, ..licensed() }
}

async fn seat(app: &App, method: Method, of: &Sender) -> Value {
    request(app, method, of).await.expect(200).json()
}

async fn request(app: &App, method: Method, of: &Sender) -> Answer {
    let path = format!("/api/v1/admin/users/{}/seat", app.user_id(of).await);
    app.admin.request(method, &path).await
}

async fn may_send(of: &Sender) -> bool {
    let answer = of.post_json("/api/v1/transfers", &json!({})).await;
    if answer.status == 403 {
        answer.problem(403, "no_seat");
    } else {
        answer.clone().expect(201);
    }
    answer.status == 201
}

/// Gives Acme's users their seats anew: Anna, Otto and the admin, in this order.
async fn in_order(app: &App) {
    for user in [&app.anna, &app.otto, &app.admin] {
        seat(app, Method::DELETE, user).await;
        app.clock.advance(Duration::from_secs(1));
        seat(app, Method::PUT, user).await;
    }
}

/// Who of Acme may send, in that order.
async fn who_may(app: &App) -> [bool; 3] {
    [may_send(&app.anna).await, may_send(&app.otto).await, may_send(&app.admin).await]
}

async fn seats_go_by_the_order_in_which_they_were_given(app: &App) {
    in_order(app).await;
    for seats in 1..=3_u32 {
        app.clock.advance(Duration::from_secs(1));
        install(app, Wish { seats, ..Wish::of(app) }).await;
        assert_eq!(who_may(app).await, [true, seats >= 2, seats >= 3]);
    }
    // Fewer seats take them from those who had them last, and nothing of what they have sent.
    let sent = app.admin.sent(&[("a", b"a")]).await;
    app.clock.advance(Duration::from_secs(1));
    install(app, Wish { seats: 1, ..Wish::of(app) }).await;
    assert_eq!(who_may(app).await, [true, false, false]);
    assert_eq!(sent.link().enter().await.fetch(0).await, "a");
    app.admin.post(&format!("/api/v1/transfers/{}/block", sent.id)).json(&json!({})).await.expect(200);
}

async fn whoever_is_disabled_makes_room(app: &App) {
    in_order(app).await;
    install(app, Wish { seats: 2, ..Wish::of(app) }).await;
    let path = format!("/api/v1/admin/users/{}", app.user_id(&app.anna).await);
    let disable = async |disabled: bool| {
        app.admin.request(Method::PATCH, &path).json(&json!({ "disabled": disabled })).await.expect(200);
    };
    disable(true).await;
    assert!(may_send(&app.otto).await && may_send(&app.admin).await);
    disable(false).await;
    assert_eq!(who_may(app).await, [true, true, false]);
}

async fn a_seat_that_is_taken_moves_the_others_up(app: &App) {
    in_order(app).await;
    install(app, Wish { seats: 2, ..Wish::of(app) }).await;
    let begun = begun(app).await;
    assert_eq!(seat(app, Method::DELETE, &app.anna).await, json!({ "held": false }));
    does_not_send(app, &begun, "no_seat").await;
    assert_eq!(who_may(app).await, [false, true, true]);
    // Given again it is the last.
    app.clock.advance(Duration::from_secs(1));
    assert_eq!(seat(app, Method::PUT, &app.anna).await["held"], false);
    assert_eq!(who_may(app).await, [false, true, true]);
    seat(app, Method::DELETE, &app.otto).await;
    assert_eq!(who_may(app).await, [true, false, true]);
    // To give what somebody has, and to take what he has not, changes nothing and is no fault.
    let before = seat(app, Method::PUT, &app.admin).await;
    assert_eq!(seat(app, Method::PUT, &app.admin).await, before);
    seat(app, Method::DELETE, &app.otto).await;
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let count = |kind: &str| entries.iter().filter(|entry| entry.kind == kind).count();
    assert_eq!((count("user.seat_assigned"), count("user.seat_withdrawn")), (3 + 1, 3 + 2));
}

async fn new_users_have_a_seat_or_wait_for_one(app: &App) {
    install(app, Wish { seats: 4, ..Wish::of(app) }).await;
    for (email, sends) in [("fourth@acme.example", true), ("fifth@acme.example", false)] {
        app.clock.advance(Duration::from_secs(1));
        app.admin.post_json("/api/v1/admin/users", &json!({ "email": email })).await.expect(201);
        let client = app.client_of(&app.acme, email).await;
        let answer = client.post_json("/api/v1/transfers", &json!({})).await;
        assert_eq!(answer.status == 201, sends, "{email}");
    }
    let report = app.admin.get("/api/v1/admin/licence").await.expect(200).json();
    assert_eq!((&report["seats_assigned"], &report["seats_over"]), (&json!(5), &json!(1)));
}

async fn new_users_have_none_if_the_tenant_gives_them_by_hand(app: &App) {
    install(app, Wish::of(app)).await;
    assert_eq!(who_may(app).await, [false, false, false]);
    assert_eq!(seat(app, Method::PUT, &app.otto).await["held"], true);
    assert_eq!(who_may(app).await, [false, true, false]);
}

async fn seats_are_given_by_admins_to_users_of_theirs(app: &App) {
    install(app, Wish::of(app)).await;
    for method in [Method::PUT, Method::DELETE] {
        request(app, method.clone(), &app.gina).await.problem(404, "not_found");
        let path = format!("/api/v1/admin/users/{}/seat", app.user_id(&app.anna).await);
        app.anna.request(method.clone(), &path).await.problem(403, "forbidden");
        app.rival.request(method.clone(), &path).await.problem(404, "not_found");
        app.anybody.request(method, &path).await.problem(401, "unauthorized");
    }
    assert!(may_send(&app.anna).await);
}

async fn where_no_licence_is_asked_for_everybody_has_a_seat(app: &App) {
    assert_eq!(seat(app, Method::DELETE, &app.anna).await["held"], true);
    assert_eq!(who_may(app).await, [true, true, true]);
}
