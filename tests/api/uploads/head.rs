//! `HEAD /api/v1/uploads/{upload_id}`

use sealpost_domain::Clock as _;
use sealpost_test_support::{
    app::{App, DAY, metadata},
    claims,
};

use crate::support::http_date;

claims![a_head_says_all_that_is_known, a_head_of_what_is_not_there_says_nothing, asking_changes_nothing,];

async fn a_head_says_all_that_is_known(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a.txt", 10).await;
    for offset in [0, 4] {
        let status = app.anna.status(&upload).await.expect(200);
        assert_eq!(status.number("upload-offset"), offset);
        assert_eq!(status.number("upload-length"), 10);
        assert_eq!(status.header("upload-defer-length"), None);
        assert_eq!(status.header("upload-metadata"), Some(metadata("a.txt").as_str()));
        assert_eq!(status.header("upload-concat"), None);
        assert_eq!(status.header("cache-control"), Some("no-store"));
        assert_eq!(status.header("upload-expires"), Some(http_date(app.clock.now() + DAY).as_str()));
        assert!(status.body.is_empty());
        if offset == 0 {
            app.anna.patch(&upload, 0, "0123").await.expect(204);
        }
    }
    app.anna.patch(&upload, 4, "456789").await.expect(204);
    let complete = app.anna.status(&upload).await.expect(200);
    assert_eq!((complete.number("upload-offset"), complete.number("upload-length")), (10, 10));
    assert_eq!(complete.header("upload-expires"), None);
    assert_eq!(complete.header("upload-metadata"), Some(metadata("a.txt").as_str()));
}

async fn a_head_of_what_is_not_there_says_nothing(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a.txt", 10).await;
    let unknown = app.anna.status("/api/v1/uploads/0190a000-0000-7000-8000-000000000000").await;
    let mut refused = vec![unknown];
    for stranger in [&app.otto, &app.gina, &app.rival] {
        refused.push(stranger.status(&upload).await);
    }
    app.clock.advance(DAY);
    refused.push(app.anna.status(&upload).await);
    for answer in refused {
        answer.bare(404);
        for header in ["upload-offset", "upload-length", "upload-metadata", "upload-expires"] {
            assert_eq!(answer.header(header), None, "{header}");
        }
    }
}

async fn asking_changes_nothing(app: &App) {
    let id = app.anna.draft().await;
    let upload = app.anna.upload(&id, "a.txt", 10).await;
    app.anna.patch(&upload, 0, "0123").await.expect(204);
    let (before, objects) = (app.anna.transfer(&id).await, app.objects().await);
    app.clock.advance(DAY / 2);
    for _ in 0..3 {
        app.anna.status(&upload).await.expect(200);
    }
    assert_eq!((app.anna.transfer(&id).await, app.objects().await), (before, objects));
    app.clock.advance(DAY / 2);
    app.anna.status(&upload).await.bare(404);
}
