//! The systemd unit: systemd takes it for hardened, and the service does nothing that it forbids.

use std::{collections::BTreeSet, fs};

use rustix::process::Signal;
use sealpost_test_support::tools::root;
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use crate::support::{Content, Service, binary, eventually, run, run_ok};

/// What `systemd-analyze security` may say at most, of 100: 0 is all shut, 100 all open, and a unit that says nothing has 96.
const EXPOSURE: &str = "20";

#[tokio::test]
async fn systemd_takes_the_unit_and_finds_little_exposed() {
    // The binary is to be there.
    let home = TempDir::new().unwrap();
    let unit = home.path().join("sealpost.service");
    let text =
        text().replace("/usr/bin/sealpost", binary().to_str().unwrap()).replace("man:sealpost(1) ", "");
    fs::write(&unit, text).unwrap();
    let verified = run(Command::new("systemd-analyze").args(["verify", "--man=no"]).arg(&unit)).await;
    assert_eq!((verified.code, verified.stderr.as_str()), (Some(0), ""), "{verified:#?}");
    let threshold = format!("--threshold={EXPOSURE}");
    let words = ["security", "--offline=yes", "--no-pager", &threshold];
    let judged = run(Command::new("systemd-analyze").args(words).arg(&unit)).await;
    assert_eq!(judged.code, Some(0), "{judged:#?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_service_calls_nothing_that_the_unit_forbids() {
    let home = TempDir::new().unwrap();
    let trace = home.path().join("trace");
    // Detached: the process that the test ends is the service, not what watches it.
    let strace = ["strace", "--daemonize", "--follow-forks", "--signal=none", "--output"];
    let wrapper = strace.iter().map(|word| (*word).to_owned()).chain([trace.to_str().unwrap().to_owned()]);
    // The last word of a wrapper is the directory of the service.
    let script = ["sh", "-c", "exec \"$@\""].map(str::to_owned);
    let mut service = Service::start_with(0, None, wrapper.chain(script).collect()).await;
    let api = service.api();
    let content = Content::new(320, 9 << 20);
    let transfer = api.draft(&["anna@example.org"]).await;
    let upload = api.begin(&transfer, "a.bin", content.length).await;
    api.finish(&upload, content).await;
    let link = api.send(&transfer).await;
    let delivery = api.open(&link).await;
    assert_eq!(api.sha256(&delivery, 0).await, content.sha256());
    // A password is derived on threads of a lower priority.
    let order = json!({"recipients": [{"email": "anna@example.org"}], "password": "correct horse battery"});
    let guarded = api.request(reqwest::Method::POST, "/api/v1/transfers").json(&order).send().await.unwrap();
    assert_eq!(guarded.status(), reqwest::StatusCode::CREATED);
    assert!(api.purge(&transfer).await.unwrap().is_success());
    let pid = service.pid().as_raw_nonzero().to_string();
    let is_end =
        |line: &str| line.strip_prefix(&pid).is_some_and(|rest| rest.trim() == "+++ exited with 0 +++");
    service.signal(Signal::TERM);
    assert!(service.ended().await.success());
    let trace = eventually("all of it is written down", async || {
        fs::read_to_string(&trace).ok().filter(|lines| lines.lines().any(is_end))
    })
    .await;

    let allowed = allowed().await;
    assert!(allowed.contains("openat") && !allowed.contains("mount") && !allowed.contains("setuid"));
    let (mut seen, mut forbidden) = (0, BTreeSet::new());
    // What the shell of the wrapper did before comes on top, which calls nothing that others do not.
    for line in trace.lines() {
        let call = line.split_once(' ').map_or(line, |(_, call)| call.trim_start());
        let Some((name, arguments)) = call.split_once('(') else { continue };
        if name.contains(|c: char| !c.is_ascii_alphanumeric() && c != '_') {
            continue; // the end of a call that began in an earlier line
        }
        seen += 1;
        if name == "fchown" && rustix::process::geteuid().is_root() {
            continue; // root's SQLite gives its files to the owner of the database; the unit's user is not root
        }
        let writes_code =
            (name == "mmap" && arguments.contains("PROT_WRITE") && arguments.contains("PROT_EXEC"))
                || (["mprotect", "pkey_mprotect"].contains(&name) && arguments.contains("PROT_EXEC"));
        let family = (name == "socket").then(|| arguments.split(',').next().unwrap_or_default());
        let families = ["AF_INET", "AF_INET6", "AF_UNIX", "AF_NETLINK"];
        if !allowed.contains(name) || writes_code || family.is_some_and(|family| !families.contains(&family))
        {
            forbidden.insert(call.to_owned());
        }
    }
    assert!(seen > 1_000, "the service was watched: {seen}");
    assert!(forbidden.is_empty(), "{forbidden:#?}");
}

/// The unit's words.
fn text() -> String {
    fs::read_to_string(root().join("deploy/systemd/sealpost.service")).unwrap()
}

/// The system calls that the unit's filters leave, as systemd's own groups have them.
async fn allowed() -> BTreeSet<String> {
    let groups = run_ok(Command::new("systemd-analyze").args(["syscall-filter", "--no-pager"])).await;
    let unit = text();
    let filters: Vec<_> = unit.lines().filter_map(|line| line.strip_prefix("SystemCallFilter=")).collect();
    let (denied, granted): (Vec<&str>, Vec<&str>) =
        filters.iter().partition(|filter| filter.starts_with('~'));
    let expand = |filters: Vec<&str>| {
        let mut calls = BTreeSet::new();
        for word in filters.iter().flat_map(|filter| filter.trim_start_matches('~').split(' ')) {
            members(&groups, word, &mut calls);
        }
        calls
    };
    // What every program is started with is allowed in any case.
    let mut allowed = expand(granted);
    members(&groups, "@default", &mut allowed);
    &allowed - &expand(denied)
}

fn members(groups: &str, word: &str, into: &mut BTreeSet<String>) {
    if !word.starts_with('@') {
        into.insert(word.to_owned());
        return;
    }
    let lines =
        groups.lines().skip_while(|line| *line != word).skip(1).take_while(|line| line.starts_with(' '));
    for member in lines.map(str::trim).filter(|member| !member.is_empty() && !member.starts_with('#')) {
        members(groups, member, into);
    }
}
