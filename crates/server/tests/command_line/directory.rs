//! API clients and shared mailboxes from the command line.

use std::fs;

use crate::service::{Service, failed};

#[test]
fn a_client_is_made_listed_given_another_secret_and_taken_back() {
    let service = Service::start();
    let tenant = ["--tenant", "demo", "--dev", "dev"];
    let run = |words: &[&str]| service.out(&[&["client"], words, &tenant].concat());
    let secret = run(&["create", "Directory", "--user", "admin@demo.example", "--scopes", "scim"]);
    assert!(secret.starts_with("cs_") && secret.lines().count() == 1, "{secret}");
    let list = run(&["list"]);
    let id = list.split('\t').next().unwrap().to_owned();
    assert!(list.contains("\tscim\t") && list.contains("\tvalid\tDirectory"), "{list}");
    let second = run(&["rotate", &id, "--overlap", "2d"]);
    assert!(second.starts_with("cs_") && second != secret);
    run(&["revoke", &id]);
    assert!(run(&["list"]).contains("\trevoked\t"));
    failed(&service.run(&[&["client", "revoke", &id][..], &tenant].concat()), 1, &id);
    let wrong = ["client", "create", "x", "--user", "sender@demo.example", "--scopes", "scim"];
    failed(&service.run(&[&wrong[..], &tenant].concat()), 1, "role");
}

#[test]
fn mailboxes_come_from_a_table_and_are_sent_for() {
    let service = Service::start();
    service.file("a.txt", 10);
    let import = ["tenant", "mailboxes", "import", "table.csv", "--tenant", "demo", "--dev", "dev"];
    let send = |office: &str| {
        service.run(&["send", "a.txt", "--to", "anna@example.org", "--as", office, "--dev", "dev"])
    };
    fs::write(service.path("table.csv"), "mailbox,user\nx\noffice@demo.example,sender@demo.example\n")
        .unwrap();
    let refused = service.run(&import);
    assert_eq!(refused.status.code(), Some(1));
    assert!(String::from_utf8_lossy(&refused.stderr).contains("line 2: a line has two fields"));
    failed(&send("office@demo.example"), 3, "not allowed");
    let done = service.out(&[&import[..], &["--partial"]].concat());
    assert_eq!(done, "mailboxes added: 1, delegations added: 1, as they were: 0, left out: 1\n");
    assert!(send("office@demo.example").status.success());
    failed(&send("other@demo.example"), 3, "not allowed");
}
