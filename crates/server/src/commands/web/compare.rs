//! What a service hands out beside what is inside of this binary.

use std::fmt;

use data_encoding::HEXLOWER;
use futures_util::{StreamExt as _, TryStreamExt as _, stream};
use sealpost_api::{DELIVERY, WebFile};
use sealpost_client::{Error, Served, Server, printable};
use sealpost_domain::AddinId;
use serde::Serialize;
use sha2::{Digest as _, Sha256};

/// Requests at once.
const AT_ONCE: usize = 8;
/// In place of ids and tokens in addresses: documents are the same for all of them.
const ANY: &str = "01980000-0000-7000-8000-000000000000";

/// What was found.
#[derive(Debug, Serialize)]
pub(super) struct Comparison {
    /// Which service.
    pub(super) service: String,
    /// How many answers were looked at.
    pub(super) compared: usize,
    pub(super) findings: Vec<Finding>,
    /// Paths that nobody could look at.
    pub(super) skipped: Vec<String>,
}

/// Something that is not as it should be.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Finding {
    kind: Kind,
    /// Where.
    path: String,
    said: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    /// It is there, and not what it should be.
    Differs,
    /// It is not there.
    Missing,
    /// Something leads to what this version has not.
    Besides,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self.kind {
            Kind::Differs => "differs",
            Kind::Missing => "missing",
            Kind::Besides => "besides",
        };
        write!(f, "{word}  {}: {}", self.path, self.said)
    }
}

/// How something is asked for.
#[derive(Clone, Copy)]
enum Form {
    Plain,
    AsBrowser,
}

/// Fetches everything, in the plain form and in the one that browsers get.
pub(super) async fn compare(
    server: &Server,
    files: &[WebFile],
    addin: Option<AddinId>,
) -> Result<Comparison, Error> {
    let addin = addin.map(|id| id.to_string());
    let can_be_asked = |path: &str| path != DELIVERY && (addin.is_some() || !path.contains("{addin_id}"));
    let (there, skipped): (Vec<_>, Vec<_>) = files.iter().partition(|file| can_be_asked(&file.path));
    let mut asked = Vec::new();
    for file in there {
        for path in std::iter::once(file.path.as_str()).chain(file.also.iter().copied()) {
            let path = filled(path, addin.as_deref());
            asked.extend([Form::Plain, Form::AsBrowser].map(|form| (file, path.clone(), form)));
        }
    }
    let compared = asked.len();
    let looking = asked.into_iter().map(|(file, path, form)| {
        let addin = addin.as_deref();
        async move {
            let served = server.served(&path, matches!(form, Form::AsBrowser)).await?;
            let origin = server.base().as_str().trim_end_matches('/');
            Ok::<_, Error>(look(files, file, &path, &served, addin.map(|id| (origin, id))))
        }
    });
    let found: Vec<_> = stream::iter(looking).buffered(AT_ONCE).try_collect().await?;
    let mut findings: Vec<Finding> = Vec::new();
    for finding in found.into_iter().flatten() {
        if !findings.contains(&finding) {
            findings.push(finding);
        }
    }
    Ok(Comparison {
        service: server.base().to_string(),
        compared,
        findings,
        skipped: skipped.into_iter().map(|file| file.path.clone()).collect(),
    })
}

/// An address with something in its places.
fn filled(path: &str, addin: Option<&str>) -> String {
    let segments = path.split('/').map(|segment| match segment {
        "{addin_id}" => addin.unwrap_or(ANY),
        segment if segment.starts_with('{') => ANY,
        segment => segment,
    });
    segments.collect::<Vec<_>>().join("/")
}

/// What is wrong with one answer.
fn look(
    files: &[WebFile],
    file: &WebFile,
    path: &str,
    served: &Served,
    place: Option<(&str, &str)>,
) -> Vec<Finding> {
    let finding = |kind, said: String| Finding { kind, path: path.to_owned(), said };
    if served.status == 404 {
        return vec![finding(Kind::Missing, "it is not there".to_owned())];
    }
    let mut findings = Vec::new();
    if served.status != 200 {
        findings.push(finding(Kind::Differs, format!("it answers {}", served.status)));
        return findings;
    }
    let (wanted, got) = match served.encoding.as_deref() {
        None => (Some(file.sha256), Sha256::digest(unfilled(served, place))),
        Some("br") => (file.brotli_sha256, Sha256::digest(&served.body)),
        Some(other) => {
            let said = format!(
                "it comes packed as {}: ask the service itself, past what packs it",
                printable(other)
            );
            findings.push(finding(Kind::Differs, said));
            (None, Sha256::digest(&served.body))
        }
    };
    let is_same = wanted.is_some_and(|wanted| got[..] == wanted[..]);
    if !is_same && served.encoding.as_deref().is_none_or(|encoding| encoding == "br") {
        let form = if served.encoding.is_some() { ", as Brotli" } else { "" };
        findings
            .push(finding(Kind::Differs, format!("its bytes have the hash {}{form}", HEXLOWER.encode(&got))));
    }
    if !is_same && served.encoding.is_none() {
        findings.extend(besides(files, path, &served.body).into_iter().map(|name| {
            finding(Kind::Besides, format!("it names {}, which this version has not", printable(&name)))
        }));
    }
    if !has_policy(file, &served.policies) {
        let policies = served.policies.iter().map(|policy| printable(policy)).collect::<Vec<_>>().join(" / ");
        let said = if policies.is_empty() {
            "it has no policy".to_owned()
        } else {
            format!("its policy is {policies}")
        };
        findings.push(finding(Kind::Differs, said));
    }
    // The worker of the page that opens may stand for addresses below its own. For which, the page asks, whose script is compared.
    let leads_on =
        served.leads_on.iter().filter(|name| !(file.delivers && **name == "service-worker-allowed"));
    findings.extend(leads_on.map(|name| finding(Kind::Besides, format!("it has the header {name}"))));
    findings
}

/// The event file's bytes with its two places as they are before the service fills them in; any other's as they are.
fn unfilled(served: &Served, place: Option<(&str, &str)>) -> Vec<u8> {
    let Some((origin, addin)) = place else { return served.body.to_vec() };
    let text = String::from_utf8_lossy(&served.body);
    let Some(line) = text.lines().next().filter(|line| line.starts_with("var sealpost=")) else {
        return served.body.to_vec();
    };
    let head = line.replacen(&format!("\"{origin}\""), "\"{{base_url}}\"", 1).replacen(
        &format!("\"{addin}\""),
        "\"{{addin_id}}\"",
        1,
    );
    format!("{head}{}", &text[line.len()..]).into_bytes()
}

/// Whether it comes with its policy alone. Documents of an add-in name its tenant's mail hosts behind it.
fn has_policy(file: &WebFile, policies: &[String]) -> bool {
    let [policy] = policies else { return false };
    let hosts = file.path.contains("{addin_id}") && file.policy.contains("frame-ancestors https:");
    match policy.strip_prefix(file.policy) {
        Some("") => true,
        Some(more) => hosts && more.starts_with(' ') && !more.contains([';', ',', '\'', '*']),
        None => false,
    }
}

/// Scripts, styles and addresses that a document, or a script, names and none of the files is.
fn besides(files: &[WebFile], path: &str, body: &[u8]) -> Vec<String> {
    let text = String::from_utf8_lossy(body);
    let is_script = path.ends_with(".js");
    let mut names: Vec<String> = Vec::new();
    for word in text.split(['"', '\'', '`', '<', '>', '(', ')', '=', ' ', '\n']) {
        let word = word.split(['?', '#']).next().unwrap_or_default();
        let is_file = [".js", ".mjs", ".css", ".wasm"].iter().any(|end| word.ends_with(end));
        let is_elsewhere = !is_script && (word.starts_with("//") || word.contains("://"));
        let name = word.rsplit('/').next().unwrap_or(word);
        let is_known =
            !word.contains("//") && files.iter().any(|file| file.path.rsplit('/').next() == Some(name));
        if (is_file || is_elsewhere) && !is_known && !names.iter().any(|known| known == word) {
            names.push(word.to_owned());
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = "default-src 'none'";
    const ADDIN: &str = "default-src 'none'; frame-ancestors https://outlook.office.com";

    fn file(path: &str, content: &str) -> WebFile {
        WebFile {
            app: "pages",
            path: path.to_owned(),
            also: Vec::new(),
            sha256: Sha256::digest(content).into(),
            brotli_sha256: Some(Sha256::digest("packed").into()),
            length: content.len() as u64,
            policy: POLICY,
            delivers: false,
        }
    }

    fn served(body: &str) -> Served {
        Served {
            status: 200,
            policies: vec![POLICY.to_owned()],
            encoding: None,
            leads_on: Vec::new(),
            body: body.to_owned().into(),
        }
    }

    fn said(file: &WebFile, served: &Served) -> Vec<String> {
        let files = [file.clone(), self::file("/web/a-1.js", "x")];
        look(&files, file, "/", served, None).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_is_the_same_is_not_told() {
        let page = file("/", "page");
        assert_eq!(said(&page, &served("page")), [""; 0]);
        let packed = Served { encoding: Some("br".to_owned()), ..served("packed") };
        assert_eq!(said(&page, &packed), [""; 0]);
    }

    #[test]
    fn other_bytes_another_policy_and_what_leads_on_are_told() {
        let page = file("/", "page");
        let other = r#"<script src="/web/a-1.js"></script><script src="/web/evil.js"></script><img src="https://evil.example/x">"#;
        let told = said(&page, &served(other)).join("\n");
        assert!(told.contains("differs  /: its bytes have the hash"), "{told}");
        assert!(
            told.contains("besides  /: it names /web/evil.js") && told.contains("https://evil.example/x"),
            "{told}"
        );
        assert!(!told.contains("a-1.js"), "{told}");
        for policies in
            [vec![], vec![format!("{POLICY}; x")], vec![POLICY.to_owned(), "script-src *".to_owned()]]
        {
            assert_eq!(said(&page, &Served { policies, ..served("page") }).len(), 1);
        }
        let leading = Served { leads_on: vec!["link"], ..served("page") };
        assert_eq!(said(&page, &leading), ["besides  /: it has the header link"]);
        for encoding in ["gzip", "br"] {
            let packed = Served { encoding: Some(encoding.to_owned()), ..served("page") };
            assert_eq!(said(&page, &packed).len(), 1, "{encoding}");
        }
        assert!(said(&page, &Served { status: 404, ..served("") })[0].starts_with("missing"));
        assert!(said(&page, &Served { status: 302, ..served("") })[0].contains("answers 302"));
    }

    #[test]
    fn a_tenants_mail_hosts_may_frame_its_add_in_and_nothing_else() {
        let pane = WebFile { policy: ADDIN, ..file("/addin/{addin_id}/pane.html", "pane") };
        for (more, counts) in [
            ("", true),
            (" https://mail.example.org", true),
            (" 'self'", false),
            (" *", false),
            ("; script-src https://evil.example", false),
        ] {
            assert_eq!(has_policy(&pane, &[format!("{ADDIN}{more}")]), counts, "{more}");
        }
    }

    #[test]
    fn the_event_file_is_compared_as_it_is_before_its_places_are_filled_in() {
        let template = "var sealpost={\"base_url\":\"{{base_url}}\",\"addin_id\":\"{{addin_id}}\"};\nrun()";
        let event = file("/addin/{addin_id}/launchevent.js", template);
        let body = template.replace("{{base_url}}", "https://files.example").replace("{{addin_id}}", ANY);
        let place = Some(("https://files.example", ANY));
        assert_eq!(look(&[], &event, "/addin/x/launchevent.js", &served(&body), place), []);
        let other = body.replace("files.example", "evil.example");
        assert_eq!(look(&[], &event, "/addin/x/launchevent.js", &served(&other), place).len(), 1);
    }

    #[test]
    fn places_in_addresses_are_filled_in() {
        assert_eq!(filled("/r/{token}", None), format!("/r/{ANY}"));
        assert_eq!(filled("/admin/{section:.*}", None), format!("/admin/{ANY}"));
        assert_eq!(filled("/addin/{addin_id}/pane.html", Some("7")), "/addin/7/pane.html");
    }
}
