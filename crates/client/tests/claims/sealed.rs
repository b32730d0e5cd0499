//! What is sealed here, sent over lines that do not behave, and opened again.

use std::{
    fs::{self, File},
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
};

use sealpost_client::{AskPassword, Error, Secret, SendOrder, WhoSeals};
use serde_json::json;

use crate::{
    keeper::{CODE, DELIVERY, Fault, Keeper, ranged},
    scene::{MIB, PASSWORD, Scene, fragment},
    support::{Answer, Request},
};

const SEALED_PART: usize = sealpost_sealed::range::object_length(8 << 20) as usize;

fn is(request: &Request, method: &str) -> bool {
    request.method == method
}

struct Knows(&'static str);

#[async_trait::async_trait]
impl AskPassword for Knows {
    async fn password(&self, _: u32) -> Option<Secret> {
        Some(self.0.into())
    }

    async fn code(&self, _: &str, _: u32) -> Option<Secret> {
        Some(CODE.into())
    }
}

#[tokio::test]
async fn what_is_sealed_here_opens_at_its_recipient_and_tells_the_service_nothing() {
    let scene = Scene::new(|_, _| None).await;
    let empty = scene.file("folder/empty", 0);
    let small = scene.file("folder/sub/small-canary", 70_000);
    let middle = scene.file("middle-canary", 9 * MIB);
    let big = scene.file("z-big", 65 * MIB + 17);
    let order = SendOrder {
        subject: Some("subject-canary".into()),
        message: Some("message-canary".into()),
        password: Some(PASSWORD.into()),
        ..scene.order(&["folder", "middle-canary", "z-big"])
    };
    let mut sent = scene.send_order(&order).await.unwrap();
    sent.forget().unwrap();
    assert_eq!(scene.states(), [] as [PathBuf; 0]);
    let link = &sent.links[0].url;
    assert_eq!(fragment(link).len(), 43);

    let fetched = scene.get_with(link, &Knows(PASSWORD)).await.unwrap();
    assert_eq!(fetched.delivery.subject.as_deref(), Some("subject-canary"));
    assert_eq!(fetched.delivery.message.as_deref(), Some("message-canary"));
    scene.is_there(&[
        ("folder/empty", &empty),
        ("folder/sub/small-canary", &small),
        ("middle-canary", &middle),
        ("z-big", &big),
    ]);
    for canary in [&b"-canary"[..], PASSWORD.as_bytes(), fragment(link).as_bytes(), &middle[1_000..1_064]] {
        assert!(!scene.was_told(canary), "{}", String::from_utf8_lossy(canary));
    }
    let keeper = scene.kept.keeper.lock().unwrap();
    let created = &keeper.created[0];
    assert_eq!((&created["mode"], &created["protection"]), (&"zero_knowledge".into(), &"password".into()));
    assert!(["subject", "message", "password"].iter().all(|word| created[word].is_null()));
}

#[tokio::test]
async fn connections_that_break_mix_up_no_salts() {
    let scene = Scene::new(|request, seen| match (request.method.as_str(), seen % 3) {
        ("PATCH", _) if request.header("upload-offset") == "0" && request.body.len() > SEALED_PART => {
            Some(Fault::Break(SEALED_PART + 1_000 * seen))
        }
        ("PATCH" | "POST", 1) if !request.path.contains("links") => Some(Fault::LoseAnswer),
        ("HEAD", 1) | ("PUT", 1) => Some(Fault::LoseAnswer),
        _ => None,
    })
    .await;
    let small = scene.file("a-small", 70_000);
    let other = scene.file("b-small", 70_000);
    let middle = scene.file("c-middle", 29 * MIB);
    let big = scene.file("d-big", 70 * MIB);
    let link = scene.send(&["a-small", "b-small", "c-middle", "d-big"]).await.unwrap();
    let files: [(&str, &[u8]); 4] =
        [("a-small", &small), ("b-small", &other), ("c-middle", &middle), ("d-big", &big)];
    scene.arrives(&link, &files).await;
    assert!(scene.kept.count("PATCH", "uploads") > 7, "nothing broke");
}

#[tokio::test]
async fn a_later_call_goes_on_where_a_dropped_one_was() {
    let open = Arc::new(AtomicBool::new(false));
    let gate = Arc::clone(&open);
    let scene = Scene::new(move |request, _| {
        if !is(request, "PATCH") || gate.load(Ordering::SeqCst) {
            return None;
        }
        // The first part of each arrives, and then nothing does until the second call.
        Some(match request.header("upload-offset") {
            "0" => Fault::Break(SEALED_PART + 17),
            _ => Fault::Refuse(Answer::problem("500 Internal Server Error", "internal")),
        })
    })
    .await;
    let big = scene.file("big", 70 * MIB);
    let middle = scene.file("middle", 20 * MIB);
    let order = SendOrder { password: Some(PASSWORD.into()), ..scene.order(&["big", "middle"]) };
    scene.send_order(&order).await.unwrap_err();
    let states = scene.states();
    assert_eq!(states.len(), 3, "state, parts and lock: {states:?}");
    for path in &states {
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt as _;
            assert_eq!(fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert!(!fs::read_to_string(path).unwrap().contains(PASSWORD));
    }
    scene.kept.is_left().await;
    let before = scene.kept.asked.lock().unwrap().len();
    open.store(true, Ordering::SeqCst);
    let mut sent = scene.send_order(&order).await.unwrap();
    sent.forget().unwrap();
    assert_eq!(scene.states(), [] as [PathBuf; 0]);
    let patched = {
        let asked = scene.kept.asked.lock().unwrap();
        let bodies = asked[before..].iter().filter(|asked| is(asked, "PATCH")).map(|one| one.body.len());
        bodies.sum::<usize>()
    };
    assert!(patched < 90 * MIB - 2 * SEALED_PART, "what was stored went up again: {patched}");
    assert_eq!(scene.kept.keeper.lock().unwrap().created.len(), 1);
    scene.get_with(&sent.links[0].url, &Knows(PASSWORD)).await.unwrap();
    scene.is_there(&[("big", &big), ("middle", &middle)]);
}

#[tokio::test]
async fn a_part_that_two_attempts_may_have_brought_is_sent_under_another_key() {
    let scene = Scene::new(|request, seen| match (request.method.as_str(), seen) {
        // What the first has sent is stored behind the back of the second, of which nothing arrives.
        ("PATCH", 0) => Some(Fault::Late(SEALED_PART + 5)),
        ("PATCH", 1) => Some(Fault::Lose),
        _ => None,
    })
    .await;
    let content = scene.file("a", 20 * MIB);
    let link = scene.send(&["a"]).await.unwrap();
    assert_eq!(scene.kept.count("DELETE", "uploads"), 1, "nobody knows what is stored");
    scene.arrives(&link, &[("a", &content)]).await;
}

#[tokio::test]
async fn a_part_that_was_stored_late_is_known_when_the_next_attempt_is_refused() {
    let scene = Scene::new(|request, seen| {
        (is(request, "PATCH") && seen == 0).then_some(Fault::Late(2 * SEALED_PART))
    })
    .await;
    let content = scene.file("a", 30 * MIB);
    let link = scene.send(&["a"]).await.unwrap();
    assert_eq!(scene.kept.count("DELETE", "uploads"), 0);
    scene.arrives(&link, &[("a", &content)]).await;
}

#[tokio::test]
async fn a_file_that_has_changed_since_a_part_of_it_was_sealed_is_refused() {
    for secretly in [false, true] {
        let open = Arc::new(AtomicBool::new(false));
        let gate = Arc::clone(&open);
        let scene = Scene::new(move |request, seen| match (request.method.as_str(), seen) {
            ("PATCH", 0) => Some(Fault::Break(SEALED_PART)),
            ("PATCH", _) if !gate.load(Ordering::SeqCst) => {
                Some(Fault::Refuse(Answer::problem("403 Forbidden", "forbidden")))
            }
            _ => None,
        })
        .await;
        scene.file("a", 20 * MIB);
        scene.send(&["a"]).await.unwrap_err();
        open.store(true, Ordering::SeqCst);
        let path = scene.path("a");
        let stamp = fs::metadata(&path).unwrap().modified().unwrap();
        let mut changed = fs::read(&path).unwrap();
        changed[5_000_000] ^= 1;
        fs::write(&path, &changed).unwrap();
        if secretly {
            // Its length and time say that nothing has happened.
            File::options().write(true).open(&path).unwrap().set_modified(stamp).unwrap();
        }
        let error = scene.send(&["a"]).await.unwrap_err();
        assert!(matches!(error, Error::ChangedSince { .. }), "{error}");
        assert_eq!(scene.kept.keeper.lock().unwrap().state, "draft", "nothing was sent");
    }
}

#[tokio::test]
async fn links_are_said_again_until_somebody_has_them() {
    let scene = Scene::new(|_, _| None).await;
    scene.file("a", 10);
    let order = scene.order(&["a"]);
    let first = scene.send_order(&order).await.unwrap().links[0].url.clone();
    let mut again = scene.send_order(&order).await.unwrap();
    assert_eq!(again.links[0].url, first, "nobody but the sender has the second part");
    again.forget().unwrap();
    assert_eq!(scene.kept.keeper.lock().unwrap().created.len(), 1);
}

#[tokio::test]
async fn the_tenant_says_who_seals_before_anything_is_made() {
    for (said, wanted, here) in [
        ("prefer", WhoSeals::AsTenantSays, Some(true)),
        ("require", WhoSeals::AsTenantSays, Some(true)),
        ("allow", WhoSeals::AsTenantSays, Some(false)),
        ("prefer", WhoSeals::Service, Some(false)),
        ("require", WhoSeals::Service, None),
        ("forbid", WhoSeals::Sender, None),
    ] {
        let scene = Scene::new(|request, _| {
            // What the service seals is another test's.
            (is(request, "POST") && request.path.ends_with("/files"))
                .then(|| Fault::Refuse(Answer::problem("403 Forbidden", "forbidden")))
        })
        .await;
        scene.kept.keeper.lock().unwrap().policy = json!({ "zero_knowledge": said });
        scene.file("a", 10);
        let order = SendOrder { seals: wanted, ..scene.order(&["a"]) };
        let error = scene.send_order(&order).await.unwrap_err();
        let created = scene.kept.keeper.lock().unwrap().created.clone();
        match here {
            Some(here) => assert_eq!(created[0]["mode"] == "zero_knowledge", here, "{said} {wanted:?}"),
            None => {
                assert!(matches!(error, Error::SealingForbidden | Error::SealingRequired), "{error}");
                assert!(created.is_empty(), "{said} {wanted:?}");
            }
        }
    }
}

#[tokio::test]
async fn a_password_that_the_service_cannot_judge_is_judged_here() {
    let scene = Scene::new(|_, _| None).await;
    scene.kept.keeper.lock().unwrap().policy =
        json!({"zero_knowledge": "allow", "password_min_chars": 12, "password_min_score": 3});
    scene.file("a", 10);
    for password in ["short", "aaaaaaaaaaaaaaaa"] {
        let order = SendOrder { password: Some(password.into()), ..scene.order(&["a"]) };
        assert!(matches!(scene.send_order(&order).await, Err(Error::PasswordUnfit { .. })));
    }
    assert!(scene.kept.keeper.lock().unwrap().created.is_empty());
    // The tenant asks everybody for one.
    scene.kept.keeper.lock().unwrap().protection = "password";
    assert!(matches!(scene.send_order(&scene.order(&["a"])).await, Err(Error::PasswordWanted)));
    assert_eq!(scene.kept.keeper.lock().unwrap().state, "purged");
}

#[tokio::test]
async fn a_download_that_breaks_off_goes_on_in_the_middle_of_a_part() {
    let tries = AtomicUsize::new(0);
    let scene = Scene::altering(
        |_, _| None,
        move |request, answer| {
            // Not of the header of a part, which is asked for by itself.
            let to_the_end = request.path.ends_with("/content") && !request.header("range").ends_with("55");
            let cut = [13 * MIB + 77, MIB];
            let cut = to_the_end.then(|| cut.get(tries.fetch_add(1, Ordering::SeqCst))).flatten();
            cut.map_or_else(|| Answer(answer.0.clone()), |cut| Answer(answer.0.clone()).cut(*cut))
        },
    )
    .await;
    let content = scene.file("a", 20 * MIB + 5);
    let link = scene.send(&["a"]).await.unwrap();
    scene.arrives(&link, &[("a", &content)]).await;
    let asked = scene.kept.asked.lock().unwrap();
    let ranges: Vec<_> = asked
        .iter()
        .filter(|request| request.path.ends_with("/content"))
        .map(|request| request.header("range").to_owned())
        .collect();
    assert_eq!(ranges[0], "");
    assert_eq!(ranges[1], "bytes=0-55", "the header of the part: {ranges:?}");
    let from: usize = ranges[2].trim_start_matches("bytes=").trim_end_matches('-').parse().unwrap();
    assert!(from > 5 * MIB && (from - 56).is_multiple_of(16_400), "{ranges:?}");
}

#[tokio::test]
async fn a_part_of_an_earlier_call_is_used_whatever_it_ends_with() {
    let scene = Scene::new(|_, _| None).await;
    let content = scene.file("a", 9 * MIB);
    let link = scene.send(&["a"]).await.unwrap();
    let id = scene.kept.keeper.lock().unwrap().files.keys().next().unwrap().clone();
    let part = scene.path("out").join(format!("a.{id}.sealpost-part"));
    for begun in [&content[..100_001], &content[..8 * MIB], &content[..8 * MIB + 1], &[7; 50_000]] {
        fs::create_dir_all(scene.path("out")).unwrap();
        fs::write(&part, begun).unwrap();
        scene.arrives(&link, &[("a", &content)]).await;
        assert!(!part.exists());
        fs::remove_dir_all(scene.path("out")).unwrap();
    }
}

#[tokio::test]
async fn bytes_that_the_sender_has_not_sealed_there_never_become_a_file() {
    type Change = fn(&mut Vec<u8>);
    let changes: [(&str, Change); 5] = [
        ("one bit", |bytes| bytes[70_000] ^= 1),
        ("a header", |bytes| bytes[3] ^= 1),
        ("two chunks swapped", |bytes| {
            let (first, second) = (56..56 + 16_400, 56 + 16_400..56 + 2 * 16_400);
            let moved = bytes[first.clone()].to_vec();
            bytes.copy_within(second, first.start);
            bytes[56 + 16_400..56 + 2 * 16_400].copy_from_slice(&moved);
        }),
        ("two parts swapped", |bytes| {
            let (one, two) = (bytes[..SEALED_PART].to_vec(), bytes[SEALED_PART..2 * SEALED_PART].to_vec());
            bytes[..SEALED_PART].copy_from_slice(&two);
            bytes[SEALED_PART..2 * SEALED_PART].copy_from_slice(&one);
        }),
        ("an end", |bytes| *bytes.last_mut().unwrap() ^= 1),
    ];
    for (what, change) in changes {
        let altered = Arc::new(AtomicBool::new(true));
        let on = Arc::clone(&altered);
        let stored = Arc::new(Mutex::new(Vec::new()));
        let there = Arc::clone(&stored);
        let scene = Scene::altering(
            |_, _| None,
            move |request, answer| {
                if request.path.ends_with("/content") && on.load(Ordering::SeqCst) {
                    let mut bytes: Vec<u8> = there.lock().unwrap().clone();
                    change(&mut bytes);
                    ranged(request, &bytes)
                } else {
                    answer
                }
            },
        )
        .await;
        let content = scene.file("a", 17 * MIB);
        let link = scene.send(&["a"]).await.unwrap();
        let kept = scene.kept.keeper.lock().unwrap().files.values().next().unwrap().clone();
        *stored.lock().unwrap() = kept;
        let error = scene.get(&link).await.unwrap_err();
        assert!(matches!(&error, Error::Damaged { name, .. } if name == "a"), "{what}: {error}");
        assert!(!scene.path("out/a").exists(), "{what}");
        // Nothing of what was altered is kept either.
        altered.store(false, Ordering::SeqCst);
        scene.arrives(&link, &[("a", &content)]).await;
    }
}

#[tokio::test]
async fn bytes_that_are_missing_or_too_many_are_refused_before_any_is_asked_for() {
    let scene = Scene::new(|_, _| None).await;
    scene.file("a", 70_000);
    let link = scene.send(&["a"]).await.unwrap();
    for altered in [-1_i64, 2] {
        {
            let mut keeper = scene.kept.keeper.lock().unwrap();
            let bytes = keeper.files.values_mut().next().unwrap();
            bytes.resize((bytes.len() as i64 + altered) as usize, 0);
        }
        assert!(matches!(scene.get(&link).await, Err(Error::Damaged { .. })));
    }
    assert_eq!(scene.kept.count("GET", "content"), 0);
}

#[tokio::test]
async fn a_link_without_its_second_part_is_told_and_nothing_is_tried() {
    let scene = Scene::new(|_, _| None).await;
    scene.file("a", 10);
    let link = scene.send(&["a"]).await.unwrap();
    let (without, secret) = link.split_once('#').unwrap();
    assert!(matches!(scene.get(without).await, Err(Error::SecondPartMissing)));
    for broken in [&secret[1..], &format!("{secret}A"), "x"] {
        let error = scene.get(&format!("{without}#{broken}")).await.unwrap_err();
        assert!(matches!(error, Error::SecondPartBroken), "{error}");
    }
    assert_eq!(scene.kept.count("POST", "links/verify") + scene.kept.count("POST", "links/prove"), 0);
    // Another's is a guess, and one alone.
    let other = format!("{}{}", &secret[1..], "A");
    let other = if other == secret { "A".repeat(43) } else { other };
    let error = scene.get(&format!("{without}#{other}")).await.unwrap_err();
    assert_eq!(error.problem().unwrap().code, "wrong_proof");
    assert_eq!(scene.kept.keeper.lock().unwrap().wrong, 1);
    assert!(!scene.was_told(other.as_bytes()));
}

struct Guesses(&'static [&'static str]);

#[async_trait::async_trait]
impl AskPassword for Guesses {
    async fn password(&self, attempt: u32) -> Option<Secret> {
        self.0.get(attempt as usize - 1).map(|guess| (*guess).into())
    }
}

#[tokio::test]
async fn a_wrong_password_counts_and_an_empty_one_is_not_tried() {
    let scene = Scene::new(|_, _| None).await;
    let content = scene.file("a", 10);
    let order = SendOrder { password: Some(PASSWORD.into()), ..scene.order(&["a"]) };
    let link = scene.send_order(&order).await.unwrap().links[0].url.clone();
    assert!(matches!(scene.get(&link).await, Err(Error::PasswordNeeded)));
    assert!(matches!(scene.get_with(&link, &Guesses(&[""])).await, Err(Error::PasswordNeeded)));
    assert_eq!(scene.kept.count("POST", "links/prove"), 0);
    let wrong = scene.get_with(&link, &Guesses(&["Größe 7 Fuß"])).await.unwrap_err();
    assert_eq!(wrong.problem().unwrap().code, "wrong_proof");
    assert_eq!(scene.kept.keeper.lock().unwrap().wrong, 1);
    // Decomposed, as some keyboards type it.
    scene.get_with(&link, &Guesses(&["x", "Gro\u{308}ße 7 Meter im Quadrat"])).await.unwrap();
    assert_eq!(scene.kept.keeper.lock().unwrap().wrong, 2);
    scene.is_there(&[("a", &content)]);
}

#[tokio::test]
async fn a_ticket_or_grant_whose_time_is_over_is_replaced_without_another_code() {
    let (proofs, contents) = (AtomicUsize::new(0), AtomicUsize::new(0));
    let over = || Some(Fault::Refuse(Answer::problem("401 Unauthorized", "unauthorized")));
    let scene = Scene::new(move |request, _| {
        let first = |count: &AtomicUsize| count.fetch_add(1, Ordering::SeqCst) == 0;
        let is_over = request.path.ends_with("/prove") && first(&proofs)
            || request.path.ends_with("/content") && first(&contents);
        if is_over { over() } else { None }
    })
    .await;
    let content = scene.file("a", 70_000);
    let order = SendOrder {
        password: Some(PASSWORD.into()),
        protection: Some(sealpost_domain::Protection::EmailCodeAndPassword),
        ..scene.order(&["a"])
    };
    let link = scene.send_order(&order).await.unwrap().links[0].url.clone();
    scene.get_with(&link, &Knows(PASSWORD)).await.unwrap();
    scene.is_there(&[("a", &content)]);
    assert_eq!(scene.kept.count("POST", "links/code"), 1);
    assert_eq!((scene.kept.count("POST", "links/verify"), scene.kept.count("POST", "links/prove")), (3, 3));
    let asked = scene.kept.asked.lock().unwrap();
    let last = asked.iter().rfind(|request| request.path.ends_with("/prove")).unwrap();
    assert_eq!(last.header("authorization"), "Bearer g1", "the visit is the same");
    assert!(!scene.path("out").join(format!("{DELIVERY}.sealpost-grant")).exists());
    assert!(link.contains(&Keeper::link()));
}
