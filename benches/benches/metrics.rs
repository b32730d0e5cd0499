//! What counting costs: a request, a piece of a download, a call to a store, and being read.

use std::{hint::black_box, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use sealpost_metrics::{Answered, Called, Metrics, Readings, Seam};

/// More routes than a service is asked for in a day.
const ROUTES: usize = 200;

fn answered(route: &str) -> Answered<'_> {
    Answered { method: "GET", route, status: 200, code: "", took: Duration::from_micros(700) }
}

fn counting(criterion: &mut Criterion) {
    let metrics = Metrics::new();
    for route in 0..ROUTES {
        metrics.answered(answered(&format!("/api/v1/things/{route}/{{id}}")));
    }
    let mut group = criterion.benchmark_group("metrics");
    group.bench_function("request", |bencher| {
        bencher.iter(|| {
            let in_flight = metrics.request();
            metrics.answered(answered(black_box("/api/v1/deliveries/{delivery_id}/files/{file_id}/content")));
            metrics.sent(1_000);
            drop(in_flight);
        });
    });
    group.bench_function("piece", |bencher| bencher.iter(|| metrics.sent(black_box(1 << 20))));
    group.bench_function("call", |bencher| {
        bencher.iter(|| metrics.called(Seam::Blobs, "put", Called::Ok, black_box(Duration::from_millis(3))));
    });
    group.bench_function("read", |bencher| bencher.iter(|| metrics.text(Readings::default())));
    group.finish();
}

criterion_group!(benches, counting);
criterion_main!(benches);
