//! Telling who is calling: a session and an API token, from text to grant, on both databases.
//!
//! Wall time by criterion; after it, what it costs the process in CPU time. The PostgreSQL server's own is not in it.

use std::{fs, time::Duration};

use criterion::{Criterion, criterion_group, criterion_main};
use sealpost_auth::Carrier;
use sealpost_domain::SessionKind;
use sealpost_test_support::{
    app::{App, Options, spawn_app},
    engines::Engine,
};
use tokio::runtime::Runtime;

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Enough for the kernel's clock ticks of 10 ms to be fine.
const CALLS: u32 = 20_000;

fn callers(criterion: &mut Criterion) {
    let runtime = Runtime::new().expect("threads");
    for (name, engine) in [("sqlite", Engine::Sqlite), ("postgres", Engine::Postgres)] {
        let app = runtime.block_on(spawn_app(engine, Options::default()));
        let session = runtime.block_on(app.session_of(&app.anna, SessionKind::Browser)).bearer;
        let mut group = criterion.benchmark_group(format!("caller/{name}"));
        group.measurement_time(Duration::from_secs(3)).warm_up_time(Duration::from_millis(500));
        for (credential, text) in [("session", session.as_str()), ("token", app.anna.bearer())] {
            let call =
                async |app: &App| app.auth.caller(text, Carrier::Bearer).await.expect("one that counts");
            group.bench_function(credential, |bencher| bencher.iter(|| runtime.block_on(call(&app))));
            let before = cpu_ticks();
            for _ in 0..CALLS {
                runtime.block_on(call(&app));
            }
            let ticks = cpu_ticks() - before;
            println!("caller/{name}/{credential}: {} us of CPU a call", ticks * 10_000 / u64::from(CALLS));
        }
        group.finish();
        runtime.block_on(app.finish());
    }
}

/// User and system time of this process, in ticks of 10 ms (proc(5), fields 14 and 15 of `stat`).
fn cpu_ticks() -> u64 {
    let stat = fs::read_to_string("/proc/self/stat").expect("Linux");
    let fields = stat.rsplit_once(')').expect("the name stands in brackets").1.split_ascii_whitespace();
    fields.skip(11).take(2).map(|ticks| ticks.parse::<u64>().expect("a number")).sum()
}

criterion_group!(benches, callers);
criterion_main!(benches);
