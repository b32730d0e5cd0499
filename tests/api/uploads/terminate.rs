//! `DELETE /api/v1/uploads/{upload_id}`

use sealpost_domain::Job;
use sealpost_test_support::{
    app::App,
    claims,
    faulty_store::{Effect, Operation, When},
};
use serde_json::json;

use crate::support::{MIB, pattern};

claims![
    what_is_terminated_is_gone_with_its_bytes_and_its_place,
    a_finished_file_is_taken_out_of_a_draft,
    a_joined_file_goes_with_all_its_pieces,
    only_its_sender_terminates_an_upload,
    an_upload_is_terminated_once,
    objects_that_could_not_be_removed_are_left_to_the_sweep,
    what_was_left_of_a_removed_file_goes_with_its_transfer,
    what_is_taken_out_of_a_draft_is_in_the_log,
];

async fn what_is_terminated_is_gone_with_its_bytes_and_its_place(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 10 * MIB).await;
    app.anna.patch(&upload, 0, pattern(9 * MIB)).await.expect(204);
    assert_eq!(app.objects().await.len(), 2);
    let answer = app.anna.terminate(&upload).await.expect(204);
    assert!(answer.body.is_empty());
    app.anna.status(&upload).await.bare(404);
    app.anna.patch(&upload, 9 * MIB, "x").await.problem(404, "not_found");
    assert!(app.objects().await.is_empty());
    let shown = app.anna.transfer(&id).await;
    assert_eq!((&shown["file_count"], &shown["byte_count"]), (&json!(0), &json!(0)));
    assert_eq!(shown["uploads"], json!([]));
}

async fn a_finished_file_is_taken_out_of_a_draft(app: &App) {
    let id = app.anna.draft().await;
    let (keep, drop) =
        (app.anna.put(&id, "keep", b"keep").await, app.anna.put(&id, "drop", b"drop it").await);
    app.anna.terminate(&format!("/api/v1/uploads/{drop}")).await.expect(204);
    let shown = app.anna.transfer(&id).await;
    assert_eq!(shown["files"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&shown["files"][0]["id"], &shown["file_count"], &shown["byte_count"]),
        (&json!(keep), &json!(1), &json!(4))
    );
    let sent = app.anna.send(&id).await;
    assert_eq!(sent.link().enter().await.fetch(0).await, "keep");
    assert_eq!(app.objects().await.len(), 1);
}

async fn a_joined_file_goes_with_all_its_pieces(app: &App) {
    let id = app.anna.draft().await;
    let mut pieces = Vec::new();
    for bytes in ["one", "two", "three"] {
        let piece = app.anna.partial(&id, bytes.len()).await;
        app.anna.patch(&piece, 0, bytes).await.expect(204);
        pieces.push(piece);
    }
    let pieces: Vec<_> = pieces.iter().map(String::as_str).collect();
    let joined = app.anna.join(&id, &pieces).await.expect(201);
    assert_eq!(app.objects().await.len(), 3);
    app.anna.terminate(joined.header("location").unwrap()).await.expect(204);
    assert!(app.objects().await.is_empty());
    let shown = app.anna.transfer(&id).await;
    assert_eq!((&shown["file_count"], &shown["byte_count"]), (&json!(0), &json!(0)));
    for piece in pieces {
        app.anna.status(piece).await.bare(404);
    }
}

async fn only_its_sender_terminates_an_upload(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 2).await;
    app.anna.patch(&upload, 0, "a").await.expect(204);
    let file = format!("/api/v1/uploads/{}", app.anna.put(&id, "b", b"b").await);
    for stranger in [&app.otto, &app.gina, &app.rival] {
        stranger.terminate(&upload).await.problem(404, "not_found");
        stranger.terminate(&file).await.problem(404, "not_found");
    }
    assert_eq!(app.anna.offset(&upload).await, 1);
    assert_eq!(app.objects().await.len(), 2);
    app.admin.terminate(&upload).await.expect(204);
}

async fn an_upload_is_terminated_once(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 2).await;
    app.anna.terminate(&upload).await.expect(204);
    app.anna.terminate(&upload).await.problem(404, "not_found");
    let file = format!("/api/v1/uploads/{}", app.anna.put(&id, "b", b"b").await);
    let all =
        futures_util::future::join_all((0..8).map(|_| async { app.anna.terminate(&file).await.status }))
            .await;
    assert_eq!(all.iter().filter(|status| **status == 204).count(), 1, "{all:?}");
    assert!(all.iter().all(|status| [204, 404].contains(status)), "{all:?}");
    let shown = app.anna.transfer(&id).await;
    assert_eq!((&shown["file_count"], &shown["byte_count"]), (&json!(0), &json!(0)));
}

async fn objects_that_could_not_be_removed_are_left_to_the_sweep(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 2).await;
    app.anna.patch(&upload, 0, "a").await.expect(204);
    let file = format!("/api/v1/uploads/{}", app.anna.put(&id, "b", b"b").await);
    app.blobs.inject(Operation::DeletePrefix, When::Always, Effect::Fail);
    for gone in [&upload, &file] {
        // The row is gone, and nothing that the client could do again would change anything.
        app.anna.terminate(gone).await.expect(204);
        app.anna.status(gone).await.bare(404);
    }
    app.run(Job::AbandonUploads).await;
    assert_eq!(app.objects().await.len(), 2);
    app.blobs.clear();
    app.run(Job::AbandonUploads).await;
    assert!(app.objects().await.is_empty());
}

async fn what_was_left_of_a_removed_file_goes_with_its_transfer(app: &App) {
    let id = app.anna.draft().await;
    let piece = app.anna.partial(&id, 5).await;
    app.anna.patch(&piece, 0, "piece").await.expect(204);
    let joined = app.anna.join(&id, &[&piece]).await.expect(201).header("location").unwrap().to_owned();
    let file = format!("/api/v1/uploads/{}", app.anna.put(&id, "b", b"b").await);
    app.anna.put(&id, "c", b"c").await;
    app.blobs.inject(Operation::DeletePrefix, When::Always, Effect::Fail);
    for gone in [joined.rsplit_once("/api/").map(|(_, path)| format!("/api/{path}")).unwrap(), file] {
        app.anna.terminate(&gone).await.expect(204);
    }
    app.blobs.clear();
    assert_eq!(app.objects().await.len(), 3);
    app.anna.send(&id).await;
    app.anna.purge(&id).await.expect(204);
    assert!(app.objects().await.is_empty());
    let proof = app.service.verify_purge(id.parse().unwrap()).await.unwrap();
    assert!(proof.is_clean());
    assert_eq!(proof.record.unwrap().prefixes.len(), 4, "the proof looks there, too");
}

async fn what_is_taken_out_of_a_draft_is_in_the_log(app: &App) {
    let id = app.anna.draft().await;
    let file = app.anna.put(&id, "plan.pdf", b"the plan").await;
    let upload = app.anna.upload(&id, "a", 10).await;
    app.anna.patch(&upload, 0, "abc").await.expect(204);
    app.anna.terminate(&upload).await.expect(204);
    app.anna.terminate(&format!("/api/v1/uploads/{file}")).await.expect(204);
    let record = app.admin.get(&format!("/api/v1/admin/transfers/{}", &*id)).await.expect(200).json();
    let entries: Vec<_> = record["entries"].as_array().unwrap().iter().take(2).collect();
    assert!(entries.iter().all(|entry| entry["kind"] == "file.removed"), "{record}");
    let [whole, part] = [&entries[0]["details"], &entries[1]["details"]];
    assert_eq!(
        (&whole["file"], &whole["bytes"], &whole["complete"]),
        (&json!(file), &json!(8), &json!(true))
    );
    assert_eq!((&part["bytes"], &part["complete"]), (&json!(3), &json!(false)));
    assert!(whole["by"].is_string() && !record.to_string().contains("plan.pdf"), "{record}");
}
