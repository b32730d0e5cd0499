//! `GET /api/v1/deliveries/{delivery_id}/archive.zip?file=…`

use sealpost_test_support::{
    app::{App, Method, Visit, eventually},
    claims,
};
use serde_json::{Value, json};

use super::archive::unzip;

claims![
    chosen_files_come_alone_in_the_deliverys_order_and_once_each,
    a_choice_that_is_none_is_refused_and_uses_nothing_up,
    each_choice_has_a_tag_of_its_own_and_is_gone_on_with,
    a_zip_counts_for_the_files_in_it,
    an_empty_file_in_a_zip_counts_as_well,
];

const FILES: [(&str, &[u8]); 4] =
    [("a", b"first"), ("b", b"second, longer"), ("c", b"third"), ("d", b"fourth")];

/// The id of the file with this place in the list.
fn id(visit: &Visit, place: usize) -> String {
    visit.delivery["files"][place]["id"].as_str().unwrap().to_owned()
}

/// The address of a ZIP of these files, by their places.
fn of(visit: &Visit, places: &[usize]) -> String {
    let files: Vec<_> = places.iter().map(|place| format!("file={}", id(visit, *place))).collect();
    format!("{}?{}", visit.archive_path(), files.join("&"))
}

fn name(visit: &Visit, place: usize) -> String {
    visit.delivery["files"][place]["name"].as_str().unwrap().to_owned()
}

/// The names in a ZIP, in the order in which their bytes lie there.
fn order(zip: &[u8]) -> Vec<String> {
    let mut names: Vec<_> = unzip(zip)
        .into_iter()
        .map(|(name, bytes)| (zip.windows(bytes.len()).position(|window| window == bytes), name))
        .collect();
    names.sort();
    names.into_iter().map(|(_, name)| name).collect()
}

async fn chosen_files_come_alone_in_the_deliverys_order_and_once_each(app: &App) {
    let visit = app.anna.sent(&FILES).await.link().enter().await;
    let fetch = async |path: &str| visit.request(Method::GET, path).await.expect(200);
    let archive = fetch(&of(&visit, &[3, 0, 3, 0])).await;
    assert_eq!(archive.header("content-type"), Some("application/zip"));
    let unpacked = unzip(&archive.body);
    assert_eq!(order(&archive.body), [name(&visit, 0), name(&visit, 3)]);
    for (name, bytes) in FILES {
        assert!(unpacked.get(name).is_none_or(|unpacked| unpacked == bytes), "{name}");
    }
    // The same by marks: the first and the fourth bit.
    let marked = fetch(&format!("{}?chosen=kA", visit.archive_path())).await;
    assert!(marked.body == archive.body && marked.header("etag") == archive.header("etag"));
    let whole = fetch(&visit.archive_path()).await;
    for all in [of(&visit, &[0, 1, 2, 3]), format!("{}?chosen=8A", visit.archive_path())] {
        let all = fetch(&all).await;
        assert!(all.body == whole.body && all.header("etag") == whole.header("etag"));
    }
    let described = visit.request(Method::HEAD, &of(&visit, &[0, 3])).await.expect(200);
    assert_eq!(described.number("content-length"), archive.body.len() as u64);
    assert_eq!(described.header("etag"), archive.header("etag"));
}

async fn a_choice_that_is_none_is_refused_and_uses_nothing_up(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "max_downloads": 1});
    let sent = app.anna.sent_as(&new, &FILES).await;
    let visit = sent.link().enter().await;
    let foreign = id(&app.anna.sent(&FILES).await.link().enter().await, 0);
    let (own, unknown) = (id(&visit, 0), "0198a000-0000-7000-8000-000000000000");
    for stranger in [foreign.as_str(), unknown] {
        let path = format!("{}?file={own}&file={stranger}", visit.archive_path());
        let detail = visit.request(Method::GET, &path).await.problem(404, "not_found");
        assert!(detail.contains(stranger), "{detail}");
        visit.request(Method::HEAD, &path).await.bare(404);
    }
    for query in [
        "file=".to_owned(),
        "file=x".to_owned(),
        "file".to_owned(),
        "chosen=".to_owned(),
        "chosen=AA".to_owned(),
        "chosen=CA".to_owned(),
        "chosen=kA&chosen=kA".to_owned(),
        "chosen=k%3D".to_owned(),
        format!("chosen=kA&file={own}"),
        format!("files={own}"),
        vec![format!("file={own}"); 1_001].join("&"),
    ] {
        let path = format!("{}?{query}", visit.archive_path());
        let detail = visit.request(Method::GET, &path).await.problem(400, "invalid_request");
        assert!(!detail.is_empty(), "{query}");
    }
    assert_eq!(sent.link().open().await.expect(200).json()["transfer"]["downloads_left"], 1);
    let most = format!("{}?{}", visit.archive_path(), vec![format!("file={own}"); 1_000].join("&"));
    assert_eq!(unzip(&visit.request(Method::GET, &most).await.expect(200).body).len(), 1);
}

async fn each_choice_has_a_tag_of_its_own_and_is_gone_on_with(app: &App) {
    let visit = app.anna.sent(&[("a", b"one"), ("b", b"two"), ("c", b"six")]).await.link().enter().await;
    let mut tags = Vec::new();
    for places in [&[0][..], &[1], &[2], &[0, 1], &[0, 2], &[1, 2], &[0, 1, 2]] {
        let path = of(&visit, places);
        let whole = visit.request(Method::GET, &path).await.expect(200);
        let tag = whole.header("etag").unwrap().to_owned();
        assert!(tag.starts_with('"'), "a strong one");
        let rest = visit.request(Method::GET, &path).header("range", "bytes=20-").header("if-range", &tag);
        assert!(rest.await.expect(206).body == whole.body[20..]);
        let known = visit.request(Method::GET, &path).header("if-none-match", &tag).await;
        assert_eq!(known.status, 304);
        // What broke off of another choice is not gone on with.
        if let Some(other) = tags.last() {
            let anew =
                visit.request(Method::GET, &path).header("range", "bytes=20-").header("if-range", other);
            assert!(anew.await.expect(200).body == whole.body);
        }
        tags.push(tag);
    }
    tags.sort();
    tags.dedup();
    assert_eq!(tags.len(), 7);
}

/// How often each file was fetched, by name.
async fn counted(app: &App, transfer: &str, visit: &Visit) -> Vec<(String, Value)> {
    let shown = app.anna.transfer(transfer).await;
    let downloads = shown["recipients"][0]["downloads"].as_array().cloned().unwrap_or_default();
    let named = |download: &Value| {
        let places = 0..visit.delivery["files"].as_array().unwrap().len();
        let place = places.into_iter().find(|place| download["file_id"] == id(visit, *place).as_str());
        (name(visit, place.expect("a file of the delivery")), download["times"].clone())
    };
    let mut counted: Vec<_> = downloads.iter().map(named).collect();
    counted.sort_by(|a, b| a.0.cmp(&b.0));
    counted
}

async fn a_zip_counts_for_the_files_in_it(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "max_downloads": 1});
    let sent = app.anna.sent_as(&new, &FILES).await;
    let visit = sent.link().enter().await;
    let places = [visit.place_of("b"), visit.place_of("d")];
    visit.request(Method::HEAD, &of(&visit, &places)).await.expect(200);
    assert_eq!(counted(app, &sent.id, &visit).await, []);
    visit.request(Method::GET, &of(&visit, &places)).await.expect(200);
    let once = [("b".to_owned(), json!(1)), ("d".to_owned(), json!(1))];
    eventually("they count", async || counted(app, &sent.id, &visit).await == once).await;
    assert_eq!(sent.link().open().await.expect(200).json()["transfer"]["downloads_left"], 0);
    // Nobody else gets anything, and this visit the rest.
    let late = sent.link().enter().await;
    late.request(Method::GET, &of(&late, &places)).await.problem(403, "downloads_used_up");
    visit.request(Method::GET, &of(&visit, &[visit.place_of("a"), visit.place_of("b")])).await.expect(200);
    let counts = [("a", 1), ("b", 2), ("d", 1)].map(|(name, times)| (name.to_owned(), json!(times)));
    eventually("they count, too", async || counted(app, &sent.id, &visit).await == counts).await;
}

async fn an_empty_file_in_a_zip_counts_as_well(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "max_downloads": 1});
    let sent = app.anna.sent_as(&new, &[("empty", b""), ("full", b"full")]).await;
    let visit = sent.link().enter().await;
    let path = of(&visit, &[visit.place_of("empty")]);
    let archive = visit.request(Method::GET, &path).await.expect(200);
    assert_eq!(unzip(&archive.body)["empty"], b"");
    let once = [("empty".to_owned(), json!(1))];
    eventually("it counts", async || counted(app, &sent.id, &visit).await == once).await;
    app.clock.advance(std::time::Duration::from_secs(2 * 3_600));
    let late = sent.link().enter().await;
    late.request(Method::GET, &path).await.problem(403, "downloads_used_up");
}
