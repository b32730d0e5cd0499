//! `/api/v1/mailboxes/{mailbox_id}/key-pairs`

use sealpost_sealed::{PrivateKey, SystemRandom};
use sealpost_test_support::{
    app::{App, HOUR, Method},
    claims,
};
use serde_json::{Value, json};

use super::{delegate, mailbox, undelegate};
use crate::{
    clients::acting_as,
    key_holder::{KeyHolder, found, sealed_to, team_path, text},
    people::audited,
};

claims![
    a_member_makes_a_teams_pair_and_gives_it_to_others,
    who_leaves_has_it_no_more_and_does_not_get_it_back_by_coming_back,
    who_was_let_in_turns_nothing_to_himself,
    a_member_whose_key_is_another_is_told,
    what_cannot_be_a_teams_pair_changes_nothing,
];

const OFFICE: &str = "office@acme.example";

async fn a_member_makes_a_teams_pair_and_gives_it_to_others(app: &App) {
    let office = mailbox(app, OFFICE, &[&app.anna, &app.otto]).await;
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let otto = KeyHolder::of(app, &app.otto, "Otters love water 9").await;
    let list = anna.list_team(&office).await;
    assert_eq!(list["key_pairs"], json!([]));
    assert!(list["members"].as_array().unwrap().iter().all(|member| member["public_key"].is_null()));
    let (annas, ottos) = (anna.make(None).await, otto.make(None).await);
    let team = PrivateKey::generate(&SystemRandom);
    anna.post_team(&office, &team, &[(&anna, annas)], None).await.expect(201);
    let of = team.public_key().fingerprint();
    assert_eq!(anna.open_team(&office, of).await.unwrap().public_key(), team.public_key());
    assert!(otto.open_team(&office, of).await.is_none());
    let list = otto.list_team(&office).await;
    assert_eq!(found(&list, of)["held_by"], json!([anna.user]));
    let known = list["members"].as_array().unwrap().iter().find(|one| one["user_id"] == otto.user.as_str());
    assert_eq!(known.unwrap()["fingerprint"], ottos.fingerprint().to_string());
    // Who has it gives it on; who does not have it, does not.
    otto.share(&office, &found(&list, of), &team, (&otto, ottos)).await.problem(403, "forbidden");
    anna.share(&office, &found(&list, of), &team, (&otto, ottos)).await.expect(204);
    assert_eq!(otto.open_team(&office, of).await.unwrap().public_key(), team.public_key());
    assert_eq!(audited(app, &app.acme, "key_pair.shared").await, 1);
    // All of the team hear that there is a new one.
    app.run_jobs().await;
    for who in [&app.anna, &app.otto] {
        let mails = app.mails_to(who.email());
        assert!(mails.iter().any(|mail| mail.text.contains("for a shared mailbox")), "{mails:?}");
    }
}

async fn who_leaves_has_it_no_more_and_does_not_get_it_back_by_coming_back(app: &App) {
    let office = mailbox(app, OFFICE, &[&app.anna, &app.otto]).await;
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let otto = KeyHolder::of(app, &app.otto, "Otters love water 9").await;
    let (annas, ottos) = (anna.make(None).await, otto.make(None).await);
    let team = PrivateKey::generate(&SystemRandom);
    anna.post_team(&office, &team, &[(&anna, annas), (&otto, ottos)], None).await.expect(201);
    undelegate(app, &office, &app.anna).await.expect(204);
    anna.client.get(&team_path(&office)).await.problem(404, "not_found");
    let of = team.public_key().fingerprint();
    let pair = found(&otto.list_team(&office).await, of);
    assert_eq!(pair["held_by"], json!([otto.user]));
    otto.share(&office, &pair, &team, (&anna, annas)).await.problem(404, "not_found");
    delegate(app, &office, &app.anna).await.expect(204);
    assert!(anna.open_team(&office, of).await.is_none());
    // For what comes later the others make a new one, which nobody has who has left.
    undelegate(app, &office, &app.anna).await.expect(204);
    let next = PrivateKey::generate(&SystemRandom);
    otto.post_team(&office, &next, &[(&otto, ottos)], Some(of)).await.expect(201);
    assert_eq!(otto.open_team(&office, of).await.unwrap().public_key(), team.public_key());
    assert!(found(&otto.list_team(&office).await, of)["retired_at"].is_string());
}

async fn who_was_let_in_turns_nothing_to_himself(app: &App) {
    let office = mailbox(app, OFFICE, &[&app.otto]).await;
    let otto = KeyHolder::of(app, &app.otto, "Otters love water 9").await;
    let ottos = otto.make(None).await;
    let team = PrivateKey::generate(&SystemRandom);
    otto.post_team(&office, &team, &[(&otto, ottos)], None).await.expect(201);
    let of = team.public_key().fingerprint();
    // The admin is none of them; then he lets himself in.
    let admin = KeyHolder::of(app, &app.admin, "x").await;
    let admins = admin.make(None).await;
    let own = PrivateKey::generate(&SystemRandom);
    admin.client.get(&team_path(&office)).await.problem(404, "not_found");
    admin.post_team(&office, &own, &[(&admin, admins)], Some(of)).await.problem(404, "not_found");
    delegate(app, &office, &app.admin).await.expect(204);
    let pair = found(&admin.list_team(&office).await, of);
    assert!(pair["private_key"].is_null());
    admin.post_team(&office, &own, &[(&admin, admins)], Some(of)).await.problem(403, "forbidden");
    admin.share(&office, &pair, &own, (&admin, admins)).await.problem(403, "forbidden");
    // Others' tenants; programs see what their users do, and change nothing.
    let rival = KeyHolder::of(app, &app.rival, "x").await;
    for other in [&rival.client, &*app.rival, &*app.anna] {
        other.get(&team_path(&office)).await.problem(404, "not_found");
    }
    assert_eq!(app.otto.get(&team_path(&office)).await.expect(200).json(), otto.list_team(&office).await);
    app.otto.post_json(&team_path(&office), &json!({})).await.problem(403, "forbidden");
    acting_as(app, &app.otto, "send read").await.get(&team_path(&office)).await.problem(403, "forbidden");
    assert_eq!(otto.list_team(&office).await["key_pairs"].as_array().unwrap().len(), 1);
    // Where all who had it have left, a new one is made by whoever is there.
    undelegate(app, &office, &app.otto).await.expect(204);
    admin.post_team(&office, &own, &[(&admin, admins)], Some(of)).await.expect(201);
}

async fn a_member_whose_key_is_another_is_told(app: &App) {
    let office = mailbox(app, OFFICE, &[&app.anna, &app.otto]).await;
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let otto = KeyHolder::of(app, &app.otto, "Otters love water 9").await;
    let annas = anna.make(None).await;
    let team = PrivateKey::generate(&SystemRandom);
    let strange = PrivateKey::generate(&SystemRandom).public_key();
    for to in [vec![(&anna, strange)], vec![(&anna, annas), (&otto, strange)]] {
        anna.post_team(&office, &team, &to, None).await.problem(409, "key_changed");
    }
    let first = otto.make(None).await;
    anna.post_team(&office, &team, &[(&anna, annas), (&otto, first)], None).await.expect(201);
    let of = team.public_key().fingerprint();
    let second = otto.make(Some(first.fingerprint())).await;
    let pair = found(&anna.list_team(&office).await, of);
    anna.share(&office, &pair, &team, (&otto, first)).await.problem(409, "key_changed");
    // What was sealed to the one before opens, so that is kept as long.
    app.clock.advance(25 * HOUR);
    app.run(sealpost_domain::Job::AbandonUploads).await;
    let otto = otto.signed_in_again(app, &app.otto).await;
    assert_eq!(otto.open_team(&office, of).await.unwrap().public_key(), team.public_key());
    // Its holder seals it to his new one himself.
    otto.share(&office, &pair, &team, (&otto, second)).await.expect(204);
    assert_eq!(otto.open_team(&office, of).await.unwrap().public_key(), team.public_key());
    app.run(sealpost_domain::Job::AbandonUploads).await;
    assert_eq!(otto.list().await["key_pairs"].as_array().unwrap().len(), 1);
}

async fn what_cannot_be_a_teams_pair_changes_nothing(app: &App) {
    let office = mailbox(app, OFFICE, &[&app.anna, &app.otto]).await;
    let anna = KeyHolder::of(app, &app.anna, "Quitte im Nebel 7").await;
    let otto = KeyHolder::of(app, &app.otto, "Otters love water 9").await;
    let (annas, ottos) = (anna.make(None).await, otto.make(None).await);
    let team = PrivateKey::generate(&SystemRandom);
    let own = |member: &KeyHolder, to, key: &PrivateKey| {
        let mut sealed = sealed_to(&to, key, member.team(&office));
        sealed["user_id"] = member.user.clone().into();
        sealed
    };
    let good = own(&anna, annas, &team);
    let short = {
        let mut short = good.clone();
        short["private_key"] = text(&[0; 79]).into();
        short
    };
    let public = text(team.public_key().as_bytes());
    let body = |public: &str, members: Value| json!({ "public_key": public, "members": members });
    for body in [
        body(&public, json!([])),
        body(&public, json!([own(&otto, ottos, &team)])),
        body(&public, json!([good, good])),
        body(&public, json!([short])),
        body(&text(&[0; 32]), json!([good])),
        body(&public, json!([{ "user_id": "x", "fingerprint": "x", "private_key": "" }])),
    ] {
        anna.client.post_json(&team_path(&office), &body).await.problem(400, "invalid_request");
    }
    let rivals = KeyHolder::of(app, &app.rival, "x").await;
    let strangers = rivals.make(None).await;
    let body = body(&public, json!([good, own(&rivals, strangers, &team)]));
    anna.client.post_json(&team_path(&office), &body).await.problem(404, "not_found");
    assert_eq!(anna.list_team(&office).await["key_pairs"], json!([]));
    let unknown = format!("{}/{}/members/{}", team_path(&office), anna.user, anna.user);
    anna.client
        .request(Method::PUT, &unknown)
        .json(&sealed_to(&annas, &team, anna.team(&office)))
        .await
        .problem(404, "not_found");
}
