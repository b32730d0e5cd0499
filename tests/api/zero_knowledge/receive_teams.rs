//! What outsiders seal to the key of a team, at its portal.

use sealpost_sealed::{PrivateKey, PublicKey, SystemRandom};
use sealpost_test_support::{
    app::{App, Visit},
    claims,
};
use serde_json::{Value, json};

use super::{
    client::{Opened, Sealing},
    receive::PASSPHRASE,
};
use crate::{
    key_holder::{KeyHolder, public, team_path},
    mailboxes::{mailbox, undelegate},
    portals,
    requests::Uploader,
};

claims![a_teams_inbox_works_when_a_member_leaves, what_a_portal_cannot_seal_is_refused];

/// A team of Anna and Otto, both of whom have its private key, and its portal.
async fn team(app: &App) -> (String, [KeyHolder; 2], PrivateKey) {
    let office = mailbox(app, "office@acme.example", &[&app.anna, &app.otto]).await;
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let otto = KeyHolder::of(app, &app.otto, "Otters love water 9").await;
    let (annas, ottos) = (anna.make(None).await, otto.make(None).await);
    let key = PrivateKey::generate(&SystemRandom);
    anna.post_team(&office, &key, &[(&anna, annas), (&otto, ottos)], None).await.expect(201);
    (office, [anna, otto], key)
}

/// The outsider's program at the portal.
async fn at_portal(app: &App) -> (Uploader, Sealing, PublicKey) {
    let opened = portals::open(app).await.expect(200).json();
    assert_eq!(
        (&opened["mode"], &opened["sealing"]["receiver"]["team"]),
        (&json!("zero_knowledge"), &json!("The Office"))
    );
    let uploader = portals::begun(app, &json!({})).await;
    let sealing = Sealing::of_submission(&uploader.sender, &uploader.id, &opened["sealing"]["tenant"]);
    (uploader, sealing, public(&opened["sealing"]["receiver"]["public_key"]))
}

/// The link that was mailed to the office last, opened.
async fn office_link(app: &App) -> Value {
    app.run_jobs().await;
    let mails = app.mails_to("office@acme.example");
    let text = &mails.last().expect("a mail").text;
    let token = text.split("/t/").nth(1).unwrap().split_whitespace().next().unwrap();
    app.anybody.post_json("/api/v1/links/verify", &json!({ "token": token })).await.expect(200).json()
}

async fn a_teams_inbox_works_when_a_member_leaves(app: &App) {
    let (office, [anna, otto], key) = team(app).await;
    let wish = json!({ "mode": "zero_knowledge", "mailbox_id": office });
    let portal = portals::portal(app, &wish).await;
    assert_eq!((&portal["mode"], &portal["mailbox_id"]), (&json!("zero_knowledge"), &json!(office)));
    let (uploader, sealing, told) = at_portal(app).await;
    assert_eq!(told, key.public_key());
    sealing.put_sealing(&sealing.sealed_to(&told, Some(("Findings", "of today")))).await.expect(204);
    sealing.put("finding.txt", b"hello").await;
    uploader.send().await.expect(200);
    assert_eq!(portals::goes_to(app, &uploader).await, ["office@acme.example"]);
    let link = office_link(app).await;
    // Anna leaves: the office, and the tenant.
    undelegate(app, &office, &app.anna).await.expect(204);
    anna.client.get(&team_path(&office)).await.problem(404, "not_found");
    let of = key.public_key().fingerprint();
    let ottos = otto.open_team(&office, of).await.expect("he has it");
    let visit = Visit::of(&app.anybody, &link);
    assert_eq!(visit.delivery["sealed_to"]["content_key_to"][0]["mailbox_id"], office.as_str());
    let opened = Opened::received(app, &visit, &ottos).expect("it is sealed to the team");
    assert_eq!(opened.words().0.as_deref(), Some("Findings"));
    assert_eq!(opened.fetch(0).await.1, b"hello");
    // For what comes from now on Otto makes a pair that Anna never had; what is under way is told.
    let (uploader, sealing, before) = at_portal(app).await;
    sealing.put_sealing(&sealing.sealed_to(&before, None)).await.expect(204);
    sealing.put("later.txt", b"later").await;
    let next = PrivateKey::generate(&SystemRandom);
    let own = otto.list().await["key_pairs"][0]["public_key"].clone();
    otto.post_team(&office, &next, &[(&otto, public(&own))], Some(of)).await.expect(201);
    uploader.send().await.problem(409, "key_changed");
    sealing.put_sealing(&sealing.sealed_to(&next.public_key(), None)).await.expect(204);
    uploader.send().await.expect(200);
    let visit = Visit::of(&app.anybody, &office_link(app).await);
    assert!(Opened::received(app, &visit, &key).is_none(), "what Anna may have kept");
    assert_eq!(Opened::received(app, &visit, &next).unwrap().fetch(0).await.1, b"later");
    // When nobody has its private key any more, nothing more is taken, and nothing is lost by it.
    undelegate(app, &office, &app.otto).await.expect(204);
    portals::open(app).await.problem(409, "state_conflict");
    portals::begin(app, &json!({})).await.problem(409, "state_conflict");
}

async fn what_a_portal_cannot_seal_is_refused(app: &App) {
    let office = mailbox(app, "office@acme.example", &[&app.anna]).await;
    let base = json!({ "name": "sealed", "owner": "anna@acme.example", "title": "x" });
    let sealed = portals::with(base.clone(), &json!({ "mode": "zero_knowledge" }));
    let of_team = portals::with(sealed.clone(), &json!({ "mailbox_id": office }));
    let make = |body: &Value| app.admin.post_json(portals::PATH, body);
    make(&sealed).await.problem(400, "invalid_request");
    make(&of_team).await.problem(400, "invalid_request");
    let anna = KeyHolder::of(app, &app.anna, PASSPHRASE).await;
    let (own, key) = (anna.make(None).await, PrivateKey::generate(&SystemRandom));
    anna.post_team(&office, &key, &[(&anna, own)], None).await.expect(201);
    for more in [
        json!({ "recipients": [{ "email": "otto@acme.example", "label": "Otto" }] }),
        json!({ "domains": ["acme.example"] }),
        json!({ "kinds": ["pdf"] }),
        json!({ "mailbox_id": anna.user }),
    ] {
        make(&portals::with(of_team.clone(), &more)).await.problem(400, "invalid_request");
    }
    let portal = make(&of_team).await.expect(201).json();
    for change in [json!({ "domains": ["acme.example"] }), json!({ "kinds": ["pdf"] })] {
        portals::change(app, &portal, &change).await.problem(400, "invalid_request");
    }
    portals::change(app, &portal, &json!({ "title": "y" })).await.expect(200);
    let begin = |wish: Value| portals::begin(app, &portals::with(json!({ "name": "sealed" }), &wish));
    begin(json!({ "subject": "in the clear" })).await.problem(422, "sealed_by_sender");
    begin(json!({ "message": "in the clear" })).await.problem(422, "sealed_by_sender");
    begin(json!({ "recipients": ["otto@acme.example"] })).await.problem(400, "invalid_request");
    begin(json!({})).await.expect(201);
}
