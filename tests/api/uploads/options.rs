//! `OPTIONS`, and the version that is spoken.

use sealpost_test_support::{
    app::{App, Method},
    claims,
};

claims![
    a_server_says_what_it_speaks_to_whoever_asks,
    another_version_is_refused_unprocessed,
    every_answer_names_the_version,
    a_post_stands_for_other_methods_at_an_upload_only,
];

async fn a_server_says_what_it_speaks_to_whoever_asks(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 1).await;
    for path in [format!("/api/v1/transfers/{id}/files"), upload] {
        // The client's version is ignored here.
        for version in [None, Some("1.0.0"), Some("0.2.2"), Some("99")] {
            let answer = app.anybody.options(&path).header_if("tus-resumable", version).await.expect(204);
            assert_eq!(answer.header("tus-version"), Some("1.0.0"));
            let extensions = answer.header("tus-extension").unwrap();
            for extension in [
                "creation",
                "creation-with-upload",
                "creation-defer-length",
                "expiration",
                "checksum",
                "termination",
                "concatenation",
            ] {
                assert!(extensions.split(',').any(|offered| offered == extension), "{extension}");
            }
            assert_eq!(answer.header("tus-checksum-algorithm"), Some("sha1,sha256"));
        }
    }
}

async fn another_version_is_refused_unprocessed(app: &App) {
    let id = app.anna.draft().await;
    let files = format!("/api/v1/transfers/{id}/files");
    let upload = app.anna.upload(&id, "a", 3).await;
    for version in [None, Some("0.2.2"), Some("1.0"), Some("1.0.1"), Some("1.0.0,1.0.0"), Some("")] {
        let create =
            app.anna.post(&files).header("upload-length", "1").header_if("tus-resumable", version).await;
        create.problem(412, "precondition_failed");
        assert_eq!(create.header("tus-version"), Some("1.0.0"));
        let patch = app.anna.request(Method::PATCH, &upload).header("upload-offset", "0");
        let patch = patch.header("content-type", "application/offset+octet-stream").body("abc");
        patch.header_if("tus-resumable", version).await.problem(412, "precondition_failed");
        app.anna
            .delete(&upload)
            .header_if("tus-resumable", version)
            .await
            .problem(412, "precondition_failed");
        let head = app.anna.head(&upload).header_if("tus-resumable", version).await;
        head.bare(412);
        assert_eq!(head.header("upload-offset"), None);
    }
    assert_eq!(app.anna.offset(&upload).await, 0);
    assert_eq!(app.anna.transfer(&id).await["file_count"], 1);
}

async fn every_answer_names_the_version(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 3).await;
    let answers = [
        app.anna.status(&upload).await.expect(200),
        app.anna.patch(&upload, 0, "a").await.expect(204),
        app.anna.patch(&upload, 0, "a").await.expect(409),
        app.anna.begin(&id).header("upload-length", "1").await.expect(201),
        app.anna.begin(&id).header("upload-length", "x").await.expect(400),
        app.gina.status(&upload).await.expect(404),
        app.anybody.head(&upload).header("tus-resumable", "1.0.0").await.expect(401),
        app.anna.terminate(&upload).await.expect(204),
        app.anna.tus(Method::PUT, &upload).await.expect(405),
        app.anna.head(&upload).await.expect(412),
    ];
    for answer in answers {
        assert_eq!(answer.header("tus-resumable"), Some("1.0.0"), "{}", answer.asked);
    }
}

async fn a_post_stands_for_other_methods_at_an_upload_only(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a", 3).await;
    let post = |method: &str| app.anna.tus(Method::POST, &upload).header("x-http-method-override", method);
    let patched =
        post("PATCH").header("content-type", "application/offset+octet-stream").header("upload-offset", "0");
    assert_eq!(patched.body("ab").await.expect(204).number("upload-offset"), 2);
    assert_eq!(post("HEAD").await.expect(200).number("upload-offset"), 2);
    for method in ["GET", "PUT", "POST", "TRACE", "patch", "PATCH, DELETE", ""] {
        post(method).await.problem(400, "invalid_request");
    }
    let refused = app.anna.tus(Method::POST, &upload).await;
    refused.problem(405, "method_not_allowed");
    assert_eq!(refused.header("allow"), Some("DELETE, HEAD, OPTIONS, PATCH, POST"));
    // What a token may not do, it may not do by another name either.
    let stranger = app.gina.tus(Method::POST, &upload).header("x-http-method-override", "DELETE");
    stranger.await.problem(404, "not_found");
    let disguised = app.anna.tus(Method::HEAD, &upload).header("x-http-method-override", "DELETE");
    disguised.await.bare(400);
    let elsewhere =
        app.anna.begin(&id).header("upload-length", "1").header("x-http-method-override", "DELETE");
    elsewhere.await.problem(400, "invalid_request");
    assert_eq!(app.anna.offset(&upload).await, 2);
    post("DELETE").await.expect(204);
    app.anna.status(&upload).await.bare(404);
}
