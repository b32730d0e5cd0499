//! Making portals, looking at them, changing and removing them.

use sealpost_domain::Role;
use sealpost_test_support::{
    app::{App, Method},
    claims,
};
use serde_json::{Value, json};

use super::{PATH, begin, begun, change, logged, made, open, open_at, path_of, portal};
use crate::admin::licence::{Wish, install, licensed};

claims![
    a_portal_says_what_it_is_at_an_address_that_stays,
    what_cannot_be_meant_is_refused,
    a_name_is_taken_once_in_a_tenant,
    only_what_differs_is_changed_and_noted,
    a_portal_that_is_gone_or_off_is_not_there,
    admins_and_nobody_else_run_portals,
    the_list_says_why_a_portal_takes_nothing,
    a_portal_of_whom_has_no_seat_takes_nothing with licensed(),
    portals_go_along_when_a_tenant_goes,
];

async fn a_portal_says_what_it_is_at_an_address_that_stays(app: &App) {
    let wish = json!({
        "text": "CDs and\npictures.", "asks_code": true, "several": true, "kinds": ["pdf", "image"], "max_files": 5,
        "max_bytes": 1_000, "domains": ["Acme.example"],
        "recipients": [{ "email": "otto@acme.example", "label": "Dr Otto <b>" }],
    });
    let portal = portal(app, &wish).await;
    assert!(portal["url"].as_str().unwrap().ends_with("/u/acme/radiology"), "{portal}");
    assert_eq!(portal["owner"]["email"], "anna@acme.example");
    assert_eq!(portal["kinds"], json!(["image", "pdf"]));
    assert_eq!((&portal["enabled"], &portal["drafts"]), (&json!(true), &json!(0)));
    assert!(portal.get("unavailable").is_none(), "{portal}");
    assert_eq!(app.admin.get(&path_of(&portal)).await.expect(200).json(), portal);
    assert_eq!(app.admin.get(PATH).await.expect(200).json(), json!({ "portals": [portal] }));
    let opened = open(app).await.expect(200).json();
    assert_eq!(
        (&opened["organisation"], &opened["branding"]["name"], &opened["title"], &opened["text"]),
        (&json!("acme"), &json!("acme"), &json!("Pictures for radiology"), &json!("CDs and\npictures."))
    );
    assert_eq!(
        (&opened["max_files"], &opened["max_bytes"], &opened["asks_code"], &opened["several"]),
        (&json!(5), &json!(1_000), &json!(true), &json!(true))
    );
    let choice = &opened["choices"][0];
    assert_eq!((&choice["label"], choice.as_object().unwrap().len()), (&json!("Dr Otto <b>"), 2));
    assert_eq!(opened["domains"], json!(["acme.example"]));
    assert_eq!(opened["types"]["kinds"], json!(["image", "pdf"]));
    assert!(!opened.to_string().contains("otto@") && !opened.to_string().contains("anna@"), "{opened}");
    // The log names nobody, and nothing of what people read.
    let entry = logged(app, "portal.created").await[0].to_string();
    assert!(!entry.contains("Otto") && !entry.contains("Pictures") && !entry.contains('@'), "{entry}");
}

async fn what_cannot_be_meant_is_refused(app: &App) {
    let label = |label: &str| json!({ "recipients": [{ "email": "otto@acme.example", "label": label }] });
    let twice = json!({ "email": "otto@acme.example", "label": "x" });
    for wish in [
        json!({"name": ""}),
        json!({"name": "Radiology"}),
        json!({"name": "a/b"}),
        json!({"name": ".."}),
        json!({"name": "x".repeat(61)}),
        json!({"title": " "}),
        json!({"title": "gpj\u{202e}exe"}),
        json!({"title": "x".repeat(201)}),
        json!({"text": "x".repeat(17_000)}),
        json!({"text": "gpj\u{202e}exe"}),
        json!({"owner": "nobody@acme.example"}),
        json!({"owner": "gina@globex.example"}),
        json!({"recipients": [{ "email": "nobody@acme.example", "label": "x" }]}),
        json!({"recipients": [{ "email": "gina@globex.example", "label": "x" }]}),
        json!({"recipients": [twice, twice]}),
        label(" "),
        label("two\nlines"),
        label("gpj\u{202e}exe"),
        label(&"x".repeat(101)),
        json!({"domains": ["no domain"]}),
        json!({"domains": ["*.acme.example"]}),
        json!({"kinds": []}),
        json!({"kinds": ["pictures"]}),
        json!({"kinds": ["executable"]}),
        json!({"kinds": ["office_macros"]}),
        json!({"max_files": 0}),
        json!({"max_bytes": 0}),
        json!({"drafts": 1}),
    ] {
        let body = json!({ "name": "x", "owner": "anna@acme.example", "title": "x" });
        app.admin.post_json(PATH, &super::with(body, &wish)).await.problem(400, "invalid_request");
    }
    let portal = portal(app, &json!({})).await;
    for what in [
        json!({"name": "other"}),
        json!({"title": ""}),
        json!({"owner": "gina@globex.example"}),
        json!({"kinds": []}),
        json!({"kinds": ["script"]}),
        json!({"max_files": 0}),
        json!({"owner": null, "title": "\n"}),
    ] {
        change(app, &portal, &what).await.problem(400, "invalid_request");
    }
    assert_eq!(app.admin.get(&path_of(&portal)).await.expect(200).json(), portal);
}

async fn a_name_is_taken_once_in_a_tenant(app: &App) {
    let portal = portal(app, &json!({})).await;
    let again = json!({ "name": "radiology", "owner": "otto@acme.example", "title": "x" });
    app.admin.post_json(PATH, &again).await.problem(409, "already_exists");
    made(&app.rival, &json!({ "owner": "gina@globex.example", "title": "Theirs" })).await;
    assert_eq!(open_at(app, "acme", "radiology").await.expect(200).json()["title"], portal["title"]);
    assert_eq!(open_at(app, "globex", "radiology").await.expect(200).json()["title"], "Theirs");
}

async fn only_what_differs_is_changed_and_noted(app: &App) {
    let made = portal(app, &json!({"text": "Hello", "max_files": 3, "kinds": ["pdf"]})).await;
    let what = json!({"text": null, "max_files": null, "kinds": null, "several": true, "max_bytes": 7});
    let changed = change(app, &made, &what).await.expect(200).json();
    for gone in ["text", "max_files", "kinds"] {
        assert!(changed.get(gone).is_none(), "{gone}: {changed}");
    }
    assert_eq!((&changed["several"], &changed["max_bytes"]), (&json!(true), &json!(7)));
    assert_eq!((&changed["title"], &changed["name"]), (&made["title"], &made["name"]));
    let noted = logged(app, "portal.changed").await;
    change(app, &made, &json!({"several": true})).await.expect(200);
    assert_eq!(logged(app, "portal.changed").await, noted, "what is so already is no change");
    let noted = &noted[0];
    assert_eq!((&noted["texts"], &noted["several"]), (&json!(["text"]), &json!({"from": false, "to": true})));
    assert_eq!(noted["kinds"], json!({"from": ["pdf"], "to": null}));
    assert!(noted.get("owner").is_none() && noted.get("enabled").is_none(), "{noted}");
}

async fn a_portal_that_is_gone_or_off_is_not_there(app: &App) {
    let made = portal(app, &json!({"enabled": false})).await;
    assert_eq!(made["unavailable"], "off");
    let nowhere =
        [("acme", "radiology"), ("acme", "unknown"), ("nobody", "radiology"), ("../x", "\u{0}"), ("", "")];
    for (tenant, name) in nowhere {
        open_at(app, tenant, name).await.problem(404, "link_unavailable");
        begin(app, &json!({"tenant": tenant, "name": name})).await.problem(404, "link_unavailable");
        let ask = json!({"tenant": tenant, "name": name, "email": "ute@builder.example"});
        app.anybody.post_json("/api/v1/portals/code", &ask).await.problem(404, "link_unavailable");
    }
    change(app, &made, &json!({"enabled": true})).await.expect(200);
    let at_it = begun(app, &json!({})).await;
    let sent = begun(app, &json!({})).await;
    sent.sender.put(&sent.id, "a.txt", b"a").await;
    sent.send().await.expect(200);
    let upload = at_it.sender.upload(&at_it.id, "b.txt", 10).await;
    change(app, &made, &json!({"enabled": false})).await.expect(200);
    at_it.sender.patch(&upload, 0, "12345").await.problem(403, "request_closed");
    at_it.send().await.problem(403, "request_closed");
    change(app, &made, &json!({"enabled": true})).await.expect(200);
    at_it.sender.patch(&upload, 0, "12345").await.expect(204);
    app.admin.delete(&path_of(&made)).await.expect(204);
    app.admin.delete(&path_of(&made)).await.problem(404, "not_found");
    at_it.sender.patch(&upload, 5, "67890").await.problem(403, "request_closed");
    open(app).await.problem(404, "link_unavailable");
    assert_eq!(app.anna.transfer(&sent.id).await["state"], "available", "what was sent stays");
    assert_eq!(logged(app, "portal.removed").await.len(), 1);
    // A name that is free can be taken, and what was begun at the one before is not its own.
    portal(app, &json!({})).await;
    at_it.send().await.problem(403, "request_closed");
}

async fn admins_and_nobody_else_run_portals(app: &App) {
    let made = portal(app, &json!({})).await;
    let path = path_of(&made);
    let body = json!({ "name": "x", "owner": "anna@acme.example", "title": "x" });
    app.anna.get(PATH).await.problem(403, "forbidden");
    app.anna.post_json(PATH, &body).await.problem(403, "forbidden");
    app.anna.delete(&path).await.problem(403, "forbidden");
    app.rival.get(&path).await.problem(404, "not_found");
    app.rival.delete(&path).await.problem(404, "not_found");
    app.rival.request(Method::PATCH, &path).json(&json!({"title": "x"})).await.problem(404, "not_found");
    let grant = crate::support::operator(app, &app.acme).await;
    let email = "audrey@acme.example".parse().unwrap();
    app.tenancy().create_user(&grant, &email, "Audrey", Role::Auditor).await.unwrap();
    let auditor = app.client_of(&app.acme, "audrey@acme.example").await;
    assert_eq!(auditor.get(PATH).await.expect(200).json()["portals"][0]["id"], made["id"]);
    auditor.get(&path).await.expect(200);
    auditor.delete(&path).await.problem(403, "forbidden");
    auditor.post_json(PATH, &body).await.problem(403, "forbidden");
    // Nor does an auditor own one.
    change(app, &made, &json!({"owner": "audrey@acme.example"})).await.problem(400, "invalid_request");
}

async fn unavailable(app: &App, portal: &Value) -> Value {
    app.admin.get(&path_of(portal)).await.expect(200).json()["unavailable"].clone()
}

async fn the_list_says_why_a_portal_takes_nothing(app: &App) {
    let made = portal(app, &json!({})).await;
    let at_it = begun(app, &json!({})).await;
    let anna = format!("/api/v1/admin/users/{}", app.user_id(&app.anna).await);
    for (what, back, why) in [
        (json!({"sending_suspended": true}), json!({"sending_suspended": false}), "owner_suspended"),
        (json!({"disabled": true}), json!({"disabled": false}), "owner_disabled"),
        (json!({"role": "auditor"}), json!({"role": "sender"}), "owner_role"),
    ] {
        app.admin.request(Method::PATCH, &anna).json(&what).await.expect(200);
        open(app).await.problem(404, "link_unavailable");
        begin(app, &json!({})).await.problem(404, "link_unavailable");
        at_it.send().await.problem(403, "request_closed");
        assert_eq!(unavailable(app, &made).await, why);
        app.admin.request(Method::PATCH, &anna).json(&back).await.expect(200);
    }
    assert_eq!(unavailable(app, &made).await, Value::Null);
    open(app).await.expect(200);
}

async fn a_portal_of_whom_has_no_seat_takes_nothing(app: &App) {
    install(app, Wish { seats: 3, ..Wish::of(app) }).await;
    let made = portal(app, &json!({})).await;
    let path = format!("/api/v1/admin/users/{}/seat", app.user_id(&app.anna).await);
    app.admin.request(Method::DELETE, &path).await.expect(200);
    open(app).await.problem(404, "link_unavailable");
    assert_eq!(unavailable(app, &made).await, "owner_seat");
}

async fn portals_go_along_when_a_tenant_goes(app: &App) {
    let choice = json!({"recipients": [{ "email": "otto@acme.example", "label": "Otto" }]});
    let made = portal(app, &choice).await;
    let uploader = begun(app, &json!({"recipients": [made["recipients"][0]["user_id"]]})).await;
    uploader.sender.put(&uploader.id, "a.txt", b"a").await;
    uploader.send().await.expect(200);
    let (lists, about) = crate::admin::export::portals_and_transfer(app, &uploader.id).await;
    assert_eq!((&lists[0]["id"], &lists[0]["recipients"][0]["label"]), (&made["id"], &json!("Otto")));
    assert_eq!(about["portal"], made["id"]);
}
