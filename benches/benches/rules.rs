//! What rules decide: ten thousand of them, for a hundred recipients. The budget is 5 ms.

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use sealpost_domain::{
    EmailAddress,
    rules::{AddressEffect, AddressFilter, AddressRule, AddressRules, Party},
};

const RULES: usize = 10_000;
const RECIPIENTS: usize = 100;

/// A rule of every kind in turn; none of them is about anybody who is asked for, but the last.
fn rules(kind: &str) -> AddressRules {
    let pattern = |number: usize| match kind {
        "exact" => format!("person{number}@partner.example"),
        "domains" => format!("partner{number}.example"),
        "wildcards" => format!("sales-*@*.partner{number}.example"),
        "senders" => "any".to_owned(),
        _ => match number % 4 {
            0 => format!("person{number}@partner.example"),
            1 => format!("partner{number}.example"),
            2 => format!("@partner{number}.example"),
            _ => format!("sales-*@*.partner{number}.example"),
        },
    };
    let parsed = |text: &str| text.parse().expect("a pattern");
    let rule = |number: usize| AddressRule {
        name: format!("rule {number}"),
        senders: match kind {
            "senders" => vec![parsed(&format!("person{number}@acme.example"))],
            _ => vec![parsed("internal")],
        },
        recipients: vec![if number + 1 == RULES { parsed("any") } else { parsed(&pattern(number)) }],
        effect: AddressEffect::Allow,
        zero_knowledge: None,
        disabled: false,
    };
    AddressRules((0..RULES).map(rule).collect())
}

fn decide(criterion: &mut Criterion) {
    let sender: EmailAddress = "anna@acme.example".parse().expect("an address");
    let recipients: Vec<EmailAddress> = (0..RECIPIENTS)
        .map(|number| format!("somebody{number}+tag@a.b.c.example{number}.org").parse().expect("an address"))
        .collect();
    let mut group = criterion.benchmark_group("rules/10000 for 100 recipients");
    for kind in ["exact", "domains", "wildcards", "senders", "mixed"] {
        let filter = AddressFilter::new(rules(kind));
        group.bench_function(kind, |bencher| {
            bencher.iter(|| {
                let from = filter.from(&Party { address: &sender, internal: true, groups: &[] });
                let to = |address| from.to(&Party { address, internal: false, groups: &[] });
                recipients.iter().filter(|address| to(address).rule.is_some()).count()
            });
        });
    }
    group.finish();
    let mut group = criterion.benchmark_group("rules/10000");
    group.sample_size(10);
    for kind in ["exact", "mixed"] {
        let rules = rules(kind);
        group.bench_function(format!("made ready, {kind}"), |bencher| {
            bencher.iter_batched(|| rules.clone(), AddressFilter::new, BatchSize::LargeInput);
        });
        group.bench_function(format!("what is never reached, {kind}"), |bencher| {
            bencher.iter(|| rules.never_reached().len());
        });
    }
    group.finish();
}

criterion_group!(benches, decide);
criterion_main!(benches);
