//! The file format alone, on one core: parts sealed and opened with both ciphers, and manifests.

use std::{hint::black_box, time::Duration};

use bytes::{Bytes, BytesMut};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use sealpost_sealed::{
    Aes256Gcm, AwsLc, FileKey, Manifest, ManifestContext, ManifestPart, ManifestUpload, PartContext,
    PartOpener, PartSealer, Portable, Salt, SystemRandom, UploadKey,
};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

const PART: u32 = 8 << 20;
/// About what the HTTP server hands over at a time.
const PIECE: usize = 40 << 10;
/// What a download opens at a time.
const WINDOW: u64 = 1 << 20;
const PLACE: PartContext = PartContext { tenant: [1; 16], upload: [2; 16], sequence: 3 };

fn seal<A: Aes256Gcm>(key: &UploadKey, length: u32) -> Vec<Bytes> {
    let piece = [7; PIECE];
    let mut sealer = PartSealer::<A>::with_cipher(key, PLACE, Salt::from_bytes([4; 24]), length);
    while sealer.remaining() > 0 {
        sealer.write(black_box(&piece));
    }
    sealer.finish().pieces
}

fn parts<A: Aes256Gcm>(criterion: &mut Criterion, cipher: &str) {
    let key = UploadKey::generate(&SystemRandom);
    let mut group = criterion.benchmark_group(format!("part/{cipher}"));
    group.measurement_time(Duration::from_secs(2)).warm_up_time(Duration::from_millis(500));
    for (name, length) in [("8 MiB", PART), ("64 KiB", 64 << 10)] {
        group.throughput(Throughput::Bytes(length.into()));
        group.bench_function(format!("seal {name}"), |bencher| bencher.iter(|| seal::<A>(&key, length)));
    }
    let object = seal::<A>(&key, PART).concat();
    let salt = Salt::from_bytes([4; 24]);
    let opener =
        PartOpener::<A>::with_cipher(&key, PLACE, &salt, PART, &object[..56]).expect("it is the part's key");
    let range = opener.object_range(0..WINDOW).expect("it lies in the part");
    group.throughput(Throughput::Bytes(WINDOW));
    group.bench_function("open 1 MiB", |bencher| {
        let sealed = || BytesMut::from(&object[56..56 + (range.bytes.end - range.bytes.start) as usize]);
        bencher.iter_batched(sealed, |sealed| opener.open(&range, sealed), criterion::BatchSize::LargeInput);
    });
    group.finish();
}

/// Of a file of 10 GiB, and of a small one.
fn manifests(criterion: &mut Criterion) {
    let key = FileKey::generate(&SystemRandom);
    let context = ManifestContext { tenant: [1; 16], transfer: [2; 16], file: [3; 16] };
    let mut group = criterion.benchmark_group("manifest");
    for count in [1_280, 1] {
        let upload = ManifestUpload { id: [2; 16], key: UploadKey::generate(&SystemRandom) };
        let part =
            |sequence| ManifestPart { upload: 0, sequence, length: PART, salt: Salt::from_bytes([4; 24]) };
        let parts = (0..count).map(part).collect();
        let manifest = Manifest::new("plan.pdf".into(), "application/pdf".into(), 0, vec![upload], parts)
            .expect("it is a valid manifest");
        let sealed = manifest.seal(&key, context, &SystemRandom);
        group.bench_function(format!("seal, {count} parts"), |bencher| {
            bencher.iter(|| manifest.seal(&key, context, &SystemRandom));
        });
        group.bench_function(format!("open, {count} parts"), |bencher| {
            bencher.iter(|| Manifest::open(&key, context, black_box(&sealed)));
        });
    }
    group.finish();
}

fn all(criterion: &mut Criterion) {
    parts::<AwsLc>(criterion, "AWS-LC");
    parts::<Portable>(criterion, "portable");
    manifests(criterion);
}

criterion_group!(benches, all);
criterion_main!(benches);
