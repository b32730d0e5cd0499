//! One rule, many recipients: whom each pattern means.

use sealpost_domain::{
    EmailAddress, GroupId,
    rules::{AddressEffect, AddressFilter, AddressRule, AddressRules, Party},
};

/// A group with the number 1, 2, …
pub(crate) fn group(number: u8) -> GroupId {
    format!("0190a000-0000-7000-8000-0000000000{number:02}").parse().unwrap()
}

/// Somebody of the tenant's, if it is one of the domains `acme.example` and `acme.test`; in the groups after the blank.
pub(crate) fn party<R>(text: &str, ask: impl FnOnce(&Party<'_>) -> R) -> R {
    let mut words = text.split(' ');
    let address: EmailAddress = words.next().unwrap().parse().unwrap();
    let groups: Vec<GroupId> = words.map(|number| group(number.parse().unwrap())).collect();
    let internal = matches!(address.domain(), "acme.example" | "acme.test");
    ask(&Party { address: &address, internal, groups: &groups })
}

fn filter(pattern: &str) -> AddressFilter {
    let pattern = match pattern.strip_prefix("group ") {
        Some(number) => format!("group:{}", group(number.parse().unwrap())),
        None => pattern.to_owned(),
    };
    let deny = AddressEffect::Deny("no".to_owned());
    let recipients = vec![pattern.parse().unwrap_or_else(|error| panic!("{pattern}: {error}"))];
    let rule = AddressRule {
        name: "it".to_owned(),
        senders: Vec::new(),
        recipients,
        effect: deny,
        zero_knowledge: None,
        disabled: false,
    };
    AddressFilter::new(AddressRules(vec![rule]))
}

#[test]
fn a_pattern_means_these_addresses_and_no_others() {
    let table: &[(&str, &[&str], &[&str])] = &[
        // pattern, meant, not meant
        ("any", &["anna@acme.example", "bert@example.org"], &[]),
        (
            "internal",
            &["anna@acme.example", "anna@acme.test", "Anna+x@ACME.example"],
            &["bert@example.org", "anna@sub.acme.example", "anna@acme.example.evil.example"],
        ),
        ("external", &["bert@example.org", "anna@sub.acme.example"], &["anna@acme.example"]),
        (
            "bert@example.org",
            &["bert@example.org", "BERT@Example.ORG", "bert+bills@example.org", "bert+a+b@example.org"],
            &[
                "bertha@example.org",
                "xbert@example.org",
                "bert@example.com",
                "bert@sub.example.org",
                "b.ert@example.org",
                "bert-bills@example.org",
            ],
        ),
        (
            "bert+bills@example.org",
            &["bert+bills@example.org", "Bert+Bills@example.org"],
            &["bert@example.org", "bert+bill@example.org", "bert+bills+2@example.org"],
        ),
        (
            "@example.org",
            &["bert@example.org", "carl+x@EXAMPLE.org"],
            &["bert@sub.example.org", "bert@example.com", "bert@xexample.org", "example.org@evil.example"],
        ),
        (
            "example.org",
            &["bert@example.org", "bert@sub.example.org", "bert@a.b.c.example.org"],
            &["bert@xexample.org", "bert@example.org.evil.example", "bert@example.com"],
        ),
        ("co.uk", &["bert@nhs.co.uk", "bert@a.nhs.co.uk"], &["bert@co.uk.example", "bert@nhs.uk"]),
        (
            "bücher.example",
            &["bert@bücher.example", "bert@xn--bcher-kva.example", "bert@a.BÜCHER.example"],
            &["bert@bucher.example", "bert@buecher.example"],
        ),
        (
            "@straße.example",
            &["bert@straße.example", "bert@xn--strae-oqa.example"],
            &["bert@strasse.example"],
        ),
        (
            "sales-*@example.org",
            &["sales-de@example.org", "sales-@example.org", "Sales-NL@example.org", "sales-x+y@example.org"],
            &["sales@example.org", "presales-de@example.org", "sales-de@sub.example.org"],
        ),
        (
            "*@*.example.org",
            &["bert@a.example.org", "bert@a.b.example.org"],
            &["bert@example.org", "bert@a.example.org.evil.example", "bert@aexample.org"],
        ),
        (
            "*@lab*.example.org",
            &["bert@lab.example.org", "bert@lab7.example.org", "bert@lab.x.example.org"],
            &["bert@alab.example.org", "bert@lab.example.com"],
        ),
        (
            "no-reply@*",
            &["no-reply@example.org", "NO-REPLY@a.b.example", "no-reply+1@example.org"],
            &["reply@example.org", "no-reply-2@example.org"],
        ),
        ("*.ext@acme.example", &["bert.ext@acme.example"], &["bert@acme.example", "bert.ext@example.org"]),
        ("*admin*@*", &["admin@example.org", "the-administrator@example.org"], &["bert@admin.example"]),
        (
            "*@example.*",
            &["bert@example.org", "bert@example.co.uk"],
            &["bert@examples.org", "bert@a.example.org"],
        ),
        (
            "group 1",
            &["bert@example.org 1", "anna@acme.example 2 1"],
            &["bert@example.org", "bert@example.org 2"],
        ),
        // What a hostile recipient could try.
        ("evil.example", &["bert@evil.example"], &["evil.example@example.org", "bert@evil.example.org"]),
        (
            "partner.example",
            &["x@partner.example"],
            &[
                "partner.example@evil.example",
                "x+partner.example@evil.example",
                "x@partner.example.evil.example",
            ],
        ),
        ("+x@example.org", &["+x@example.org"], &["x@example.org", "+@example.org"]),
    ];
    let mut rows = 0;
    for (pattern, meant, others) in table {
        let filter = filter(pattern);
        for (address, expected) in
            meant.iter().map(|one| (one, true)).chain(others.iter().map(|one| (one, false)))
        {
            let is_meant = party("anna@acme.example", |sender| {
                party(address, |recipient| filter.from(sender).to(recipient).rule.is_some())
            });
            assert_eq!(is_meant, expected, "{pattern} and {address}");
            rows += 1;
        }
    }
    assert!(rows >= 80, "{rows} rows");
}
