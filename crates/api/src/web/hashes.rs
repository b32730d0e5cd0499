//! Every document, script and style of the pages with its hash, as the service hands it out: what somebody compares who wants to
//! know which code runs in his browser (`docs/pages-integrity.md`).

use std::borrow::Cow;

use rust_embed::RustEmbed;

use super::{
    CONSOLE, Console, DELIVERER, DELIVERY_POLICY, PAGES, POLICY, Pages, addin, file::media_type,
    policy_of_script,
};
use crate::middleware::DEFAULT_POLICY;

/// The app whose page seals and opens what the service is not to read.
pub const SEALING_APP: &str = "pages";

/// Where the page is that opens what a sender has sealed: at links that lead to such alone.
pub const DELIVERY: &str = "/t/{token}";

/// Something that the service hands out to browsers, as it is inside of this binary.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WebFile {
    /// What it belongs to: `pages`, `admin`, `pane` or `events`.
    pub app: &'static str,
    /// Where it is, below the address of the service. `{addin_id}` stands for the id of a tenant's add-in.
    pub path: String,
    /// Where the same document is, too, with places in braces.
    pub also: Vec<&'static str>,
    /// SHA-256 of its bytes. The event file's are taken before its two places are filled in.
    pub sha256: [u8; 32],
    /// SHA-256 of its bytes as Brotli, the form that browsers take; `None` if there is no such form.
    pub brotli_sha256: Option<[u8; 32]>,
    /// How many bytes it has, plain.
    pub length: u64,
    /// The content security policy that comes with it. Documents of the add-in name further hosts behind it that may frame them.
    pub policy: &'static str,
    /// Whether it is the service worker that saves what the page opens.
    pub delivers: bool,
}

/// All of them, by app and path, those of [`SEALING_APP`] first. Empty if nobody has built the pages.
pub fn web_files() -> Vec<WebFile> {
    [
        files_of::<Pages>("pages"),
        files_of::<Console>("admin"),
        files_of::<addin::Pane>("pane"),
        files_of::<addin::Events>("events"),
    ]
    .concat()
}

fn files_of<Folder: RustEmbed>(app: &'static str) -> Vec<WebFile> {
    let one = |name: Cow<'static, str>| {
        let (path, also, policy) = place(app, &name)?;
        let content = Folder::get(&name)?;
        let brotli = Folder::get(&format!("{name}.br"));
        Some(WebFile {
            app,
            path,
            also,
            sha256: content.metadata.sha256_hash(),
            brotli_sha256: brotli.map(|form| form.metadata.sha256_hash()),
            length: content.data.len() as u64,
            policy,
            delivers: name.starts_with(&format!("web/{DELIVERER}")),
        })
    };
    let mut files: Vec<_> = Folder::iter().filter_map(one).collect();
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files
}

/// Where a file of an app is handed out, and by which policy; `None` of what is not handed out.
fn place(app: &str, name: &str) -> Option<(String, Vec<&'static str>, &'static str)> {
    media_type(name)?;
    if let Some(file) = name.strip_prefix("web/") {
        let policy = if file.ends_with(".js") { policy_of_script(file) } else { DEFAULT_POLICY };
        return Some((format!("/web/{file}"), Vec::new(), policy));
    }
    let document = |paths: &[&'static str]| (paths[0].to_owned(), paths[1..].to_vec(), POLICY);
    Some(match (app, name) {
        ("pages", "index.html") => document(&PAGES),
        ("pages", "delivery.html") => (DELIVERY.to_owned(), Vec::new(), DELIVERY_POLICY),
        ("admin", "index.html") => document(&CONSOLE),
        ("events", "launchevent.js") => (below_addin(name), Vec::new(), DEFAULT_POLICY),
        ("pane" | "events", _) => (below_addin(name), Vec::new(), addin::POLICY),
        _ => return None,
    })
}

fn below_addin(name: &str) -> String {
    addin::PATH.replace("{document}", name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::{DELIVERER_POLICY, SCRIPT_POLICY};

    /// As `scripts/web.sh` leaves it: documents, scripts, styles, and what is not handed out.
    #[derive(RustEmbed)]
    #[folder = "src/web/example"]
    struct Example;

    #[test]
    fn each_file_is_named_where_it_is_served_with_both_its_forms() {
        let files = files_of::<Example>("pages");
        let paths: Vec<_> = files.iter().map(|file| file.path.as_str()).collect();
        assert_eq!(paths, ["/", "/web/a-1.js", "/web/b-2.css", "/web/deliver.worker-3.js"]);
        let policies: Vec<_> = files.iter().map(|file| file.policy).collect();
        assert_eq!(policies, [POLICY, SCRIPT_POLICY, DEFAULT_POLICY, DELIVERER_POLICY]);
        assert_eq!(files[0].also, PAGES[1..]);
        let script = Example::get("web/a-1.js").unwrap();
        assert_eq!(files[1].sha256, script.metadata.sha256_hash());
        assert_eq!(files[1].length, script.data.len() as u64);
        let small = Example::get("web/a-1.js.br").unwrap();
        assert_eq!(files[1].brotli_sha256, Some(small.metadata.sha256_hash()));
        assert_eq!(files[2].brotli_sha256, None);
    }

    #[test]
    fn documents_of_the_add_in_are_below_its_id() {
        let path = |app, name| place(app, name).map(|(path, _, policy)| (path, policy));
        assert_eq!(
            path("pane", "pane.html"),
            Some(("/addin/{addin_id}/pane.html".to_owned(), addin::POLICY))
        );
        let events = path("events", "launchevent.js");
        assert_eq!(events, Some(("/addin/{addin_id}/launchevent.js".to_owned(), DEFAULT_POLICY)));
        assert_eq!(path("pages", "delivery.html"), Some((DELIVERY.to_owned(), DELIVERY_POLICY)));
        assert_eq!(path("pages", "manifest.json"), None);
        assert_eq!(path("pages", "index.html.br"), None);
    }
}
