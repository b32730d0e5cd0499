//! `/api/v1/admin/users`

use sealpost_test_support::{
    app::{Answer, App, Client, Method, Sender},
    claims,
};
use serde_json::{Value, json};

use crate::people::{Device, anna, enrol_app};

claims![
    users_are_made_found_and_listed_in_pages,
    admins_see_who_has_a_second_factor,
    an_address_is_taken_once_however_it_is_spelt,
    whoever_is_disabled_is_nobody_at_once,
    whoever_gets_another_role_has_to_sign_in_again,
    only_owners_make_and_unmake_owners_and_admins,
    nobody_changes_his_own_role_and_the_last_owner_stays,
    two_owners_do_not_unmake_each_other_at_once,
    whoever_may_not_send_keeps_what_he_has_sent,
    a_warning_is_mailed_and_kept,
    users_of_another_tenant_are_not_there,
    what_cannot_be_a_user_changes_nothing,
];

async fn made(admin: &Client, email: &str, role: &str) -> Value {
    admin.post_json("/api/v1/admin/users", &json!({ "email": email, "role": role })).await.expect(201).json()
}

async fn change(admin: &Client, id: &Value, change: &Value) -> Answer {
    let path = format!("/api/v1/admin/users/{}", id.as_str().unwrap());
    admin.request(Method::PATCH, &path).json(change).await
}

async fn id_of(app: &App, of: &Sender) -> Value {
    json!(app.user_id(of).await)
}

async fn users_are_made_found_and_listed_in_pages(app: &App) {
    let wish = json!({ "email": "Eve@Acme.example", "name": "Eve" });
    let answer = app.admin.post_json("/api/v1/admin/users", &wish).await.expect(201);
    let eve = answer.json();
    assert_eq!((&eve["email"], &eve["role"]), (&json!("Eve@acme.example"), &json!("sender")));
    let found = app.admin.get(answer.header("location").unwrap()).await.expect(200).json();
    assert_eq!(found, eve);
    let mut names = Vec::new();
    let mut next = String::new();
    loop {
        let page = app.admin.get(&format!("/api/v1/admin/users?limit=2{next}")).await.expect(200).json();
        let users = page["users"].as_array().unwrap();
        assert!(users.len() <= 2);
        names.extend(users.iter().map(|user| user["email"].as_str().unwrap().to_owned()));
        match page["next"].as_str() {
            Some(after) => next = format!("&after={after}"),
            None => break,
        }
    }
    names.sort();
    assert_eq!(names, ["Eve@acme.example", "admin@acme.example", "anna@acme.example", "otto@acme.example"]);
    app.admin.get("/api/v1/admin/users?limit=0").await.problem(400, "invalid_request");
    app.anna.get("/api/v1/admin/users").await.problem(403, "forbidden");
}

async fn admins_see_who_has_a_second_factor(app: &App) {
    let anna = anna(app).await;
    enrol_app(app, &anna).await;
    Device::enrol(app, &anna, "telephone").await;
    Device::enrol(app, &anna, "laptop").await;
    let otto = app.signed_in(&app.otto).await;
    // One that was offered and not confirmed is none.
    otto.post("/api/v1/account/totp/begin").await.expect(200);
    Device::enrol(app, &app.signed_in(&app.rival).await, "theirs").await;
    let listed = app.admin.get("/api/v1/admin/users").await.expect(200).json();
    let users = listed["users"].as_array().unwrap();
    let none = json!({ "app": false, "passkeys": 0 });
    for user in users {
        let has = if user["email"] == app.anna.email() {
            json!({ "app": true, "passkeys": 2 })
        } else {
            none.clone()
        };
        assert_eq!(user["second_factor"], has, "{}", user["email"]);
        let path = format!("/api/v1/admin/users/{}", user["id"].as_str().unwrap());
        assert_eq!(&app.admin.get(&path).await.expect(200).json(), user);
    }
    assert_eq!(users.len(), 3);
    let eve = made(&app.admin, "eve@acme.example", "sender").await;
    assert_eq!(eve["second_factor"], none);
}

async fn an_address_is_taken_once_however_it_is_spelt(app: &App) {
    let again = json!({ "email": "ANNA@ACME.example" });
    app.admin.post_json("/api/v1/admin/users", &again).await.problem(409, "already_exists");
    // In another tenant it is free.
    made(&app.rival, "anna@acme.example", "sender").await;
}

async fn whoever_is_disabled_is_nobody_at_once(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    let id = id_of(app, &app.anna).await;
    let answer = change(&app.admin, &id, &json!({ "disabled": true })).await.expect(200).json();
    assert!(answer["disabled_at"].is_string());
    anna.get("/api/v1/session").await.problem(401, "unauthorized");
    app.anna.get("/api/v1/transfers").await.problem(401, "unauthorized");
    change(&app.admin, &id, &json!({ "disabled": false })).await.expect(200);
    // Tokens count again; the session does not come back.
    app.anna.get("/api/v1/transfers").await.expect(200);
    anna.get("/api/v1/session").await.problem(401, "unauthorized");
}

async fn whoever_gets_another_role_has_to_sign_in_again(app: &App) {
    let anna = app.signed_in(&app.anna).await;
    change(&app.admin, &id_of(app, &app.anna).await, &json!({ "role": "auditor" })).await.expect(200);
    anna.get("/api/v1/session").await.problem(401, "unauthorized");
    // Her token is worth what her role is worth.
    app.anna.post_json("/api/v1/transfers", &json!({})).await.problem(403, "forbidden");
}

async fn only_owners_make_and_unmake_owners_and_admins(app: &App) {
    made(&app.admin, "ada@acme.example", "admin").await;
    let ada = app.client_of(&app.acme, "ada@acme.example").await;
    let owner = id_of(app, &app.admin).await;
    for role in ["owner", "admin"] {
        let wish = json!({ "email": "eve@acme.example", "role": role });
        ada.post_json("/api/v1/admin/users", &wish).await.problem(403, "forbidden");
        change(&ada, &id_of(app, &app.anna).await, &json!({ "role": role })).await.problem(403, "forbidden");
    }
    for wish in [json!({ "role": "sender" }), json!({ "disabled": true }), json!({ "name": "x" })] {
        change(&ada, &owner, &wish).await.problem(403, "forbidden");
    }
    made(&ada, "eve@acme.example", "sender").await;
    change(&ada, &id_of(app, &app.anna).await, &json!({ "role": "auditor" })).await.expect(200);
}

async fn nobody_changes_his_own_role_and_the_last_owner_stays(app: &App) {
    let own = id_of(app, &app.admin).await;
    for wish in [json!({ "role": "sender" }), json!({ "disabled": true })] {
        change(&app.admin, &own, &wish).await.problem(403, "forbidden");
    }
    change(&app.admin, &own, &json!({ "name": "The Owner", "role": "owner" })).await.expect(200);
    let second = made(&app.admin, "second@acme.example", "owner").await;
    let owner = app.client_of(&app.acme, "second@acme.example").await;
    change(&owner, &own, &json!({ "role": "admin" })).await.expect(200);
    change(&app.admin, &second["id"], &json!({ "disabled": true })).await.problem(403, "forbidden");
    let grant = app.auth.danger_operator(&app.acme).await.unwrap();
    let last = second["id"].as_str().unwrap().parse().unwrap();
    let wish = sealpost_tenancy::UserChange { disabled: Some(true), ..Default::default() };
    let refused = app.tenancy().change_user(&grant, last, wish).await;
    assert!(matches!(refused, Err(sealpost_tenancy::TenancyError::LastOwner)), "not even by the operator");
}

async fn two_owners_do_not_unmake_each_other_at_once(app: &App) {
    let second = made(&app.admin, "second@acme.example", "owner").await;
    let owner = app.client_of(&app.acme, "second@acme.example").await;
    let wish = json!({ "disabled": true });
    let first = id_of(app, &app.admin).await;
    let (a, b) = tokio::join!(change(&app.admin, &second["id"], &wish), change(&owner, &first, &wish));
    let done = [&a, &b].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(done, 1, "{a:?} {b:?}");
}

async fn whoever_may_not_send_keeps_what_he_has_sent(app: &App) {
    let (anna, _) = (id_of(app, &app.anna).await, app.admin.get("/api/v1/admin/users").await.expect(200));
    let sent = app.anna.sent(&[("a.txt", b"hello")]).await;
    let draft = app.anna.draft().await;
    let suspended = change(&app.admin, &anna, &json!({ "sending_suspended": true })).await.expect(200).json();
    assert!(suspended["sending_suspended_at"].is_string());
    let refused = [
        app.anna.create(&json!({ "recipients": [{ "email": "bert@example.org" }] })).await,
        app.anna.act(&draft, "send").await,
        app.anna.act(&sent.id, "recipients").json(&json!({ "email": "carl@example.org" })).await,
    ];
    for answer in refused {
        answer.problem(403, "sending_suspended");
    }
    let told = app.anna.get("/api/v1/addin/bootstrap").await.expect(200).json();
    assert_eq!((&told["state"], &told["may_send"]), (&json!("sending_suspended"), &json!(false)));
    assert!(told["message"].as_str().unwrap().contains("suspended"));
    // What is out stays his to keep.
    app.anna.act(&sent.id, "block").await.expect(200);
    app.anna.act(&sent.id, "unblock").await.expect(200);
    assert_eq!(app.anna.transfer(&sent.id).await["state"], "available");
    app.anna.purge(&sent.id).await.expect(204);
    change(&app.admin, &anna, &json!({ "sending_suspended": false })).await.expect(200);
    assert_eq!(app.anna.get("/api/v1/addin/bootstrap").await.expect(200).json()["state"], "active");
    app.anna.sent(&[("a.txt", b"hello")]).await;
}

async fn a_warning_is_mailed_and_kept(app: &App) {
    let anna = id_of(app, &app.anna).await;
    let path = format!("/api/v1/admin/users/{}/warnings", anna.as_str().unwrap());
    let text = "No patients' files to private addresses.\n\nSee <b>our rules</b>.";
    let given = app.admin.post_json(&path, &json!({ "text": text })).await.expect(201).json();
    assert_eq!(given["given_by"], id_of(app, &app.admin).await);
    app.run_jobs().await;
    let mails = app.mails_to(app.anna.email());
    assert_eq!(mails.len(), 1);
    assert!(mails[0].text.contains("No patients' files") && mails[0].text.contains("See <b>our rules</b>."));
    assert!(!mails[0].html.contains("<b>our"), "{}", mails[0].html);
    let listed = app.admin.get(&path).await.expect(200).json();
    assert_eq!(listed["warnings"], json!([given]));
    for text in ["", " \n", &"x".repeat(2_001)] {
        app.admin.post_json(&path, &json!({ "text": text })).await.problem(400, "invalid_request");
    }
    for _ in 0..9 {
        app.admin.post_json(&path, &json!({ "text": "again" })).await.expect(201);
    }
    app.admin.post_json(&path, &json!({ "text": "again" })).await.problem(400, "invalid_request");
    app.anna.get(&path).await.problem(403, "forbidden");
    // Who runs the tenant is for owners to warn.
    let deputy = made(&app.admin, "deputy@acme.example", "admin").await;
    let deputy_client = app.client_of(&app.acme, "deputy@acme.example").await;
    let owner = format!("/api/v1/admin/users/{}/warnings", id_of(app, &app.admin).await.as_str().unwrap());
    deputy_client.post_json(&owner, &json!({ "text": "you" })).await.problem(403, "forbidden");
    let path = format!("/api/v1/admin/users/{}/warnings", deputy["id"].as_str().unwrap());
    app.admin.post_json(&path, &json!({ "text": "you" })).await.expect(201);
}

async fn users_of_another_tenant_are_not_there(app: &App) {
    let gina = id_of(app, &app.gina).await;
    let path = format!("/api/v1/admin/users/{}", gina.as_str().unwrap());
    app.admin.get(&path).await.problem(404, "not_found");
    change(&app.admin, &gina, &json!({ "disabled": true })).await.problem(404, "not_found");
    app.admin.delete(&format!("{path}/sessions")).await.problem(404, "not_found");
    app.gina.get("/api/v1/transfers").await.expect(200);
}

async fn what_cannot_be_a_user_changes_nothing(app: &App) {
    let before = app.admin.get("/api/v1/admin/users").await.expect(200).json();
    for wish in [
        json!({}),
        json!({ "email": "eve" }),
        json!({ "email": "eve@acme.example", "role": "root" }),
        json!({ "email": "eve@acme.example", "name": "a\nb" }),
        json!({ "email": "eve@acme.example", "name": "x".repeat(257) }),
        json!({ "email": "eve@acme.example", "disabled": false }),
    ] {
        app.admin.post_json("/api/v1/admin/users", &wish).await.problem(400, "invalid_request");
    }
    assert_eq!(app.admin.get("/api/v1/admin/users").await.expect(200).json(), before);
}
