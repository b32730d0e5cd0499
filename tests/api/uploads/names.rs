//! `Upload-Metadata`: what a client may say of a file, and what not.

use data_encoding::BASE64;
use sealpost_test_support::{
    app::{App, metadata},
    claims,
};
use serde_json::json;

claims![
    names_arrive_as_they_were_given,
    names_that_could_deceive_or_leave_their_folder_are_refused,
    names_without_end_are_refused,
    metadata_that_is_none_is_refused,
    without_metadata_a_file_is_called_file,
    metadata_is_given_back_as_it_came,
    other_clients_name_things_otherwise,
    a_claimed_type_is_never_run,
];

async fn names_arrive_as_they_were_given(app: &App) {
    // Names of devices, too.
    app.set_type_rules(json!({"kinds": [], "disguises": "allow"})).await;
    let folder = format!("{}/x", "f/".repeat(30).trim_end_matches('/'));
    let names = [
        "plan.pdf",
        "Übersicht (3).pdf",
        "日本語.txt",
        "🙈.png",
        "a b  c",
        ".env",
        "-rf",
        "100%.txt",
        "a\"b'c;d",
        "<img src=x onerror=alert(1)>.svg",
        "COM1",
        "folder/inner/file.txt",
        "trailing.",
        &folder,
        &"n".repeat(255),
    ];
    let id = app.anna.draft().await;
    for name in names {
        app.anna.put(&id, name, name.as_bytes()).await;
    }
    let sent = app.anna.send(&id).await;
    let visit = sent.link().enter().await;
    for name in names {
        assert_eq!(visit.fetch(visit.place_of(name)).await, name.as_bytes(), "{name}");
    }
    // One spelling: the decomposed form becomes the composed one.
    let other = app.anna.draft().await;
    app.anna.put(&other, "U\u{308}bersicht", b"x").await;
    assert_eq!(app.anna.transfer(&other).await["files"][0]["name"], "\u{dc}bersicht");
}

async fn names_that_could_deceive_or_leave_their_folder_are_refused(app: &App) {
    let id = app.anna.draft().await;
    for name in [
        "gpj.\u{202e}exe",
        "a\u{200b}b",
        "a\u{2066}b",
        "\u{feff}a",
        "nul\u{0}.txt",
        "tab\t.txt",
        "line\n.txt",
        "\u{7f}",
        "\u{85}",
        "..",
        ".",
        "../up",
        "a/../b",
        "a/./b",
        "/etc/passwd",
        "a//b",
        "a/",
        "a\\b",
        "..\\up",
        "C:",
        "C:\\x",
        "c:/x",
        "a/ /b",
        " ",
    ] {
        let refused =
            app.anna.begin(&id).header("upload-length", "1").header("upload-metadata", metadata(name)).await;
        refused.problem(400, "invalid_request");
        let along = app.anna.begin_with(&id, b"x").header("upload-length", "1");
        along.header("upload-metadata", metadata(name)).await.problem(400, "invalid_request");
    }
    assert_eq!(app.anna.transfer(&id).await["file_count"], 0);
    assert!(app.objects().await.is_empty());
}

async fn names_without_end_are_refused(app: &App) {
    let id = app.anna.draft().await;
    let deep = "f/".repeat(32) + "x";
    for name in
        ["n".repeat(256), "n".repeat(10_000), "ü".repeat(128), format!("{}/x", "f/n".repeat(400)), deep]
    {
        let refused =
            app.anna.begin(&id).header("upload-length", "1").header("upload-metadata", metadata(&name));
        refused.await.problem(400, "invalid_request");
    }
    assert_eq!(app.anna.transfer(&id).await["file_count"], 0);
}

async fn metadata_that_is_none_is_refused(app: &App) {
    let id = app.anna.draft().await;
    for header in [
        "filename !!!",
        "filename YS50eHQ",
        "filename YS50eHQ=,filename Yi50eHQ=",
        "filename YS50eHQ= x",
        ",",
        "filename YS50eHQ=,",
        " , ",
        "filename\u{e4} YS50eHQ=",
        // Not UTF-8.
        "filename /w==",
    ] {
        let refused =
            app.anna.begin(&id).header("upload-length", "1").header("upload-metadata", header).await;
        refused.problem(400, "invalid_request");
    }
    let twice = app.anna.begin(&id).header("upload-length", "1").header("upload-metadata", metadata("a"));
    twice.header("upload-metadata", metadata("b")).await.problem(400, "invalid_request");
    assert_eq!(app.anna.transfer(&id).await["file_count"], 0);
}

async fn without_metadata_a_file_is_called_file(app: &App) {
    let id = app.anna.draft().await;
    for header in
        [None, Some(""), Some("filename"), Some("filename "), Some("is_confidential"), Some("filetype YS9i")]
    {
        let put =
            app.anna.begin_with(&id, b"x").header("upload-length", "1").header_if("upload-metadata", header);
        put.await.expect(201);
    }
    let shown = app.anna.transfer(&id).await;
    assert!(shown["files"].as_array().unwrap().iter().all(|file| file["name"] == "file"));
    // Six files of one name become six files in the archive, too.
    let visit = app.anna.send(&id).await.link().enter().await;
    let archive = visit.archive().await.expect(200).body;
    for name in ["file", "file (2)", "file (6)"] {
        assert!(archive.windows(name.len()).any(|window| window == name.as_bytes()), "{name}");
    }
}

async fn metadata_is_given_back_as_it_came(app: &App) {
    let id = app.anna.draft().await;
    let header =
        format!("filename {},is_draft,note  {}", BASE64.encode(b"a.txt"), BASE64.encode(&[0xff, 0, 1]));
    let begun =
        app.anna.begin(&id).header("upload-length", "2").header("upload-metadata", &header).await.expect(201);
    let upload = begun.header("location").unwrap();
    assert_eq!(app.anna.status(upload).await.expect(200).header("upload-metadata"), Some(header.as_str()));
    app.anna.patch(upload, 0, "ab").await.expect(204);
    assert_eq!(app.anna.status(upload).await.expect(200).header("upload-metadata"), Some(header.as_str()));
}

async fn other_clients_name_things_otherwise(app: &App) {
    let id = app.anna.draft().await;
    let pair = |key: &str, value: &str| format!("{key} {}", BASE64.encode(value.as_bytes()));
    for (header, name, media_type) in [
        ([pair("name", "a.txt"), pair("type", "text/plain")].join(","), "a.txt", "text/plain"),
        ([pair("filename", "b.txt"), pair("filetype", "text/csv")].join(", "), "b.txt", "text/csv"),
        (
            [pair("filename", "c.txt"), pair("relativePath", "x/c.txt")].join(","),
            "x/c.txt",
            "application/octet-stream",
        ),
        (
            [pair("filename", "d.txt"), pair("relativePath", "null")].join(","),
            "d.txt",
            "application/octet-stream",
        ),
        ([pair("name", "e.txt"), pair("filename", "f.txt")].join(","), "f.txt", "application/octet-stream"),
    ] {
        let put =
            app.anna.begin_with(&id, b"x").header("upload-length", "1").header("upload-metadata", &header);
        put.await.expect(201);
        let files = app.anna.transfer(&id).await["files"].clone();
        let file = files.as_array().unwrap().iter().find(|file| file["name"] == name);
        let file = file.unwrap_or_else(|| panic!("{header}: {files}"));
        assert_eq!(file["media_type"], media_type, "{header}");
    }
}

async fn a_claimed_type_is_never_run(app: &App) {
    app.set_type_rules(json!({"kinds": []})).await;
    let id = app.anna.draft().await;
    let long = "x".repeat(1_000);
    let kinds = [
        ("page.html", "text/html", "application/octet-stream"),
        ("image.svg", "image/svg+xml", "application/octet-stream"),
        ("script.js", "text/javascript", "application/octet-stream"),
        ("plan.pdf", "application/pdf", "application/pdf"),
        ("split", "text/html\r\nx-evil: 1", "application/octet-stream"),
        ("long", &long, "application/octet-stream"),
    ];
    for (name, kind, _) in kinds {
        let header = format!("{},filetype {}", metadata(name), BASE64.encode(kind.as_bytes()));
        let put = app.anna.begin_with(&id, b"<script>").header("upload-length", "8");
        put.header("upload-metadata", header).await.expect(201);
    }
    let visit = app.anna.send(&id).await.link().enter().await;
    for (name, _, served) in kinds {
        let content = visit.content(visit.place_of(name)).await.expect(200);
        assert_eq!(content.header("content-type"), Some(served), "{name}");
        assert!(content.header("content-disposition").unwrap().starts_with("attachment; "));
        assert_eq!(content.header("x-evil"), None);
    }
}
