//! The pages that are made in `web/` (`docs/adr/0015`): one HTML document for the addresses of each app, and files whose
//! names change with their content. A release has them inside; without optimisation they are read from `web/dist` each time, so
//! that whoever works on them reloads and sees.

pub(crate) mod addin;
mod encoding;
mod file;
mod hashes;

use actix_web::{
    HttpRequest, HttpResponse,
    http::header::{self, HeaderName},
    web,
};
use rust_embed::RustEmbed;

use crate::error::{ApiError, Code};
use file::{File, Kept};

pub use hashes::{DELIVERY, SEALING_APP, WebFile, web_files};

/// The addresses that the pages' document answers; the script in it shows what belongs to each.
pub(crate) const PAGES: [&str; 8] = [
    "/",
    "/transfers",
    "/transfers/{transfer_id}",
    "/requests",
    "/requests/{request_id}",
    "/account/keys",
    "/r/{token}",
    "/u/{tenant}/{name}",
];
/// Those of the console's document.
pub(crate) const CONSOLE: [&str; 2] = ["/admin", "/admin/{section:.*}"];
/// Where the files are that the documents name.
pub(crate) const FILES: &str = "/web/{name}";

/// What `scripts/web.sh` has built: sending and receiving.
#[derive(RustEmbed)]
#[folder = "../../web/dist/pages"]
struct Pages;

/// The admin console.
#[derive(RustEmbed)]
#[folder = "../../web/dist/admin"]
struct Console;

/// Scripts and pictures from here alone, and nothing in the document itself (`docs/adr/0016`).
///
/// The one style that may stand there is the empty one: Fluent makes empty `<style>` elements and puts its rules into them
/// through the CSSOM, which a policy has no say in. Nobody who manages to write into the page can bring a style with text.
/// `trusted-types`: no text becomes markup, for nothing here makes it so, and none becomes a script's address but those of the two
/// workers, which seal what is sent and open what is fetched where the service is not to read it.
const POLICY: &str = "default-src 'none'; script-src 'self'; \
                      style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; img-src 'self'; \
                      connect-src 'self'; worker-src 'self'; base-uri 'none'; form-action 'none'; \
                      frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types sealpost-worker sealpost-download";

/// The same for the page that opens what a sender has sealed: it saves by a frame of this origin, which its service worker answers.
const DELIVERY_POLICY: &str = "default-src 'none'; script-src 'self'; \
                      style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; img-src 'self'; \
                      connect-src 'self'; worker-src 'self'; frame-src 'self'; base-uri 'none'; \
                      form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; \
                      trusted-types sealpost-worker sealpost-download";

/// As everywhere, but for passkeys: pages ask for one where an act takes a proof, and where one opens a key.
const PERMISSIONS: &str = "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), \
                           publickey-credentials-get=(self), usb=()";

/// How the script of that service worker is called, before what its content makes of the name.
const DELIVERER: &str = "deliver.worker-";
/// Below this address it answers, and nowhere else (`web/apps/pages/src/delivery/download/protocol.ts`).
const DELIVERER_SCOPE: &str = "/t/download/";
/// It fetches and opens: it needs no script besides itself, and compiles nothing.
const DELIVERER_POLICY: &str = "default-src 'none'; connect-src 'self'";

/// What scripts come with. A worker goes by the policy of its own script: the one that seals has Argon2, which is WebAssembly, and
/// the page that starts it needs no leave to compile any.
const SCRIPT_POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'";

/// In place of pages that nobody has built.
const MISSING: &str = "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Sealpost</title>\
                       <h1>This page is not built</h1><p>The service was compiled without the pages of web/. \
                       Run scripts/web.sh and compile again, or use make build, which does both.</p>";

/// `GET` of [`PAGES`]
pub(crate) async fn page(request: HttpRequest) -> HttpResponse {
    page_of::<Pages>(&request, "index.html", POLICY)
}

/// The page for a link whose sender has sealed what it leads to.
pub(crate) fn delivery(request: &HttpRequest) -> HttpResponse {
    page_of::<Pages>(request, "delivery.html", DELIVERY_POLICY)
}

/// `GET` of [`CONSOLE`]
pub(crate) async fn console(request: HttpRequest) -> HttpResponse {
    page_of::<Console>(&request, "index.html", POLICY)
}

/// `GET /web/{name}`
pub(crate) async fn file(request: HttpRequest, name: web::Path<String>) -> Result<HttpResponse, ApiError> {
    // Names are made of what is inside: two of the same name are the same file.
    file_of::<Pages>(&request, &name)
        .or_else(|_| file_of::<Console>(&request, &name))
        .or_else(|_| file_of::<addin::Pane>(&request, &name))
}

fn page_of<Folder: RustEmbed>(request: &HttpRequest, document: &str, policy: &'static str) -> HttpResponse {
    let Some(page) = File::find::<Folder>(document, request.headers()) else {
        return HttpResponse::ServiceUnavailable().content_type("text/html; charset=utf-8").body(MISSING);
    };
    let mut response = page.answer(request.headers(), Kept::AskedAbout);
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_SECURITY_POLICY, header::HeaderValue::from_static(policy));
    headers
        .insert(HeaderName::from_static("permissions-policy"), header::HeaderValue::from_static(PERMISSIONS));
    headers.insert(
        HeaderName::from_static("x-robots-tag"),
        header::HeaderValue::from_static("noindex, nofollow"),
    );
    response
}

fn file_of<Folder: RustEmbed>(request: &HttpRequest, name: &str) -> Result<HttpResponse, ApiError> {
    // A path is one name; an encoded slash could make more of it.
    let plain = !name.contains(['/', '\\']);
    let file = plain.then(|| File::find::<Folder>(&format!("web/{name}"), request.headers())).flatten();
    let file = file.ok_or_else(|| ApiError::new(Code::NotFound))?;
    let mut response = file.answer(request.headers(), Kept::ForGood);
    if name.ends_with(".js") {
        let headers = response.headers_mut();
        let policy = header::HeaderValue::from_static(policy_of_script(name));
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
        if name.starts_with(DELIVERER) {
            let scope = header::HeaderValue::from_static(DELIVERER_SCOPE);
            headers.insert(HeaderName::from_static("service-worker-allowed"), scope);
        }
    }
    Ok(response)
}

/// What the script of this name comes with.
fn policy_of_script(name: &str) -> &'static str {
    if name.starts_with(DELIVERER) { DELIVERER_POLICY } else { SCRIPT_POLICY }
}

#[cfg(test)]
mod tests;
