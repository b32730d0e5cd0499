//! `POST /t/{token}/zip`: chosen files as one ZIP, from the page.

use sealpost_test_support::{
    app::{App, Link, Request},
    claims,
};
use serde_json::json;

use super::{cookie, hrefs, with_cookie};
use crate::deliveries::archive::unzip;

claims![
    ticked_files_lead_to_a_zip_of_them,
    who_ticks_nothing_is_told_so,
    a_choice_of_who_may_not_fetch_leads_to_the_page,
    a_choice_that_is_none_or_from_elsewhere_is_refused,
    many_files_make_a_short_address,
    where_there_is_one_file_there_is_nothing_to_choose,
    a_file_says_what_it_is,
];

fn choose(app: &App, link: &Link, form: &str, cookie: &str) -> Request {
    let request = app.anybody.post(&format!("/t/{}/zip", link.token)).header("cookie", cookie);
    request.header("content-type", "application/x-www-form-urlencoded").body(form.to_owned())
}

async fn ticked_files_lead_to_a_zip_of_them(app: &App) {
    let sent = app.anna.sent(&[("a", b"aa"), ("b", b"bb"), ("c", b"cc")]).await;
    let link = sent.link();
    let cookie = cookie(&link.submit("").await.expect(303));
    let page = with_cookie(app, link, &cookie).await;
    assert_eq!(page.matches("type=\"checkbox\" name=\"file\"").count(), 3, "{page}");
    let names: Vec<_> =
        ["a", "b", "c"].into_iter().filter(|name| page.contains(&format!("Choose: {name}\""))).collect();
    assert_eq!(names, ["a", "b", "c"], "each box says of which file it is");
    let chosen = choose(app, link, "file=2&file=0&file=2", &cookie).await.expect(303);
    let zip = app.anybody.get(chosen.header("location").unwrap()).header("cookie", &cookie).await.expect(200);
    let visit = link.enter().await;
    let name = |place: usize| visit.delivery["files"][place]["name"].as_str().unwrap().to_owned();
    let mut wanted = [name(0), name(2)];
    wanted.sort();
    assert_eq!(unzip(&zip.body).into_keys().collect::<Vec<_>>(), wanted);
}

async fn who_ticks_nothing_is_told_so(app: &App) {
    let sent = app.anna.sent(&[("a", b"a"), ("b", b"b")]).await;
    let link = sent.link();
    let cookie = cookie(&link.submit("").await.expect(303));
    let refused = choose(app, link, "", &cookie).await.expect(303);
    assert_eq!(refused.header("location"), Some(format!("/t/{}?chosen=none#files", link.token).as_str()));
    let address = format!("/t/{}?chosen=none", link.token);
    let page = app.anybody.get(&address).header("cookie", &cookie).await.expect(200).text();
    assert!(page.contains("No file was chosen") && page.contains("<title>Error: "), "{page}");
    let others = app.anybody.get(&address).await.expect(200).text();
    assert!(!others.contains("No file was chosen"), "there is nothing to choose from");
}

async fn a_choice_of_who_may_not_fetch_leads_to_the_page(app: &App) {
    let new = json!({"recipients": [{"email": "bert@example.org"}], "password": "correct horse"});
    let sent = app.anna.sent_as(&new, &[("a", b"a"), ("b", b"b")]).await;
    for cookie in ["", "sealpost-x=y"] {
        let back = choose(app, sent.link(), "file=0", cookie).await.expect(303);
        assert_eq!(back.header("location"), Some(format!("/t/{}", sent.link().token).as_str()));
    }
    app.anna.act(&sent.id, "block").await.expect(200);
    choose(app, sent.link(), "file=0", "").await.expect(404);
}

async fn a_choice_that_is_none_or_from_elsewhere_is_refused(app: &App) {
    let sent = app.anna.sent(&[("a", b"a"), ("b", b"b")]).await;
    let link = sent.link();
    let cookie = cookie(&link.submit("").await.expect(303));
    for form in ["file=x", "file=-1", "file=99999999999999999999", "file=1048576"] {
        let refused = choose(app, link, form, &cookie).await.expect(400);
        assert_eq!(refused.header("content-type"), Some("text/html; charset=utf-8"), "{form}");
    }
    choose(app, link, &format!("file={}", "1".repeat(2 << 20)), &cookie).await.expect(413);
    choose(app, link, "file=0", &cookie).header("sec-fetch-site", "cross-site").await.expect(403);
    let beyond = choose(app, link, "file=2", &cookie).await.expect(303);
    let beyond = app.anybody.get(beyond.header("location").unwrap()).header("cookie", &cookie).await;
    beyond.problem(400, "invalid_request");
}

async fn many_files_make_a_short_address(app: &App) {
    let names: Vec<_> = (0..300).map(|number| format!("{number:03}")).collect();
    let files: Vec<_> = names.iter().map(|name| (name.as_str(), name.as_bytes())).collect();
    let sent = app.anna.sent(&files).await;
    let link = sent.link();
    let cookie = cookie(&link.submit("").await.expect(303));
    let form: Vec<_> = (0..300).step_by(2).map(|place| format!("file={place}")).collect();
    let chosen = choose(app, link, &form.join("&"), &cookie).await.expect(303);
    let address = chosen.header("location").unwrap();
    assert!(address.len() < 150, "{}", address.len());
    let zip = app.anybody.get(address).header("cookie", &cookie).await.expect(200);
    assert_eq!(unzip(&zip.body).len(), 150);
    // A form with all of the most files that a tenant allows unless it says otherwise.
    let all: Vec<_> = (0..10_000).map(|place| format!("file={place}")).collect();
    let address = choose(app, link, &all.join("&"), &cookie).await.expect(303);
    assert!(address.header("location").unwrap().len() < 2_000);
}

async fn where_there_is_one_file_there_is_nothing_to_choose(app: &App) {
    let sent = app.anna.sent(&[("a", b"a")]).await;
    let cookie = cookie(&sent.link().submit("").await.expect(303));
    let page = with_cookie(app, sent.link(), &cookie).await;
    assert!(!page.contains("checkbox") && !page.contains("/zip"), "{page}");
    assert!(hrefs(&page).iter().any(|href| href.ends_with("/archive.zip")));
}

async fn a_file_says_what_it_is(app: &App) {
    let sent = app.anna.sent(&[("plans.pdf", b"%PDF-1.7"), ("notes.txt", b"x")]).await;
    for (language, words) in
        [("en", ["Document (PDF)", "Text (TXT)"]), ("de", ["Dokument (PDF)", "Text (TXT)"])]
    {
        let page = sent.link().page().header("accept-language", language).await.expect(200).text();
        for words in words {
            assert!(page.contains(words), "{words}: {page}");
        }
        assert!(
            page.contains("<details>") && page.contains("crc32 &quot;") || page.contains("crc32 \""),
            "{page}"
        );
    }
}
