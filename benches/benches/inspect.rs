//! What looking into files costs: once for a file, not for its bytes. Prints how much of each file is read for it, too.

use std::convert::Infallible;

use bytes::Bytes;
use criterion::{Criterion, criterion_group, criterion_main};
use sealpost_inspect::{Source, look};
use sealpost_test_support::corpus::{self, Zip, ZipFile};

const GIB: u64 = 1 << 30;

/// Bytes in memory with zeros behind them, so that files can be as long as real ones; counts what is read.
struct Long {
    begins: Bytes,
    length: u64,
    read: u64,
}

impl Source for Long {
    type Error = Infallible;

    fn length(&self) -> u64 {
        self.length
    }

    async fn read_at(&mut self, offset: u64, length: usize) -> Result<Bytes, Infallible> {
        self.read += length as u64;
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.begins.len());
        let there = &self.begins[from..(from.saturating_add(length)).min(self.begins.len())];
        let mut bytes = there.to_vec();
        bytes.resize(length, 0);
        Ok(bytes.into())
    }
}

fn zip(entries: usize) -> Vec<u8> {
    Zip::of((0..entries).map(|n| ZipFile::stored(&format!("a/folder/of/files/{n:06}.txt"), "x"))).build()
}

fn files() -> [(&'static str, &'static str, Vec<u8>, Option<u64>); 6] {
    [
        ("a video of 1 GiB", "a.mp4", b"\0\0\0\x20ftypisom".to_vec(), Some(GIB)),
        ("a PDF of 1 GiB", "a.pdf", corpus::pdf(false), Some(GIB)),
        ("a document", "a.docx", corpus::docx(false), None),
        ("a ZIP of 100 files", "a.zip", zip(100), None),
        ("a ZIP of 10000 files", "a.zip", zip(10_000), None),
        ("a ZIP of 50000 files", "a.zip", zip(50_000), None),
    ]
}

fn look_into(criterion: &mut Criterion) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let mut group = criterion.benchmark_group("look");
    group.sample_size(20);
    for (what, name, bytes, length) in files() {
        let begins = Bytes::from(bytes);
        let length = length.unwrap_or(begins.len() as u64);
        let source = || Long { begins: begins.clone(), length, read: 0 };
        let mut once = source();
        let findings = runtime.block_on(look(name, Bytes::new(), &mut once)).expect("nothing fails");
        println!("{what}: {} of {length} bytes are read, {:?}", once.read, findings.kinds);
        group.bench_function(what, |bencher| {
            bencher.iter(|| runtime.block_on(look(name, Bytes::new(), &mut source())));
        });
    }
    group.finish();
}

criterion_group!(benches, look_into);
criterion_main!(benches);
