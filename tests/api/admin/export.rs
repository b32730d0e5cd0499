//! `/api/v1/admin/export`

use std::{collections::BTreeMap, io::Read as _};

use data_encoding::BASE64;
use sealpost_domain::Job;
use sealpost_tenancy::FileVerifier;
use sealpost_test_support::{
    app::{App, DAY, HOUR, Method},
    claims,
};
use serde_json::{Value, json};

use crate::{
    requests::{Uploader, asked},
    support::{MIB, from_now, pattern},
};

const PATH: &str = "/api/v1/admin/export";

claims![
    an_owner_takes_everything_along,
    requests_and_who_has_answered_them_go_along,
    what_a_password_protects_comes_along_sealed,
    an_export_without_files_has_none,
    only_an_owner_who_has_shown_a_credential_takes_it,
    what_is_broken_off_shows,
];

/// The entries of a tar archive, by the simplest reader that there is.
fn entries(tar: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let (mut rest, mut entries) = (tar, BTreeMap::new());
    while rest.len() >= 512 && rest[0] != 0 {
        let (header, content) = rest.split_at(512);
        let text =
            |field: &[u8]| String::from_utf8(field.split(|b| *b == 0).next().unwrap().to_vec()).unwrap();
        let size = usize::from_str_radix(&text(&header[124..136]), 8).unwrap();
        let (prefix, name) = (text(&header[345..500]), text(&header[..100]));
        let name = if prefix.is_empty() { name } else { format!("{prefix}/{name}") };
        entries.insert(name, content[..size].to_vec());
        rest = &content[size.next_multiple_of(512)..];
    }
    entries
}

async fn export(app: &App, query: &str) -> BTreeMap<String, Vec<u8>> {
    let owner = app.signed_in(&app.admin).await;
    let answer = owner.get(&format!("{PATH}{query}")).await.expect(200);
    assert_eq!(answer.header("content-type"), Some("application/x-tar"));
    let verified = sealpost_archive::verify(&*answer.body).unwrap();
    let entries = entries(&answer.body);
    assert_eq!(verified.entries as usize + 1, entries.len());
    entries
}

fn json_of(entries: &BTreeMap<String, Vec<u8>>, name: &str) -> Value {
    serde_json::from_slice(entries.get(name).unwrap_or_else(|| panic!("{name}: {:?}", entries.keys())))
        .unwrap()
}

fn lines_of(entries: &BTreeMap<String, Vec<u8>>, folder: &str) -> Vec<Value> {
    let mut text = String::new();
    for (_, bytes) in entries.iter().filter(|(name, _)| name.starts_with(folder)) {
        bytes.as_slice().read_to_string(&mut text).unwrap();
    }
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

async fn requests_and_who_has_answered_them_go_along(app: &App) {
    let (made, token) = asked(app, &json!({"email": "ute@builder.example"})).await;
    let uploader = Uploader::begun(app, &token).await;
    uploader.sender.put(&uploader.id, "a.txt", b"a").await;
    uploader.send().await.expect(200);
    let entries = export(app, "").await;
    let request = &lines_of(&entries, "requests.jsonl")[0];
    assert_eq!((&request["id"], &request["email"]), (&made["id"], &"ute@builder.example".into()));
    assert!(!request.to_string().contains(&token), "whoever has a link, uploads");
    let about = json_of(&entries, &format!("transfers/{}/transfer.json", uploader.id));
    assert_eq!(
        about["uploader"],
        json!({"email": "ute@builder.example", "name": "Ute Bauer", "proved": false})
    );
    assert_eq!(about["request"], made["id"]);
}

/// What goes along of portals, and of a transfer.
pub(crate) async fn portals_and_transfer(app: &App, transfer: &str) -> (Vec<Value>, Value) {
    let entries = export(app, "").await;
    let about = json_of(&entries, &format!("transfers/{transfer}/transfer.json"));
    (lines_of(&entries, "portals.jsonl"), about)
}

async fn an_owner_takes_everything_along(app: &App) {
    let owner = app.signed_in(&app.admin).await;
    let big = pattern(9 * MIB);
    let to = json!({"recipients": [{"email": "bert@example.org"}], "subject": "Plans", "message": "Here they are"});
    let sent = app.anna.sent_as(&to, &[("plan.pdf", b"the plan"), ("big.bin", &big)]).await;
    sent.link().enter().await.fetch(0).await;
    let purged = app.anna.sent(&[("gone", b"gone")]).await;
    app.anna.purge(&purged.id).await.expect(204);
    owner.post_json("/api/v1/admin/mailboxes", &json!({"email": "office@acme.example"})).await.expect(201);
    let change = json!({ "settings": { "max_files": 77 } });
    owner.request(Method::PATCH, "/api/v1/admin/policy").json(&change).await.expect(200);
    let anna = app.user_id(&app.anna).await;
    let warning = json!({ "text": "not again" });
    owner.post_json(&format!("/api/v1/admin/users/{anna}/warnings"), &warning).await.expect(201);
    let blocked = json!({ "sha256": "ab".repeat(32), "note": "leaked" });
    owner.post_json("/api/v1/admin/blocked-files", &blocked).await.expect(201);
    let report = json!({ "token": sent.link().token, "reason": "other", "text": "not mine" });
    app.anybody.post_json("/api/v1/links/report", &report).await.expect(204);
    let logo =
        "<svg xmlns='http://www.w3.org/2000/svg' width='4' height='2'><rect width='4' height='2'/></svg>";
    let put =
        owner.request(Method::PUT, "/api/v1/admin/branding/logo").header("content-type", "image/svg+xml");
    put.body(logo.as_bytes().to_vec()).await.expect(200);
    app.run(Job::CollectReports).await;
    app.run(Job::CheckpointAudit).await;

    let entries = export(app, "").await;
    assert_eq!(json_of(&entries, "tenant.json")["slug"], app.acme.slug.as_str());
    assert_eq!(json_of(&entries, "policy.json")["document"]["settings"]["max_files"], 77);
    let versions: Vec<_> = entries.keys().filter(|name| name.starts_with("policy/")).collect();
    assert!(!versions.is_empty(), "and how it became so");
    let users = lines_of(&entries, "users/");
    assert!(
        users.iter().any(|user| user["email"] == "anna@acme.example" && user["role"] == "sender"),
        "{users:?}"
    );
    assert_eq!(lines_of(&entries, "mailboxes.jsonl")[0]["email"], "office@acme.example");
    assert_eq!(lines_of(&entries, "purges/")[0]["transfer"], *purged.id);

    let about = json_of(&entries, &format!("transfers/{}/transfer.json", sent.id));
    assert_eq!((&about["subject"], &about["message"]), (&"Plans".into(), &"Here they are".into()));
    assert_eq!(about["abuse_reports"][0]["text"], "not mine");
    let anna = users.iter().find(|user| user["email"] == "anna@acme.example").unwrap();
    assert_eq!(anna["warnings"][0]["text"], "not again");
    let logo = json_of(&entries, "logo.json");
    assert_eq!(logo["media_type"], "image/svg+xml");
    let logo = BASE64.decode(logo["base64"].as_str().unwrap().as_bytes()).unwrap();
    assert!(logo.starts_with(b"<svg") && logo.windows(5).any(|bytes| bytes == b"<rect"));
    assert_eq!(lines_of(&entries, "blocked-files.jsonl")[0]["note"], "leaked");
    assert!(lines_of(&entries, "reports.jsonl").iter().any(|day| day["transfers"] == 2), "two were sent");
    for name in ["incidents.jsonl", "report-rules.jsonl", "forwarding.jsonl", "groups.jsonl"] {
        assert!(entries.contains_key(name), "{name}");
    }
    assert_eq!(about["recipients"][0]["email"], "bert@example.org");
    assert_eq!(about["recipients"][0]["downloads"][0]["times"], 1);
    for (name, bytes) in [("plan.pdf", b"the plan".as_slice()), ("big.bin", &big)] {
        let file = about["files"].as_array().unwrap().iter().find(|file| file["name"] == name).unwrap();
        let path = format!("transfers/{}/files/{}", sent.id, file["id"].as_str().unwrap());
        assert!(entries[&path] == bytes, "{name}");
    }

    // The log, which verifies, says that it was taken.
    let key = app.admin.get("/api/v1/admin/audit/key").await.expect(200).json();
    let mut log = FileVerifier::new().signed_by(key["key"].as_str().unwrap().parse().unwrap());
    let lines = lines_of(&entries, "audit/");
    let pieces: Vec<_> = entries.iter().filter(|(name, _)| name.starts_with("audit/")).collect();
    for (_, piece) in pieces {
        for line in std::str::from_utf8(piece).unwrap().lines() {
            log.line(line).unwrap();
        }
    }
    assert!(log.finish().unwrap().fitting >= 1);
    assert!(lines.iter().any(|line| line["kind"] == "tenant.exported"));
    // Nothing of any other tenant.
    let all: Vec<u8> = entries.into_values().flatten().collect();
    assert!(!String::from_utf8_lossy(&all).contains("globex"));
}

async fn what_a_password_protects_comes_along_sealed(app: &App) {
    let to = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let sent = app.anna.sent_as(&to, &[("plan.pdf", b"the plan")]).await;
    let entries = export(app, "").await;
    let about = json_of(&entries, &format!("transfers/{}/transfer.json", sent.id));
    assert!(about["note"].as_str().unwrap().contains("password") && about["files"][0]["name"].is_null());
    let sealed: Vec<_> = entries
        .iter()
        .filter(|(name, _)| name.starts_with(&format!("transfers/{}/sealed/", sent.id)))
        .collect();
    assert_eq!(sealed.len(), 1);
    let stored = std::fs::read(app.object_path(&app.objects().await[0])).unwrap();
    assert!(*sealed[0].1 == stored);
}

async fn an_export_without_files_has_none(app: &App) {
    let sent = app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    let new = json!({"recipients": [{"email": "bert@example.org"}], "expires_at": from_now(app, 2 * HOUR)});
    let short = app.anna.sent_as(&new, &[("a", b"a")]).await;
    app.clock.advance(3 * HOUR);
    let entries = export(app, "?files=false").await;
    assert_eq!(
        json_of(&entries, &format!("transfers/{}/transfer.json", sent.id))["files"][0]["name"],
        "plan.pdf"
    );
    assert!(entries.keys().all(|name| !name.contains("/files/")), "{:?}", entries.keys());
    // What has reached its end is not read any more, also if it is not purged yet.
    let about = json_of(&entries, &format!("transfers/{}/transfer.json", short.id));
    assert!(about["subject"].is_null() && about["note"].as_str().unwrap().contains("over"));
    let _ = DAY;
}

async fn only_an_owner_who_has_shown_a_credential_takes_it(app: &App) {
    app.anybody.get(PATH).await.expect(401);
    app.signed_in(&app.anna).await.get(PATH).await.problem(403, "forbidden");
    // A program has no credential to show.
    app.admin.get(PATH).await.problem(403, "step_up_needed");
    let owner = app.signed_in(&app.admin).await;
    owner.get(&format!("{PATH}?files=perhaps")).await.problem(400, "invalid_request");
    app.clock.advance(HOUR);
    owner.get(PATH).await.problem(403, "step_up_needed");
}

async fn what_is_broken_off_shows(app: &App) {
    app.anna.sent(&[("plan.pdf", b"the plan")]).await;
    let object = app.objects().await.remove(0);
    app.flip_bit(&object, 60, 0);
    let owner = app.signed_in(&app.admin).await;
    let broken = owner.request(Method::GET, PATH).attempt().await.unwrap_err();
    assert!(sealpost_archive::verify(&*broken.body).is_err());
}
