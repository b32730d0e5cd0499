//! Fetching from servers and over lines that do not behave.

use std::{
    fs,
    path::Path,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use crate::support::{Answer, Request, quick, serve};
use sealpost_client::{AskPassword, Error, FetchOptions, Fetched, NoPassword, Secret, fetch};
use serde_json::json;

const DELIVERY: &str = "0190a000-0000-7000-8000-00000000000d";
const FILE: &str = "0190a000-0000-7000-8000-00000000000f";
const TOKEN: &str = "q83vEjRWeJCrze8SNFZ4kKvN7xI0VniQq83vEjRWeJA";
const CONTENT: &[u8] = b"123456789";
/// The check value of CRC-32/ISO-HDLC.
const CRC32: u32 = 0xcbf4_3926;

fn verified(name: &str, crc32: u32) -> Answer {
    Answer::json(&json!({
        "grant": "g1",
        "expires_at": "2027-01-01T00:00:00Z",
        "delivery": {
            "id": DELIVERY, "sender": {"email": "a@example.org", "name": "A"}, "expires_at": "2027-01-01T00:00:00Z",
            "files": [{"id": FILE, "name": name, "media_type": "text/plain", "size": CONTENT.len(), "crc32": crc32}],
            "byte_count": CONTENT.len(), "archive_size": 200,
        },
    }))
}

/// Answers what opens the link; `content` answers the download.
fn service(content: impl Fn(&Request) -> Answer + Send + Sync) -> impl Fn(&Request) -> Answer + Send + Sync {
    move |request| match request.path.as_str() {
        "/api/v1/links/open" => Answer::json(&json!({"delivery_id": DELIVERY, "protection": "none"})),
        "/api/v1/links/verify" => verified("a.txt", CRC32),
        _ => content(request),
    }
}

/// What a service answers to a range, or to none.
fn ranged(request: &Request) -> Answer {
    match request.header("range").strip_prefix("bytes=").and_then(|range| range.strip_suffix('-')) {
        Some(from) => {
            let from: usize = from.parse().unwrap();
            let range = format!("bytes {from}-{}/{}", CONTENT.len() - 1, CONTENT.len());
            Answer::new(
                "206 Partial Content",
                &[("content-range", &range), ("etag", "\"e\"")],
                &CONTENT[from..],
            )
        }
        None => Answer::new("200 OK", &[("etag", "\"e\"")], CONTENT),
    }
}

async fn get_with(base: &str, directory: &Path, ask: &dyn AskPassword) -> Result<Fetched, Error> {
    let options = FetchOptions {
        directory: directory.to_owned(),
        connections: sealpost_client::CONNECTIONS,
        overwrite: false,
        key_keeper: None,
    };
    fetch(&format!("{base}/t/{TOKEN}").parse().unwrap(), quick(), &options, ask, &()).await
}

async fn get(base: &str, directory: &Path) -> Result<Fetched, Error> {
    get_with(base, directory, &NoPassword).await
}

/// Where a call that did not come to its end leaves its grant.
fn kept(directory: &Path) -> std::path::PathBuf {
    directory.join(format!("{DELIVERY}.sealpost-grant"))
}

fn part(directory: &Path) -> std::path::PathBuf {
    directory.join(format!("a.txt.{FILE}.sealpost-part"))
}

#[tokio::test]
async fn a_broken_download_goes_on_with_what_is_missing() {
    let tries = AtomicUsize::new(0);
    let (base, asked) = serve(service(move |request| {
        let answer = ranged(request);
        if tries.fetch_add(1, Ordering::SeqCst) < 2 { answer.cut(4) } else { answer }
    }))
    .await;
    let dir = tempfile::tempdir().unwrap();
    get(&base, dir.path()).await.unwrap();
    assert_eq!(fs::read(dir.path().join("a.txt")).unwrap(), CONTENT);
    assert!(!part(dir.path()).exists());
    let asked = asked.lock().unwrap();
    let downloads: Vec<_> = asked.iter().filter(|request| request.path.contains("content")).collect();
    assert_eq!(downloads[0].header("range"), "");
    assert_eq!(downloads[0].header("authorization"), "Bearer g1");
    assert_eq!((downloads[1].header("range"), downloads[1].header("if-range")), ("bytes=5-", "\"e\""));
}

#[tokio::test]
async fn a_part_of_an_earlier_call_is_not_fetched_again() {
    let (base, asked) = serve(service(ranged)).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(part(dir.path()), &CONTENT[..6]).unwrap();
    get(&base, dir.path()).await.unwrap();
    assert_eq!(fs::read(dir.path().join("a.txt")).unwrap(), CONTENT);
    assert_eq!(asked.lock().unwrap().last().unwrap().header("range"), "bytes=6-");
}

#[tokio::test]
async fn a_later_call_goes_on_with_the_visit_of_an_earlier_one() {
    let broken = AtomicBool::new(true);
    let (base, asked) = serve(service(move |request| {
        if broken.swap(false, Ordering::SeqCst) {
            Answer::problem("404 Not Found", "not_found")
        } else {
            ranged(request)
        }
    }))
    .await;
    let dir = tempfile::tempdir().unwrap();
    assert!(get(&base, dir.path()).await.is_err());
    assert_eq!(fs::read_to_string(kept(dir.path())).unwrap(), "g1");
    get(&base, dir.path()).await.unwrap();
    assert!(!kept(dir.path()).exists(), "nothing is left to come back for");
    get(&base, dir.path()).await.unwrap();
    assert!(!kept(dir.path()).exists());
    let asked = asked.lock().unwrap();
    let verifications = asked.iter().filter(|request| request.path.ends_with("verify"));
    let shown: Vec<_> = verifications.map(|request| request.header("authorization")).collect();
    assert_eq!(shown, ["", "Bearer g1", ""]);
    let opened = asked.iter().filter(|request| request.path.ends_with("open"));
    assert!(opened.into_iter().all(|request| request.header("authorization").is_empty()));
}

#[tokio::test]
async fn a_wrong_part_is_fetched_anew() {
    let (base, _) = serve(service(ranged)).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(part(dir.path()), b"xxxxxx").unwrap();
    get(&base, dir.path()).await.unwrap();
    assert_eq!(fs::read(dir.path().join("a.txt")).unwrap(), CONTENT);
}

#[tokio::test]
async fn a_server_without_ranges_is_read_from_the_start() {
    let (base, _) = serve(service(|_: &Request| Answer::new("200 OK", &[], CONTENT))).await;
    let dir = tempfile::tempdir().unwrap();
    fs::write(part(dir.path()), &CONTENT[..6]).unwrap();
    get(&base, dir.path()).await.unwrap();
    assert_eq!(fs::read(dir.path().join("a.txt")).unwrap(), CONTENT);
}

#[tokio::test]
async fn bytes_with_a_wrong_checksum_never_become_a_file() {
    let (base, _) = serve(service(|_: &Request| Answer::new("200 OK", &[], b"12345678X"))).await;
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(get(&base, dir.path()).await, Err(Error::Damaged { .. })));
    fs::remove_file(kept(dir.path())).unwrap();
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
}

#[tokio::test]
async fn a_file_that_breaks_off_at_the_same_byte_each_time_is_given_up() {
    let (base, asked) = serve(service(|request: &Request| {
        let left = CONTENT.len()
            - request.header("range").trim_matches(['b', 'y', 't', 'e', 's', '=', '-']).parse().unwrap_or(0);
        ranged(request).cut(left.min(4))
    }))
    .await;
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(get(&base, dir.path()).await, Err(Error::Damaged { .. })));
    assert!(asked.lock().unwrap().len() < 10);
    // What has arrived is kept: the server may be repaired.
    assert_eq!(fs::read(part(dir.path())).unwrap(), &CONTENT[..5]);
}

#[tokio::test]
async fn a_download_of_another_length_is_refused_unwritten() {
    for (headers, body) in [
        (vec![], &b"1234567890"[..]),
        (vec![("content-range", "bytes 1-8/9")], b"23456789"),
        (vec![], b"12345678"),
    ] {
        let status = if headers.is_empty() { "200 OK" } else { "206 Partial Content" };
        let (base, _) = serve(service(move |_: &Request| Answer::new(status, &headers, body))).await;
        let dir = tempfile::tempdir().unwrap();
        assert!(matches!(get(&base, dir.path()).await, Err(Error::Protocol { .. })));
        assert_eq!(fs::read(part(dir.path())).unwrap(), b"");
    }
}

#[tokio::test]
async fn a_grant_whose_time_is_over_is_renewed() {
    let tries = AtomicUsize::new(0);
    let (base, asked) = serve(service(move |request| {
        if tries.fetch_add(1, Ordering::SeqCst) == 0 {
            Answer::problem("401 Unauthorized", "unauthorized")
        } else {
            ranged(request)
        }
    }))
    .await;
    let dir = tempfile::tempdir().unwrap();
    get(&base, dir.path()).await.unwrap();
    let asked = asked.lock().unwrap();
    let verifications = asked.iter().filter(|request| request.path.ends_with("verify"));
    let shown: Vec<_> = verifications.map(|request| request.header("authorization")).collect();
    assert_eq!(shown, ["", "Bearer g1"], "the visit is the same");
}

#[tokio::test]
async fn hostile_names_stay_in_the_directory() {
    let (base, _) = serve(|request: &Request| match request.path.as_str() {
        "/api/v1/links/open" => Answer::json(&json!({"delivery_id": DELIVERY, "protection": "none"})),
        "/api/v1/links/verify" => verified("../../../up\u{202e}\u{0}", CRC32),
        _ => ranged(request),
    })
    .await;
    let dir = tempfile::tempdir().unwrap();
    let out = dir.path().join("a/b/c");
    let fetched = get(&base, &out).await.unwrap();
    assert_eq!(fetched.files[0].path.parent(), Some(out.as_path()));
    assert_eq!(fs::read_dir(&out).unwrap().count(), 1);
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn a_file_that_is_there_is_kept_and_nothing_is_fetched() {
    let (base, asked) = serve(service(ranged)).await;
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("a.txt");
    fs::write(&path, "mine").unwrap();
    assert!(matches!(get(&base, dir.path()).await, Err(Error::Exists { .. })));
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    assert!(asked.lock().unwrap().iter().all(|request| !request.path.contains("content")));
    // The very file is no obstacle: an earlier call has finished it.
    fs::write(&path, CONTENT).unwrap();
    assert!(get(&base, dir.path()).await.unwrap().files[0].was_there);
}

/// Tells the process that it has been given a proxy.
const PROXIED: &str = "SEALPOST_TEST_PROXIED";

#[tokio::test]
async fn plain_http_goes_through_no_proxy() {
    if std::env::var_os(PROXIED).is_some() {
        let (base, _) = serve(service(ranged)).await;
        get(&base, tempfile::tempdir().unwrap().path()).await.unwrap();
        return;
    }
    // The environment is that of the whole process, so that the test needs one of its own; and the proxy is none.
    let proxy = "http://127.0.0.1:1";
    let mut again = std::process::Command::new(std::env::current_exe().unwrap());
    again.args(["--exact", "fetch::plain_http_goes_through_no_proxy"]).env(PROXIED, "1");
    for name in ["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"] {
        again.env(name, proxy);
    }
    for name in ["NO_PROXY", "no_proxy", "REQUEST_METHOD"] {
        again.env_remove(name);
    }
    let output = again.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.contains("1 passed"), "{said}");
}

struct Guesses;

#[async_trait::async_trait]
impl AskPassword for Guesses {
    async fn password(&self, attempt: u32) -> Option<Secret> {
        Some(format!("guess {attempt}").as_str().into())
    }
}

#[tokio::test]
async fn a_password_is_asked_for_again_after_a_wrong_one() {
    let protected = |request: &Request| match request.path.as_str() {
        "/api/v1/links/open" => Answer::json(&json!({"delivery_id": DELIVERY, "protection": "password"})),
        "/api/v1/links/verify" if String::from_utf8_lossy(&request.body).contains("guess 2") => {
            verified("a.txt", CRC32)
        }
        "/api/v1/links/verify" => Answer::problem("403 Forbidden", "wrong_password"),
        _ => ranged(request),
    };
    let (base, _) = serve(protected).await;
    let dir = tempfile::tempdir().unwrap();
    assert!(matches!(get(&base, dir.path()).await, Err(Error::PasswordNeeded)));
    get_with(&base, dir.path(), &Guesses).await.unwrap();
    assert!(dir.path().join("a.txt").exists());
}

#[tokio::test]
async fn refusals_come_out_with_their_code_and_only_the_hopeful_ones_are_repeated() {
    let (base, asked) = serve(|_: &Request| Answer::problem("404 Not Found", "link_unavailable")).await;
    let dir = tempfile::tempdir().unwrap();
    let error = get(&base, dir.path()).await.unwrap_err();
    assert_eq!(error.problem().unwrap().code, "link_unavailable");
    assert_eq!(asked.lock().unwrap().len(), 1);

    let (base, asked) = serve(|_: &Request| Answer::problem("503 Service Unavailable", "unavailable")).await;
    assert_eq!(get(&base, dir.path()).await.unwrap_err().problem().unwrap().status, 503);
    assert_eq!(asked.lock().unwrap().len(), 6);
}

#[tokio::test]
async fn what_is_no_sealpost_server_is_named() {
    for answer in ["HTTP/1.1 200 OK\r\nconnection: close\r\ncontent-length: 2\r\n\r\nhi", "nonsense\r\n\r\n"]
    {
        let (base, _) = serve(move |_: &Request| Answer(answer.as_bytes().to_vec())).await;
        let dir = tempfile::tempdir().unwrap();
        let error = get(&base, dir.path()).await.unwrap_err();
        assert!(matches!(error, Error::Protocol { .. } | Error::Unreachable { .. }), "{error:?}");
        assert!(error.to_string().contains("127.0.0.1"), "{error}");
    }
}
