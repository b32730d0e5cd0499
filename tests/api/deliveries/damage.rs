//! Stored bytes that have changed: what comes out is what went in, or the download breaks off.

use sealpost_blob::ObjectInfo;
use sealpost_db::File;
use sealpost_test_support::{
    app::{Answer, App, BrokenOff, CHUNK},
    claims,
    faulty_store::{Effect, Operation, When},
};

use crate::support::{MIB, pattern};

claims![
    a_flipped_bit_anywhere_breaks_the_download_off,
    a_flipped_bit_in_any_byte_breaks_the_download_off,
    an_object_that_is_shorter_longer_or_gone_breaks_the_download_off,
    an_object_in_anothers_place_breaks_the_download_off,
    an_archive_with_a_damaged_file_breaks_off,
    a_flipped_bit_in_the_row_of_a_file_is_noted_too,
    damage_outside_of_a_range_does_not_touch_it,
    a_store_that_is_away_is_no_damage,
];

/// Salt and commitment, before the first chunk.
const HEADER: usize = 56;
/// A chunk with its tag.
const SEALED_CHUNK: usize = CHUNK + 16;

/// Fails unless what was delivered is the beginning of `whole`, and the client could see that it is not all.
fn broke_off(answer: Result<Answer, BrokenOff>, whole: &[u8]) {
    match answer {
        Ok(answer) => drop(answer.problem(500, "internal")),
        Err(broken) => {
            assert!(whole.starts_with(&broken.body), "no altered byte was delivered");
            assert!(broken.body.len() < whole.len());
        }
    }
}

async fn damages_noted(app: &App, transfer: &str) -> usize {
    let log = app.audit(app.acme.id, transfer).await;
    log.iter().filter(|kind| *kind == "file.damaged").count()
}

async fn a_flipped_bit_anywhere_breaks_the_download_off(app: &App) {
    let bytes = pattern(2 * MIB + 5_000);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let visit = sent.link().enter().await;
    let [object] = <[ObjectInfo; 1]>::try_from(app.objects().await).unwrap();
    let end = usize::try_from(object.size).unwrap();
    let middle = HEADER + 70 * SEALED_CHUNK;
    let places = [
        ("salt", 0),
        ("end of the salt", 23),
        ("commitment", 24),
        ("end of the commitment", HEADER - 1),
        ("first byte", HEADER),
        ("first chunk", HEADER + 5_000),
        ("first tag", HEADER + CHUNK),
        ("end of the first tag", HEADER + SEALED_CHUNK - 1),
        ("second chunk", HEADER + SEALED_CHUNK),
        ("second window", middle),
        ("tag in the second window", middle + CHUNK + 3),
        ("last chunk", end - 16 - 100),
        ("last byte", end - 17),
        ("last tag", end - 16),
        ("end of the last tag", end - 1),
    ];
    for (n, (place, byte)) in places.into_iter().enumerate() {
        let bit = u8::try_from(n % 8).unwrap();
        app.flip_bit(&object, byte, bit);
        broke_off(visit.content(0).attempt().await, &bytes);
        assert_eq!(damages_noted(app, &sent.id).await, n + 1, "{place} is noted");
        app.flip_bit(&object, byte, bit);
    }
    assert!(visit.fetch(0).await == bytes, "put right, it is as it was");
    let recipient = app.anna.transfer(&sent.id).await["recipients"][0].clone();
    assert!(recipient["downloads"].as_array().unwrap().len() <= 1);
}

async fn a_flipped_bit_in_any_byte_breaks_the_download_off(app: &App) {
    let bytes = pattern(37);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let visit = sent.link().enter().await;
    let object = app.objects().await.remove(0);
    let length = usize::try_from(object.size).unwrap();
    assert_eq!(length, HEADER + 37 + 16);
    for byte in 0..length {
        let bit = u8::try_from(byte % 8).unwrap();
        app.flip_bit(&object, byte, bit);
        broke_off(visit.content(0).attempt().await, &bytes);
        app.flip_bit(&object, byte, bit);
    }
    assert_eq!(damages_noted(app, &sent.id).await, length);
    assert!(visit.fetch(0).await == bytes);
}

async fn an_object_that_is_shorter_longer_or_gone_breaks_the_download_off(app: &App) {
    let bytes = pattern(MIB + CHUNK);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let visit = sent.link().enter().await;
    let object = app.objects().await.remove(0);
    let path = app.object_path(&object);
    let stored = std::fs::read(&path).unwrap();
    for length in
        [0, 1, HEADER - 1, HEADER, HEADER + 1, HEADER + SEALED_CHUNK, stored.len() - 17, stored.len() - 1]
    {
        std::fs::write(&path, &stored[..length]).unwrap();
        broke_off(visit.content(0).attempt().await, &bytes);
    }
    std::fs::remove_file(&path).unwrap();
    broke_off(visit.content(0).attempt().await, &bytes);
    assert_eq!(damages_noted(app, &sent.id).await, 9);
    // What hangs on behind belongs to nothing and is never read.
    std::fs::write(&path, [stored.as_slice(), b"more"].concat()).unwrap();
    assert!(visit.fetch(0).await == bytes);
}

async fn an_object_in_anothers_place_breaks_the_download_off(app: &App) {
    let (one, two) = (pattern(9 * MIB), pattern(9 * MIB - 1));
    let sent = app.anna.sent(&[("a", &one)]).await;
    let other = app.anna.sent(&[("b", &two)]).await;
    let (visit, foreign) = (sent.link().enter().await, other.link().enter().await);
    let mut paths: Vec<_> = app.objects().await.iter().map(|object| app.object_path(object)).collect();
    paths.sort_by_key(|path| std::fs::metadata(path).unwrap().len());
    let [.., first, second] = paths.as_slice() else { panic!("four objects") };
    // The first parts of the two files are of one size.
    let swap = || {
        let (a, b) = (std::fs::read(first).unwrap(), std::fs::read(second).unwrap());
        std::fs::write(first, b).unwrap();
        std::fs::write(second, a).unwrap();
    };
    swap();
    broke_off(visit.content(0).attempt().await, &one);
    broke_off(foreign.content(0).attempt().await, &two);
    swap();
    assert!(visit.fetch(0).await == one && foreign.fetch(0).await == two);
    // Parts of one file in each other's place.
    let of_one: Vec<_> = app.objects().await;
    let file = visit.delivery["files"][0]["id"].as_str().unwrap().replace('-', "");
    let of_one: Vec<_> = of_one.iter().filter(|object| object.raw.contains(&file)).collect();
    let [head, tail] = of_one.as_slice() else { panic!("two parts") };
    let (a, b) = (app.object_path(head), app.object_path(tail));
    let bytes = std::fs::read(&a).unwrap();
    std::fs::copy(&b, &a).unwrap();
    broke_off(visit.content(0).attempt().await, &one);
    std::fs::write(&a, bytes).unwrap();
    std::fs::copy(&a, &b).unwrap();
    broke_off(visit.content(0).attempt().await, &one);
}

async fn an_archive_with_a_damaged_file_breaks_off(app: &App) {
    let sent = app.anna.sent(&[("a", &pattern(100_000)), ("b", &pattern(90_000))]).await;
    let visit = sent.link().enter().await;
    let whole = visit.archive().await.expect(200).body;
    for object in app.objects().await {
        app.flip_bit(&object, HEADER + 60_000, 3);
        broke_off(visit.archive().attempt().await, &whole);
        app.flip_bit(&object, HEADER + 60_000, 3);
    }
    assert_eq!(damages_noted(app, &sent.id).await, 2);
    assert!(visit.archive().await.expect(200).body == whole);
}

/// Puts another row in the place of a file's.
async fn replace(app: &App, row: &File) {
    let mut tx = app.db.write().await.unwrap();
    assert!(tx.delete_file(row.transfer_id, row.id).await.unwrap());
    tx.insert_file(row).await.unwrap();
    tx.commit().await.unwrap();
}

async fn a_flipped_bit_in_the_row_of_a_file_is_noted_too(app: &App) {
    let bytes = pattern(100_000);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let visit = sent.link().enter().await;
    let sound =
        app.db.read().await.unwrap().files_of_transfer(sent.id.parse().unwrap()).await.unwrap().remove(0);
    let columns: [fn(&mut File) -> &mut Vec<u8>; 2] = [|row| &mut row.file_key, |row| &mut row.manifest];
    let mut noted = 0;
    for column in columns {
        let length = column(&mut sound.clone()).len();
        for byte in (0..length).step_by(7).chain([length - 1]) {
            let mut damaged = sound.clone();
            column(&mut damaged)[byte] ^= 1 << (byte % 8);
            replace(app, &damaged).await;
            visit.content(0).await.problem(500, "internal");
            visit.archive().await.problem(500, "internal");
            noted += 2;
        }
    }
    assert_eq!(damages_noted(app, &sent.id).await, noted);
    replace(app, &sound).await;
    assert!(visit.fetch(0).await == bytes, "put right, it is as it was");
}

async fn damage_outside_of_a_range_does_not_touch_it(app: &App) {
    let bytes = pattern(100_000);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let visit = sent.link().enter().await;
    let object = app.objects().await.remove(0);
    app.flip_bit(&object, HEADER + SEALED_CHUNK + 5, 0);
    let before = visit.content(0).header("range", format!("bytes=0-{}", CHUNK - 1)).await.expect(206);
    assert!(before.body == bytes[..CHUNK]);
    let behind = visit.content(0).header("range", format!("bytes={}-", 2 * CHUNK)).await.expect(206);
    assert!(behind.body == bytes[2 * CHUNK..]);
    let within = visit.content(0).header("range", format!("bytes={}-{}", CHUNK, CHUNK + 1)).attempt().await;
    broke_off(within, &bytes);
    assert_eq!(damages_noted(app, &sent.id).await, 1);
}

async fn a_store_that_is_away_is_no_damage(app: &App) {
    let bytes = pattern(3 * MIB);
    let sent = app.anna.sent(&[("a", &bytes)]).await;
    let visit = sent.link().enter().await;
    app.blobs.inject(Operation::Get, When::Always, Effect::Fail);
    let refused = visit.content(0).await;
    refused.problem(503, "unavailable");
    assert!(refused.header("retry-after").is_some());
    app.blobs.clear();
    app.blobs.inject(Operation::Get, When::From(3), Effect::Fail);
    let broken = visit.content(0).attempt().await.expect_err("it broke off half-way");
    assert!(broken.status == Some(200) && bytes.starts_with(&broken.body));
    app.blobs.clear();
    let got = broken.body.len();
    let rest = visit.content(0).header("range", format!("bytes={got}-")).await.expect(206);
    assert!([broken.body, rest.body].concat() == bytes);
    assert_eq!(damages_noted(app, &sent.id).await, 0);
}
