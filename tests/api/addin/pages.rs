//! `/addin`: pages, the event file and icons, as Outlook fetches them

use sealpost_test_support::{
    app::{Answer, App},
    claims,
};
use serde_json::json;

claims![
    pages_may_be_shown_inside_of_outlook,
    an_organisation_names_its_own_outlook,
    the_event_file_has_its_places_filled_in,
    whoever_has_the_event_file_is_told_so,
    icons_may_be_shown_by_anybody,
    no_event_file_is_listed,
    what_is_no_add_in_has_no_pages,
    what_outlook_opens_may_speak_with_what_has_opened_it,
];

const OUTLOOKS: &str = "frame-ancestors https://outlook.office.com https://outlook.office365.com \
                        https://outlook.live.com https://*.cloud.microsoft";

async fn at(app: &App, document: &str) -> Answer {
    app.anybody.get(&format!("/addin/{}/{document}", app.addin_id(&app.acme).await)).await
}

/// What every page of an add-in says, whether it is built or not.
fn is_for_outlook(page: &Answer, ancestors: &str) {
    let policy = page.header("content-security-policy").unwrap();
    assert!(policy.ends_with(ancestors), "{policy}");
    for part in [
        "default-src 'none';",
        "script-src 'self' https://appsforoffice.microsoft.com https://ajax.aspnetcdn.com;",
        "connect-src 'self' https://login.microsoftonline.com;",
        "frame-src https://telemetryservice.firstpartyapps.oaspapps.com https://login.microsoftonline.com;",
        "worker-src 'self' blob:;",
        "base-uri 'none';",
    ] {
        assert!(policy.contains(part), "{policy}");
    }
    assert_eq!(page.header("x-frame-options"), None);
    assert_eq!(page.header("cross-origin-opener-policy"), None);
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    assert_eq!(page.header("referrer-policy"), Some("strict-origin-when-cross-origin"));
    assert_eq!(page.header("content-type"), Some("text/html; charset=utf-8"));
}

async fn pages_may_be_shown_inside_of_outlook(app: &App) {
    for name in ["pane.html", "commands.html"] {
        let page = at(app, name).await;
        assert!([200, 503].contains(&page.status), "{page:?}");
        is_for_outlook(&page, OUTLOOKS);
    }
    let page = at(app, "launchevent.html").await.expect(200);
    is_for_outlook(&page, OUTLOOKS);
    assert_eq!(page.header("cache-control"), Some("no-cache"));
    assert!(page.text().contains("launchevent.js"));
}

async fn an_organisation_names_its_own_outlook(app: &App) {
    app.change_addin(
        json!({ "mail_hosts": ["https://Mail.acme.example", "https://owa.acme.example:8443/"] }),
    )
    .await;
    let own = format!("{OUTLOOKS} https://mail.acme.example https://owa.acme.example:8443");
    is_for_outlook(&at(app, "launchevent.html").await, &own);
    is_for_outlook(&at(app, "pane.html").await, &own);
    let other = format!("/addin/{}/launchevent.html", app.addin_id(&app.globex).await);
    is_for_outlook(&app.anybody.get(&other).await, OUTLOOKS);
}

async fn the_event_file_has_its_places_filled_in(app: &App) {
    let file = at(app, "launchevent.js").await.expect(200);
    assert_eq!(file.header("content-type"), Some("text/javascript; charset=utf-8"));
    assert_eq!(file.header("cache-control"), Some("no-cache"));
    let text = file.text();
    let places = json!({ "base_url": app.anybody.base(), "addin_id": app.addin_id(&app.acme).await });
    let (base, id) = (&places["base_url"], &places["addin_id"]);
    let first = format!("var sealpost={{\"base_url\":{base},\"addin_id\":{id}}};");
    assert_eq!(text.lines().next(), Some(first.as_str()));
    assert!(!text.contains("{{base_url}}") && !text.contains("{{addin_id}}"), "no place is left");
}

async fn whoever_has_the_event_file_is_told_so(app: &App) {
    let path = format!("/addin/{}/launchevent.js", app.addin_id(&app.acme).await);
    let tag = app.anybody.get(&path).await.expect(200).header("etag").unwrap().to_owned();
    app.anybody.get(&path).header("if-none-match", &tag).await.expect(304);
    app.anybody.head(&path).await.expect(200);
    let other = format!("/addin/{}/launchevent.js", app.addin_id(&app.globex).await);
    app.anybody.get(&other).header("if-none-match", &tag).await.expect(200);
}

async fn icons_may_be_shown_by_anybody(app: &App) {
    for name in ["mark-16.png", "mark-128.png", "secure-80.png", "request-32.png", "outline-32.png"] {
        let icon = app.anybody.get(&format!("/addin/icons/{name}")).await.expect(200);
        assert_eq!(icon.header("content-type"), Some("image/png"));
        assert_eq!(icon.header("access-control-allow-origin"), Some("*"));
        assert_eq!(icon.header("cross-origin-resource-policy"), Some("cross-origin"));
        assert_eq!(icon.header("cache-control"), Some("public, max-age=86400"));
        assert!(icon.body.starts_with(b"\x89PNG"), "{name}");
    }
    for name in ["mark.svg", "mark-17.png", "..%2Fmanifest.xml", "..%2Ficons%2Fmark-16.png"] {
        app.anybody.get(&format!("/addin/icons/{name}")).await.problem(404, "not_found");
    }
}

async fn no_event_file_is_listed(app: &App) {
    let list = app.anybody.get("/.well-known/microsoft-officeaddins-allowed.json").await.expect(200);
    assert_eq!(list.json(), json!({ "allowed": [] }));
    assert_eq!(list.header("content-type"), Some("application/json"));
}

async fn what_is_no_add_in_has_no_pages(app: &App) {
    let id = app.addin_id(&app.acme).await;
    for name in ["pane.html", "launchevent.html", "launchevent.js", "manifest.xml", "manifest.zip"] {
        for wrong in ["6f1c1b0e-6f0e-4b7e-9a55-2d1d0e0c7a10", "icon", &id.to_string().to_uppercase()] {
            app.anybody.get(&format!("/addin/{wrong}/{name}")).await.problem(404, "not_found");
        }
    }
    for name in ["", "x", "index.html", "manifest.json", "%2E%2E%2Fpane.html"] {
        app.anybody.get(&format!("/addin/{id}/{name}")).await.problem(404, "not_found");
    }
    app.anybody.post(&format!("/addin/{id}/pane.html")).await.problem(405, "method_not_allowed");
}

async fn what_outlook_opens_may_speak_with_what_has_opened_it(app: &App) {
    let opener = async |path: &str| {
        let answer = app.anybody.get(path).await;
        answer.header("cross-origin-opener-policy").map(str::to_owned)
    };
    for path in ["/signin", "/signin/forgotten", "/signin/entra/callback", "/signin/oidc/x/callback"] {
        assert_eq!(opener(path).await, None, "{path}");
    }
    for path in ["/", "/account", "/admin", "/t/x", "/api/v1/openapi.json"] {
        assert_eq!(opener(path).await.as_deref(), Some("same-origin"), "{path}");
    }
}
