//! `POST /api/v1/links/prove`

use std::time::Duration;

use sealpost_domain::Policy;
use sealpost_sealed::FragmentSecret;
use sealpost_sealed::SystemRandom;
use sealpost_test_support::{
    app::{App, Options},
    claims,
};
use serde_json::{Value, json};

use super::client::{Opening, Sealing, bytes, text, to_bert};
use crate::links::code::coded;

claims![
    a_proof_gives_a_grant_as_bearer_and_as_cookie,
    wrong_proofs_are_counted_and_lock_the_transfer with three_attempts(),
    a_right_proof_forgets_the_wrong_ones with three_attempts(),
    a_code_forgives_no_wrong_proof with three_attempts(),
    a_wrong_half_or_fragment_opens_nothing,
    a_ticket_is_for_one_link_and_ten_minutes,
    a_proof_is_of_one_transfer,
    what_was_blocked_meanwhile_opens_to_nobody,
    guesses_wait_as_those_of_passwords_do with three_a_link(),
];

fn three_attempts() -> Options {
    Options { policy: Policy { password_attempts: 3, ..Policy::default() }, ..Options::default() }
}

fn three_a_link() -> Options {
    use sealpost_auth::{AuthLimits, Rate, Rates};
    let rates = Rates { link: Rate::per_minute(3), ..Rates::unlimited() };
    Options {
        auth: AuthLimits { passwords_per_minute: 10_000, rates, ..AuthLimits::default() },
        ..Options::default()
    }
}

/// The same with another second part of the link.
fn with_another_fragment(opening: &Opening) -> Opening {
    Opening {
        anybody: opening.anybody.clone(),
        token: opening.token.clone(),
        fragment: FragmentSecret::generate(&SystemRandom),
        password: opening.password.clone(),
    }
}

async fn a_proof_gives_a_grant_as_bearer_and_as_cookie(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    let proved = opening.prove(&told).await.expect(200);
    let opened = opening.open_with(&told, &proved);
    let path = format!(
        "/api/v1/deliveries/{}/files/{}/content",
        links[0].recipient,
        opened.delivery["files"][0]["id"].as_str().unwrap()
    );
    app.anybody.get(&path).header("cookie", proved.cookies()).await.expect(200);
    // Once more with the link's token, which is that of the ticket.
    let (access, _) = opening.access(&told);
    let shown = json!({
        "token": links[0].token, "ticket": told["ticket"], "proof": text(access.proof.expose_secret()),
    });
    app.anybody.post_json("/api/v1/links/prove", &shown).await.expect(200);
    let shown = app.anna.transfer(&draft.id).await;
    assert!(shown["recipients"][0]["opened_at"].is_string());
}

async fn wrong_proofs_are_counted_and_lock_the_transfer(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    app.run_jobs().await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    for _ in 0..3 {
        with_another_fragment(&opening).prove(&told).await.problem(403, "wrong_proof");
    }
    assert_eq!(app.anna.transfer(&draft.id).await["locked"], true);
    opening.prove(&told).await.problem(403, "wrong_proof");
    app.run_jobs().await;
    let [mail] = app.mails_to("anna@acme.example").try_into().expect("the sender is told once");
    assert!(mail.text.contains("locked"), "{}", mail.text);
    let entries = app.db.read().await.unwrap().audit_after(app.acme.id, 0, 1_000).await.unwrap();
    let refused: Vec<_> = entries.iter().filter(|entry| entry.kind == "delivery.refused").collect();
    assert_eq!(refused.len(), 4);
    assert!(refused.iter().all(|entry| entry.payload.contains("\"shown\":\"proof\"")));
    app.anna.act(&draft.id, "unblock").await.expect(200);
    opening.prove(&told).await.expect(200);
}

async fn a_right_proof_forgets_the_wrong_ones(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    for _ in 0..3 {
        for _ in 0..2 {
            with_another_fragment(&opening).prove(&told).await.problem(403, "wrong_proof");
        }
        opening.prove(&told).await.expect(200);
    }
    assert_eq!(app.anna.transfer(&draft.id).await["locked"], false);
}

async fn a_code_forgives_no_wrong_proof(app: &App) {
    let mut new = to_bert();
    new["protection"] = "email_code".into();
    let draft = Sealing::begin(&app.anna, &new).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    app.run_jobs().await;
    let opening = draft.opening(app, &links[0]);
    let mut told = Value::Null;
    for _ in 0..3 {
        app.clock.advance(Duration::from_secs(61));
        let (challenge, code) = coded(app, &links[0]).await;
        let shown = json!({"token": links[0].token, "code": code, "challenge": challenge});
        told = app.anybody.post_json("/api/v1/links/verify", &shown).await.expect(200).json();
        with_another_fragment(&opening).prove(&told).await.problem(403, "wrong_proof");
    }
    assert_eq!(app.anna.transfer(&draft.id).await["locked"], true);
    opening.prove(&told).await.problem(403, "wrong_proof");
}

async fn a_wrong_half_or_fragment_opens_nothing(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let other = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let of_other = other.sent(None, &[("a", b"aaa")]).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    let mut with_other_half = told.clone();
    with_other_half["sealing"]["server_half"] =
        of_other[0].verify().await.expect(200).json()["sealing"]["server_half"].clone();
    opening.prove(&with_other_half).await.problem(403, "wrong_proof");
    let mut elsewhere = told.clone();
    elsewhere["sealing"]["transfer"] = other.id.clone().into();
    opening.prove(&elsewhere).await.problem(403, "wrong_proof");
    // Nor does the content key open with what they make.
    let proved = opening.prove(&told).await.expect(200).json();
    let sealed = bytes(&proved["delivery"]["sealing"]["content_key"]);
    let place = |told: &Value| sealpost_sealed::ContentKeyContext {
        tenant: super::client::uuid(told["sealing"]["tenant"].as_str().unwrap()),
        transfer: super::client::uuid(told["sealing"]["transfer"].as_str().unwrap()),
    };
    for (opening, told) in
        [(&opening, &with_other_half), (&opening, &elsewhere), (&with_another_fragment(&opening), &told)]
    {
        let (access, _) = opening.access(told);
        assert!(access.key.open_content_key(place(told), &sealed).is_err());
    }
}

async fn a_ticket_is_for_one_link_and_ten_minutes(app: &App) {
    let new = json!({
        "mode": "zero_knowledge",
        "recipients": [{"email": "bert@example.org"}, {"email": "carl@example.org"}],
    });
    let draft = Sealing::begin(&app.anna, &new).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    let (access, _) = opening.access(&told);
    let prove = |ticket: &Value, token: Option<&str>, proof: &[u8]| {
        let shown = json!({"ticket": ticket, "token": token, "proof": text(proof)});
        app.anybody.post_json("/api/v1/links/prove", &shown)
    };
    let proof = access.proof.expose_secret();
    prove(&told["ticket"], Some(&links[1].token), proof).await.problem(401, "unauthorized");
    prove(&json!("x"), None, proof).await.problem(401, "unauthorized");
    prove(&json!("A".repeat(150)), None, proof).await.problem(401, "unauthorized");
    prove(&told["ticket"], None, &proof[..31]).await.problem(400, "invalid_request");
    app.clock.advance(Duration::from_secs(9 * 60 + 59));
    prove(&told["ticket"], Some(&links[0].token), proof).await.expect(200);
    app.clock.advance(Duration::from_secs(1));
    prove(&told["ticket"], None, proof).await.problem(401, "unauthorized");
    // None of what was no ticket has counted as a guess.
    assert_eq!(app.anna.transfer(&draft.id).await["locked"], false);
    opening.open().await;
}

async fn a_proof_is_of_one_transfer(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let of_service = app.anna.sent(&[("b", b"b")]).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let told = links[0].verify().await.expect(200).json();
    let shown = json!({"token": of_service.link().token, "ticket": told["ticket"], "proof": text(&[1; 32])});
    app.anybody.post_json("/api/v1/links/prove", &shown).await.problem(401, "unauthorized");
    // What the service seals is opened as ever.
    assert_eq!(of_service.link().enter().await.fetch(0).await, "b");
    assert_eq!(of_service.link().open().await.expect(200).json()["mode"], "standard");
}

async fn what_was_blocked_meanwhile_opens_to_nobody(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    app.anna.act(&draft.id, "block").await.expect(200);
    opening.prove(&told).await.problem(404, "link_unavailable");
    links[0].is_unavailable().await;
    app.anna.act(&draft.id, "unblock").await.expect(200);
    opening.prove(&told).await.expect(200);
    app.anna.purge(&draft.id).await.expect(204);
    opening.prove(&told).await.problem(404, "link_unavailable");
}

async fn guesses_wait_as_those_of_passwords_do(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let links = draft.sent(None, &[("a", b"aaa")]).await;
    let opening = draft.opening(app, &links[0]);
    let told = opening.verify().await.expect(200).json();
    let mut waits = 0;
    for _ in 0..4 {
        let answer = with_another_fragment(&opening).prove(&told).await;
        waits += u32::from(answer.status == 429);
    }
    assert!(waits > 0);
}
