//! Downloads: when they count, and what they are while a transfer goes.

use sealpost_domain::{FileId, TransferId};
use sealpost_test_support::{
    app::{App, eventually},
    claims,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

use crate::support::{hold, start};

claims![
    who_leaves_with_the_last_byte_has_downloaded,
    a_place_in_a_transfer_that_is_purged_meanwhile_is_not_found,
    an_archive_of_nothing_is_not_found,
    a_store_that_is_not_there_is_no_damaged_file,
];

/// Fetches so many bytes and breaks the connection, as programs do that count for themselves.
async fn take_and_leave(base: String, path: String, grant: String, length: usize) -> Vec<u8> {
    let mut stream = TcpStream::connect(base.strip_prefix("http://").unwrap()).await.unwrap();
    let request = format!("GET {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {grant}\r\n\r\n");
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut heard = Vec::new();
    loop {
        let head = heard.windows(4).position(|window| window == b"\r\n\r\n").map(|at| at + 4);
        if let Some(head) = head.filter(|head| heard.len() >= head + length) {
            return heard.split_off(head);
        }
        let mut buffer = [0; 4096];
        match stream.read(&mut buffer).await {
            Ok(0) | Err(_) => return Vec::new(),
            Ok(read) => heard.extend_from_slice(&buffer[..read]),
        }
    }
}

async fn who_leaves_with_the_last_byte_has_downloaded(app: &App) {
    let sent = app.anna.sent(&[("a", b"all of it")]).await;
    let visit = sent.link().enter().await;
    // Whatever else is going on in the transfer at that moment.
    let held = hold(app, &sent.id).await;
    let fetching =
        take_and_leave(app.anybody.base().to_owned(), visit.content_path(0), visit.grant.clone(), 9);
    let fetching = start(fetching).await;
    drop(held);
    assert_eq!(fetching.await.unwrap(), b"all of it");
    eventually("the download counts", async || {
        app.anna.transfer(&sent.id).await["recipients"][0]["downloads"][0]["times"] == 1
    })
    .await;
}

async fn a_place_in_a_transfer_that_is_purged_meanwhile_is_not_found(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "max_downloads": 1});
    let sent = app.anna.sent_as(&new, &[("a", b"a")]).await;
    let visit = sent.link().enter().await;
    let mut held = hold(app, &sent.id).await;
    let fetching = start(visit.content(0).attempt()).await;
    let id: TransferId = sent.id.parse().unwrap();
    assert!(held.delete_transfer(id).await.unwrap());
    held.commit().await.unwrap();
    fetching.await.unwrap().unwrap().problem(404, "not_found");
}

async fn an_archive_of_nothing_is_not_found(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let visit = sent.link().enter().await;
    let file: FileId = visit.delivery["files"][0]["id"].as_str().unwrap().parse().unwrap();
    // As a purge leaves it between two looks.
    let mut tx = app.db.write().await.unwrap();
    assert!(tx.delete_file(sent.id.parse().unwrap(), file).await.unwrap());
    tx.commit().await.unwrap();
    visit.archive().await.problem(404, "not_found");
    sent.link().open().await.problem(404, "link_unavailable");
}

async fn a_store_that_is_not_there_is_no_damaged_file(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let visit = sent.link().enter().await;
    let object = app.object_path(&app.objects().await[0]);
    let container = object.ancestors().nth(2).unwrap();
    let elsewhere = container.with_extension("away");
    std::fs::rename(container, &elsewhere).unwrap();
    visit.content(0).await.problem(503, "unavailable");
    std::fs::rename(&elsewhere, container).unwrap();
    assert_eq!(visit.fetch(0).await, "a");
    std::fs::remove_file(object).unwrap();
    visit.content(0).await.problem(500, "internal");
    let log = app.audit(app.acme.id, &sent.id).await;
    assert_eq!(log.iter().filter(|kind| *kind == "file.damaged").count(), 1, "{log:?}");
}
