use sealpost_domain::{FileId, RecipientId};
use sealpost_transfer::DeliveryFile;

use super::*;

const EVIL: &str = "<script>alert(1)</script>\"' onload=x {{7*7}} &amp;";

fn delivery(subject: &str, message: &str, name: &str) -> Delivery {
    let now = Timestamp::from_unix_millis(1_796_479_200_000);
    Delivery {
        recipient_id: RecipientId::new(now, [1; 10]),
        sender: "anna@example.org".parse().unwrap(),
        sender_name: subject.to_owned(),
        sender_proved: Some(false),
        sealing: None,
        sealed_to: None,
        subject: Some(subject.to_owned()),
        message: Some(message.to_owned()),
        takes_replies: false,
        expires_at: now,
        downloads_left: Some(1),
        files: vec![DeliveryFile {
            id: FileId::new(now, [2; 10]),
            name: name.parse().unwrap(),
            media_type: "text/plain".to_owned().into(),
            size: 1_234_567,
            crc32: 0xcafe,
            sealing: None,
            stated: None,
        }],
        byte_count: 1_234_567,
        archive_size: 1_234_789,
    }
}

fn step(kind: StepKind) -> StepView {
    StepView { kind, remember_days: 30, remembered_until: None }
}

fn entering(wait: u64) -> StepKind {
    StepKind::EnterCode { channel: CodeChannel::Email, hint: "<b>…@e….org".to_owned(), wait }
}

fn refused(code: Code) -> Refusal {
    Refusal { code, wait: None }
}

#[test]
fn the_page_for_a_code_says_where_it_went_and_when_another_can_be_had() {
    for language in Language::ALL {
        for (wait, kind) in [(0, "resend_now"), (42, "resend_later"), (600, "resend_later")] {
            let html = page(language, &View::step(language, &step(entering(wait)), None), None).unwrap();
            for part in [
                "autocomplete=\"one-time-code\"",
                "inputmode=\"numeric\"",
                "name=\"remember\"",
                "value=\"send\"",
                "&lt;b&gt;…@e….org",
                "30",
            ] {
                assert!(html.contains(part), "{part}: {html}");
            }
            let sentence = text(language, kind).split("{{wait}}").next().unwrap();
            assert!(html.contains(sentence) && !html.contains("wait}}"), "{sentence}: {html}");
        }
        let never = StepView { kind: entering(1), remember_days: 0, remembered_until: None };
        assert!(
            !page(language, &View::step(language, &never, None), None).unwrap().contains("name=\"remember\"")
        );
        let waits = Refusal { code: Code::TooManyRequests, wait: Some(130) };
        let html = page(language, &View::step(language, &step(entering(0)), Some(waits)), None).unwrap();
        assert!(html.contains(&waiting(language, 130)), "{html}");
    }
}

#[test]
fn an_account_is_shown_at_one_of_the_tenants_providers_anew_after_a_wrong_one() {
    let path = "/signin/oidc/1?return_to=/t/x";
    let ways = |labels: &[&str]| {
        let way = |label: &&str| Provider { label: (*label).to_owned(), path: path.to_owned() };
        step(StepKind::Account(labels.iter().map(way).collect()))
    };
    for language in Language::ALL {
        let show =
            |step: &StepView, refused| page(language, &View::step(language, step, refused), None).unwrap();
        let html = show(&ways(&["Acme", EVIL]), None);
        assert_eq!(html.matches("href=\"&#x2f;signin").count(), 2, "{html}");
        assert!(html.contains("Acme") && html.contains("{{7*7}}") && !html.contains("<script"), "{html}");
        assert!(!html.contains("anew") && !html.contains("{provider}"), "{html}");
        let html = show(&ways(&["Acme"]), Some(refused(Code::AccountNeeded)));
        assert!(html.contains("&amp;anew=true") && html.contains("role=\"alert\""), "{html}");
        assert!(html.contains(&format!("<title>{}: ", text(language, "error"))), "{html}");
        assert!(show(&ways(&[]), None).contains(text(language, "account_nowhere")));
    }
}

#[test]
fn a_browser_that_is_remembered_can_be_forgotten_there_and_nowhere_else() {
    let plain = delivery("Scans", "Hello", "b.txt");
    for language in Language::ALL {
        for until in [None, Some(plain.expires_at)] {
            let inside = View::delivery(language, &plain, Access::Granted, until);
            let asked = StepView { remembered_until: until, ..step(StepKind::Password) };
            for view in [inside, View::step(language, &asked, None)] {
                let html = page(language, &view, None).unwrap();
                assert_eq!(html.contains("value=\"forget\""), until.is_some(), "{html}");
                assert!(!html.contains("{date}"), "{html}");
            }
        }
    }
}

#[test]
fn every_text_of_users_is_escaped() {
    let evil = delivery(EVIL, EVIL, "<img src=x onerror=alert(1)>&\"{{7*7}}.txt");
    for language in Language::ALL {
        for access in [Access::Granted, Access::OnRequest, Access::UsedUp] {
            let html = page(language, &View::delivery(language, &evil, access, None), None).unwrap();
            assert!(!html.contains("<script"), "{html}");
            assert!(!html.contains("<img"), "{html}");
            assert!(html.contains("{{7*7}}") && !html.contains("49</"), "{html}");
            assert!(html.contains("&lt;script&gt;"), "{html}");
        }
    }
}

#[test]
fn what_can_be_fetched_has_links_what_needs_a_request_a_button_and_what_is_used_up_neither() {
    let plain = delivery("Scans", "Hello", "a/b.txt");
    let (id, file) = (plain.recipient_id, plain.files[0].id);
    let link = format!("/api/v1/deliveries/{id}/files/{file}/content");
    let zip = format!("/api/v1/deliveries/{id}/archive.zip");
    let show = |access| {
        page(Language::English, &View::delivery(Language::English, &plain, access, None), None).unwrap()
    };
    let html = show(Access::Granted);
    assert!(html.contains(&link) && html.contains(&zip) && !html.contains("<form"), "{html}");
    assert!(
        html.contains("1.2 MB") && html.contains("0000CAFE") && html.contains("5 December 2026"),
        "{html}"
    );
    let html = show(Access::OnRequest);
    assert!(!html.contains(&link) && !html.contains(&zip) && html.contains("<form"), "{html}");
    let html = show(Access::UsedUp);
    assert!(!html.contains(&link) && !html.contains(&zip) && !html.contains("<form"), "{html}");
    assert!(html.contains(text(Language::English, "error_downloads_used_up")), "{html}");
}

#[test]
fn what_can_be_answered_has_a_button_for_it() {
    let plain = delivery("Scans", "Hello", "b.txt");
    for language in Language::ALL {
        let show = |delivery: &Delivery| {
            page(language, &View::delivery(language, delivery, Access::Granted, None), None).unwrap()
        };
        let button = "name=\"step\" value=\"reply\"";
        assert!(!show(&plain).contains(button));
        let html = show(&Delivery { takes_replies: true, ..plain.clone() });
        assert!(html.contains(button) && html.contains(text(language, "reply_hint")), "{html}");
    }
}

#[test]
fn pages_hold_no_script_no_inline_style_and_nothing_from_elsewhere() {
    let plain = delivery("Scans", "Hello", "b.txt");
    let language = Language::German;
    for view in [
        View::delivery(language, &plain, Access::Granted, Some(plain.expires_at)),
        View::step(language, &step(StepKind::Password), Some(refused(Code::WrongPassword))),
        View::step(language, &step(StepKind::SendCode(CodeChannel::Sms)), None),
        View::step(language, &step(entering(7)), Some(refused(Code::WrongCode))),
        View::error(language, Code::LinkUnavailable),
    ] {
        let html = page(language, &view, None).unwrap();
        assert!(html.contains("<html lang=\"de\""), "{html}");
        for banned in ["<script", "<style", " style=", "http:", "https:", "javascript:", " on"] {
            let text = html.replace(" on ", " ");
            assert!(!text.contains(banned), "{banned}: {html}");
        }
    }
}

#[test]
fn every_end_has_a_page_of_its_own_and_says_when_it_was() {
    let at = Timestamp::from_unix_millis(1_796_479_200_000);
    for language in Language::ALL {
        let ends = [End::Blocked, End::Deleted(at), End::Expired(at), End::Gone, End::Purged(at)];
        let pages = ends.map(|end| (end, page(language, &View::ended(language, end), None).unwrap()));
        for (place, (end, html)) in pages.iter().enumerate() {
            let dated = html.contains(&moment(language, at));
            assert_eq!(dated, !matches!(end, End::Blocked | End::Gone), "{html}");
            assert!(
                !html.contains("end_") && !html.contains('{') && !html.contains("role=\"alert\""),
                "{html}"
            );
            assert!(pages[..place].iter().all(|(_, other)| other != html), "{html}");
        }
    }
}

#[test]
fn files_are_ticked_where_there_are_several_and_they_can_be_fetched() {
    let one = delivery("Scans", "Hello", "b.txt");
    let mut two = one.clone();
    two.files.push(DeliveryFile { name: "<i>.pdf".parse().unwrap(), ..one.files[0].clone() });
    for language in Language::ALL {
        let show = |delivery: &Delivery, access| {
            page(language, &View::delivery(language, delivery, access, None).below("/t/x"), None).unwrap()
        };
        let html = show(&two, Access::Granted).replace("&#x2f;", "/");
        assert_eq!(html.matches("type=\"checkbox\"").count(), 2, "{html}");
        assert!(html.contains("action=\"/t/x/zip\"") && html.contains(": &lt;i&gt;.pdf\""), "{html}");
        for html in [show(&one, Access::Granted), show(&two, Access::OnRequest), show(&two, Access::UsedUp)] {
            let html = html.replace("&#x2f;", "/");
            assert!(!html.contains("checkbox") && !html.contains("/zip\""), "{html}");
        }
    }
}

#[test]
fn every_code_has_its_sentence_in_every_language() {
    for language in Language::ALL {
        for code in Code::ALL {
            let key = error_key(*code);
            assert!(texts(language).contains_key(key), "{language:?} {key}");
            assert!(hint_key(key).is_none_or(|hint| texts(language).contains_key(hint)), "{key}");
            assert!(page(language, &View::error(language, *code), None).is_ok());
        }
    }
}

#[test]
fn the_page_behind_a_mails_link_asks_for_an_address_or_says_that_nothing_is_there_yet() {
    for language in Language::ALL {
        let html = page(language, &View::address(language, None), None).unwrap();
        for part in
            ["autocomplete=\"email\"", "type=\"email\"", "aria-describedby=\"hint\"", "name=\"address\""]
        {
            assert!(html.contains(part), "{part}: {html}");
        }
        assert!(!html.contains("aria-invalid") && !html.contains("autocomplete=\"off\""));
        let wait = Refusal { code: Code::TooManyRequests, wait: Some(7) };
        for refused in [refused(Code::WrongAddress), wait] {
            let html = page(language, &View::address(language, Some(refused)), None).unwrap();
            assert!(html.contains("aria-invalid=\"true\"") && html.contains("aria-describedby=\"problem\""));
            assert!(html.contains(text(language, error_key(refused.code)).split('\'').next().unwrap()));
        }
        let stages = [MailStage::Draft, MailStage::Sealed].map(|stage| {
            let html = page(language, &View::unreleased(language, stage), None).unwrap();
            // A form keeps what stands behind `#`, which a link to the page itself does not.
            assert!(html.contains("<form") && !html.contains("href=\"\""), "{html}");
            html
        });
        assert_ne!(stages[0], stages[1]);
    }
}
