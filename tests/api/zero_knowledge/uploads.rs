//! Uploads of sealed parts.

use sealpost_test_support::{
    app::{App, eventually, metadata},
    claims,
};
use serde_json::json;

use super::client::{PART, SEALED_PART, Sealing, sealed_length, to_bert};
use crate::support::{free, pattern, sha256};

claims![
    what_a_broken_connection_leaves_of_a_part_is_dropped,
    a_part_comes_whole_or_not_at_all,
    a_checksum_counts_for_all_that_a_body_brings,
    plain_bytes_are_refused_and_the_upload_stays_where_it_was,
    two_parts_under_one_salt_are_refused_also_in_two_bodies,
    a_length_that_no_sealed_parts_have_is_refused,
    what_a_file_is_called_is_not_said_in_the_clear,
    parts_of_a_slice_are_as_long_as_its_client_says,
    sealed_bytes_survive_a_node_that_dies,
];

async fn what_a_broken_connection_leaves_of_a_part_is_dropped(app: &App) {
    let content = pattern(2 * PART + 300);
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.seal(None).await;
    let mut upload = draft.upload(content.len(), false).await;
    let (first, second) = (upload.seal(&content[..PART]), upload.seal(&content[PART..2 * PART]));
    let mut raw = app.anna.patching(&upload.path, 0, 2 * SEALED_PART).await;
    raw.say(&first).await;
    raw.say(&second[..SEALED_PART / 2]).await;
    eventually("the first part counts", async || app.anna.offset(&upload.path).await == SEALED_PART).await;
    raw.hang_up();
    assert_eq!(free(app, &upload.path).await, SEALED_PART, "where the second part begins");
    // Resumed, it is sealed anew: a salt is never used for other bytes, and which have come nobody knows.
    upload.forget_last();
    let mut offset = SEALED_PART;
    for part in content[PART..].chunks(PART) {
        let sealed = upload.seal(part);
        let stored = app.anna.patch(&upload.path, offset, sealed.clone()).await.expect(204);
        offset += sealed.len();
        assert_eq!(stored.number("upload-offset"), offset as u64);
    }
    let file = upload.path.rsplit('/').next().unwrap().to_owned();
    draft.put_manifest(&file, &draft.manifest(&file, ("a", &content), &[&upload])).await.expect(204);
    draft.bind().await;
    let sent = app.anna.send(&draft.id).await;
    assert!(draft.opening(app, &sent.links[0]).open().await.fetch(0).await.1 == content);
    // One object for each part, and none of what was dropped but what the reconciler removes.
    let parts = app.objects().await.len();
    assert!(parts >= 3, "{parts}");
}

async fn a_part_comes_whole_or_not_at_all(app: &App) {
    let content = pattern(PART + 300);
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let mut upload = draft.upload(content.len(), false).await;
    let (first, last) = (upload.seal(&content[..PART]), upload.seal(&content[PART..]));
    // Who goes on in pieces of a part would never come further, and is told.
    app.anna.patch(&upload.path, 0, first.slice(..1000)).await.problem(400, "invalid_request");
    assert_eq!(app.anna.offset(&upload.path).await, 0);
    // What comes behind a whole part does not count.
    let both = [&first[..], &last[..100]].concat();
    let stored = app.anna.patch(&upload.path, 0, both).await.expect(204);
    assert_eq!(stored.number("upload-offset"), SEALED_PART as u64);
    app.anna.patch(&upload.path, SEALED_PART, last.slice(..100)).await.problem(400, "invalid_request");
    let stored = app.anna.patch(&upload.path, SEALED_PART, last).await.expect(204);
    assert_eq!(stored.number("upload-offset"), sealed_length(content.len()) as u64);
}

async fn a_checksum_counts_for_all_that_a_body_brings(app: &App) {
    let content = pattern(PART + 300);
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let mut upload = draft.upload(content.len(), false).await;
    let both = [upload.seal(&content[..PART]), upload.seal(&content[PART..])].concat();
    let patch = |sum: String| app.anna.patch(&upload.path, 0, both.clone()).header("upload-checksum", sum);
    patch(sha256(b"something else")).await.problem(460, "checksum_mismatch");
    assert_eq!(app.anna.offset(&upload.path).await, 0);
    patch(sha256(&both)).await.expect(204);
}

async fn plain_bytes_are_refused_and_the_upload_stays_where_it_was(app: &App) {
    let content = pattern(PART + 300);
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let mut upload = draft.upload(content.len(), false).await;
    let plain = b"A plain sentence, and another one, that somebody sends by mistake. ".repeat(10);
    app.anna.patch(&upload.path, 0, plain.clone()).await.problem(422, "not_sealed");
    assert_eq!(app.anna.offset(&upload.path).await, 0);
    let first = upload.seal(&content[..PART]);
    // The first part counts though the second is none.
    let mixed = [&first[..], &plain[..372]].concat();
    app.anna.patch(&upload.path, 0, mixed).await.problem(422, "not_sealed");
    assert_eq!(app.anna.offset(&upload.path).await, SEALED_PART);
    let last = upload.seal(&content[PART..]);
    app.anna.patch(&upload.path, SEALED_PART, last).await.expect(204);
    // Bytes that come with the creation are looked at, too, and nothing is left of what was refused.
    let begun = app.anna.begin_with(&draft.id, &plain[..373]).header("upload-length", "373");
    begun.await.problem(422, "not_sealed");
    assert_eq!(app.anna.transfer(&draft.id).await["file_count"], 1);
}

async fn two_parts_under_one_salt_are_refused_also_in_two_bodies(app: &App) {
    let content = pattern(2 * PART);
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let mut upload = draft.upload(content.len(), false).await;
    let first = upload.seal(&content[..PART]);
    let twice = [&first[..], &first[..]].concat();
    app.anna.patch(&upload.path, 0, twice).await.problem(422, "not_sealed");
    assert_eq!(app.anna.offset(&upload.path).await, SEALED_PART);
    app.anna.patch(&upload.path, SEALED_PART, first).await.problem(422, "not_sealed");
    let second = upload.seal(&content[PART..]);
    app.anna.patch(&upload.path, SEALED_PART, second).await.expect(204);
}

async fn a_length_that_no_sealed_parts_have_is_refused(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    for length in [1, 72, SEALED_PART + 1, SEALED_PART + 72] {
        let begun = app.anna.begin(&draft.id).header("upload-length", length.to_string());
        begun.await.problem(422, "not_sealed");
    }
    app.anna.begin(&draft.id).header("upload-defer-length", "1").await.problem(422, "not_sealed");
    assert_eq!(app.anna.transfer(&draft.id).await["file_count"], 0);
    for length in [0, 73, SEALED_PART, SEALED_PART + 73] {
        app.anna.begin(&draft.id).header("upload-length", length.to_string()).await.expect(201);
    }
}

async fn what_a_file_is_called_is_not_said_in_the_clear(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let begin = || app.anna.begin(&draft.id).header("upload-length", "73");
    for said in [
        metadata("plans.pdf"),
        "filetype dGV4dC9wbGFpbg==".to_owned(),
        "relativePath eC9hLnBkZg==".to_owned(),
    ] {
        begin().header("upload-metadata", said).await.problem(422, "sealed_by_sender");
    }
    begin().header("upload-metadata", "fingerprint YWJj,relativePath bnVsbA==").await.expect(201);
    let mut upload = draft.upload(3, true).await;
    let sealed = upload.seal(b"aaa");
    app.anna.patch(&upload.path, 0, sealed).await.expect(204);
    let join = app.anna.join(&draft.id, &[&upload.path]).header("upload-metadata", metadata("plans.pdf"));
    join.await.problem(422, "sealed_by_sender");
}

async fn parts_of_a_slice_are_as_long_as_its_client_says(app: &App) {
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    let length = sealpost_sealed::range::object_length(16 << 20) as usize;
    let begin = |part: &str| {
        let said = format!("part_length {}", data_encoding::BASE64.encode(part.as_bytes()));
        let begun = app.anna.begin(&draft.id).header("upload-length", length.to_string());
        begun.header("upload-concat", "partial").header("upload-metadata", said)
    };
    for none in ["4194304", "0", "all", "33554432000"] {
        begin(none).await.problem(422, "not_sealed");
    }
    let path = begin("16777216").await.expect(201).header("location").unwrap().to_owned();
    let path = format!("/{}", path.splitn(4, '/').nth(3).unwrap());
    let bytes = pattern(length);
    // Half of it is no part of this upload, as it would be of any other.
    app.anna.patch(&path, 0, bytes[..SEALED_PART].to_vec()).await.problem(400, "invalid_request");
    app.anna.patch(&path, 0, bytes).await.expect(204);
}

async fn sealed_bytes_survive_a_node_that_dies(app: &App) {
    let content = pattern(PART + 10);
    let draft = Sealing::begin(&app.anna, &to_bert()).await;
    draft.seal(None).await;
    let mut upload = draft.upload(content.len(), false).await;
    let first = upload.seal(&content[..PART]);
    app.anna.patch(&upload.path, 0, first).await.expect(204);
    let node = app.another_node().await;
    let anna = app.anna.at(&node);
    assert_eq!(anna.offset(&upload.path).await, SEALED_PART);
    let last = upload.seal(&content[PART..]);
    anna.patch(&upload.path, SEALED_PART, last).await.expect(204);
    let file = upload.path.rsplit('/').next().unwrap().to_owned();
    draft.put_manifest(&file, &draft.manifest(&file, ("a", &content), &[&upload])).await.expect(204);
    draft.bind().await;
    let sent = anna.send(&draft.id).await;
    assert!(draft.opening(app, &sent.links[0]).open().await.fetch(0).await.1 == content);
    assert_eq!(sent.transfer["mode"], json!("zero_knowledge"));
}
