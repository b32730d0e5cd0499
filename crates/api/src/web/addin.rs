//! What Outlook fetches for a tenant's add-in: pages, the event file, icons, manifests. The tenant's add-in id in the address
//! is what it is found by; nothing here asks who is calling.

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderMap, HeaderName, HeaderValue},
    web,
};
use data_encoding::BASE64URL_NOPAD;
use rust_embed::RustEmbed;
use sealpost_domain::{AddinId, MailHost};
use serde_json::json;
use sha2::{Digest as _, Sha256};

use super::{
    MISSING,
    file::{File, Kept},
};
use crate::{
    App,
    deliveries::is_known,
    error::{ApiError, Code},
    path::Id,
};

/// Pages, the event file and manifests of a tenant's add-in.
pub(crate) const PATH: &str = "/addin/{addin_id}/{document}";
/// The icons that manifests name.
pub(crate) const ICON_PATH: &str = "/addin/icons/{name}";
/// Which event files may ask Outlook for a token. None does, and to list them would say who is a tenant.
pub(crate) const ALLOWED_PATH: &str = "/.well-known/microsoft-officeaddins-allowed.json";

/// The task pane, and the page of the buttons.
#[derive(RustEmbed)]
#[folder = "../../web/dist/pane"]
pub(super) struct Pane;

/// The event file, and the page that runs it where there are pages.
#[derive(RustEmbed)]
#[folder = "../../web/dist/events"]
pub(super) struct Events;

#[derive(RustEmbed)]
#[folder = "../../addin-manifest/icons"]
struct Icons;

/// What Office.js loads, and where it is shown: `docs/security.md` says why each is there.
pub(super) const POLICY: &str = "default-src 'none'; \
    script-src 'self' https://appsforoffice.microsoft.com https://ajax.aspnetcdn.com; \
    style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self'; \
    connect-src 'self' https://login.microsoftonline.com; \
    frame-src https://telemetryservice.firstpartyapps.oaspapps.com https://login.microsoftonline.com; \
    worker-src 'self' blob:; form-action 'self'; base-uri 'none'; \
    frame-ancestors https://outlook.office.com https://outlook.office365.com https://outlook.live.com \
    https://*.cloud.microsoft";

/// `GET /addin/{addin_id}/{document}`
pub(crate) async fn document(
    app: App,
    request: HttpRequest,
    addin: Id<AddinId>,
    path: web::Path<(String, String)>,
) -> Result<HttpResponse, ApiError> {
    let (_, name) = path.into_inner();
    match name.as_str() {
        "pane.html" | "commands.html" => page::<Pane>(&app, &request, addin.0, &name).await,
        "launchevent.html" => page::<Events>(&app, &request, addin.0, &name).await,
        "launchevent.js" => event_file(&app, &request, addin.0).await,
        "manifest.xml" => {
            let made = app.tenancy().manifest(addin.0, app.base_url().as_str()).await?;
            Ok(download(&request, "application/xml", "sealpost-outlook.xml", made.xml.into_bytes()))
        }
        "manifest.zip" => {
            let made = app.tenancy().manifest(addin.0, app.base_url().as_str()).await?;
            Ok(download(&request, "application/zip", "sealpost-outlook.zip", made.package))
        }
        _ => Err(ApiError::new(Code::NotFound)),
    }
}

/// `GET /addin/icons/{name}`
pub(crate) async fn icon(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, ApiError> {
    let picture = Some(name.as_str()).filter(|name| name.ends_with(".png") && !name.contains(['/', '\\']));
    let picture = picture.and_then(|name| File::find::<Icons>(name, request.headers()));
    let picture = picture.ok_or_else(|| ApiError::new(Code::NotFound))?;
    let mut response = picture.answer(request.headers(), Kept::ForADay);
    let headers = response.headers_mut();
    // Outlook shows them in pages of its own.
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("cross-origin"),
    );
    Ok(response)
}

/// `GET /.well-known/microsoft-officeaddins-allowed.json`
pub(crate) async fn allowed() -> HttpResponse {
    HttpResponse::Ok().insert_header((header::CACHE_CONTROL, "no-cache")).json(json!({ "allowed": [] }))
}

async fn page<Folder: RustEmbed>(
    app: &App,
    request: &HttpRequest,
    addin: AddinId,
    name: &str,
) -> Result<HttpResponse, ApiError> {
    let hosts = app.tenancy().addin_hosts(addin).await?;
    let mut response = match File::find::<Folder>(name, request.headers()) {
        Some(page) => page.answer(request.headers(), Kept::AskedAbout),
        None => HttpResponse::ServiceUnavailable().content_type("text/html; charset=utf-8").body(MISSING),
    };
    let policy = HeaderValue::from_str(&policy(&hosts)).map_err(ApiError::internal)?;
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    loaded_by_outlook(headers);
    Ok(response)
}

/// The event file with its places filled in, which stand in JSON strings. They are in its first line, and nowhere else.
async fn event_file(app: &App, request: &HttpRequest, addin: AddinId) -> Result<HttpResponse, ApiError> {
    app.tenancy().find_addin(addin).await?;
    let missing = || ApiError::new(Code::NotAvailableNow).detail("the pages of web/ are not built");
    let file = Events::get("launchevent.js").ok_or_else(missing)?;
    let file = std::str::from_utf8(&file.data).map_err(ApiError::internal)?;
    let filled = file.replacen("{{base_url}}", &in_json(app.base_url().as_str()), 1).replacen(
        "{{addin_id}}",
        &in_json(&addin.to_string()),
        1,
    );
    let mut response = answer(request, "text/javascript; charset=utf-8", filled.into_bytes());
    loaded_by_outlook(response.headers_mut());
    Ok(response)
}

/// As inside of a JSON string.
fn in_json(text: &str) -> String {
    let quoted = json!(text).to_string();
    quoted[1..quoted.len() - 1].to_owned()
}

fn policy(hosts: &[MailHost]) -> String {
    let hosts = hosts.iter().map(MailHost::as_str);
    std::iter::once(POLICY).chain(hosts).collect::<Vec<_>>().join(" ")
}

/// What the add-in's documents say beside their policy. Microsoft's scripts may know at which address they run: its path has
/// the add-in's id, its origin has not.
fn loaded_by_outlook(headers: &mut HeaderMap) {
    headers.insert(header::REFERRER_POLICY, HeaderValue::from_static("strict-origin-when-cross-origin"));
    headers.insert(HeaderName::from_static("x-robots-tag"), HeaderValue::from_static("noindex, nofollow"));
}

fn download(request: &HttpRequest, media_type: &'static str, name: &str, body: Vec<u8>) -> HttpResponse {
    let mut response = answer(request, media_type, body);
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}

/// What is made at each request, or that the client has it.
fn answer(request: &HttpRequest, media_type: &'static str, body: Vec<u8>) -> HttpResponse {
    let etag = format!("\"{}\"", BASE64URL_NOPAD.encode(&Sha256::digest(&body)[..16]));
    let known = is_known(request.headers(), &etag);
    let mut response = if known { HttpResponse::NotModified() } else { HttpResponse::Ok() };
    response.insert_header((header::ETAG, etag)).insert_header((header::CACHE_CONTROL, "no-cache"));
    if known {
        return response.finish();
    }
    response.content_type(media_type).body(body)
}
