//! One file, one or more kinds.

use sealpost_domain::rules::TypeRules;
use sealpost_inspect::{HEAD_BYTES, sniff};
use sealpost_test_support::corpus::{self, Zip, ZipFile};

use crate::{kinds, look};

fn utf16(text: &str) -> Vec<u8> {
    [0xff, 0xfe].into_iter().chain(text.encode_utf16().flat_map(u16::to_le_bytes)).collect()
}

fn boot_sector() -> Vec<u8> {
    let mut bytes = vec![0; 4_096];
    bytes[..3].copy_from_slice(&[0xeb, 0x3c, 0x90]);
    bytes[54..62].copy_from_slice(b"FAT16   ");
    bytes[510..512].copy_from_slice(&[0x55, 0xaa]);
    bytes
}

fn partition_table() -> Vec<u8> {
    let mut bytes = vec![0; 4_096];
    bytes[446] = 0x80;
    bytes[450] = 7;
    bytes[458..462].copy_from_slice(&2_048_u32.to_le_bytes());
    bytes[510..512].copy_from_slice(&[0x55, 0xaa]);
    bytes
}

fn padded(text: &str) -> Vec<u8> {
    let mut bytes = text.as_bytes().to_vec();
    bytes.extend((0..5_000).map(|at| (at % 251) as u8));
    bytes
}

/// Names, bytes, and what they are. The browser has to find the same ([`crate::vectors`]).
pub(crate) fn samples() -> Vec<(&'static str, Vec<u8>, &'static str)> {
    vec![
        // programs, under whatever name
        ("report.pdf", corpus::pe(), "pe executable"),
        ("tool", corpus::elf(), "elf executable"),
        ("old.txt", [b"MZ".to_vec(), vec![1; 300]].concat(), "mz executable"),
        ("a.jpg", b"\xcf\xfa\xed\xfe\x07\0\0\x01".to_vec(), "mach-o executable"),
        ("a.jpg", b"\xca\xfe\xba\xbe\0\0\0\x41".to_vec(), "mach-o or java executable"),
        ("a.jpg", b"\0asm\x01\0\0\0".to_vec(), "wasm executable"),
        // installers
        ("a.txt", b"!<arch>\ndebian-binary   ".to_vec(), "deb installer"),
        ("a.txt", b"\xed\xab\xee\xdb\x03\0".to_vec(), "rpm installer"),
        ("a.txt", b"xar!\0\x1c\0\x01".to_vec(), "xar installer"),
        ("a.doc", corpus::installer(), "msi installer"),
        ("a.zip", Zip::of([ZipFile::packed("AndroidManifest.xml", 1, 2)]).build(), "apk archive+installer"),
        ("a.zip", Zip::of([ZipFile::packed("AppxManifest.xml", 1, 2)]).build(), "package archive+installer"),
        // scripts
        ("notes.txt", b"#!/bin/sh\necho".to_vec(), "script script"),
        ("notes.txt", b"\xef\xbb\xbf#!/usr/bin/env python".to_vec(), "script script"),
        ("notes.txt", padded("#!/bin/sh\n# what follows is no text\n"), "script script"),
        ("notes.txt", b"  @ECHO OFF\r\ndel".to_vec(), "batch script"),
        ("notes.txt", b"<?php system(1);".to_vec(), "php script"),
        ("notes.txt", b"Windows Registry Editor Version 5.00\r\n".to_vec(), "reg script"),
        ("notes.txt", utf16("Windows Registry Editor Version 5.00\r\n"), "reg script"),
        ("page.html", b"<html><head><HTA:APPLICATION id=x>".to_vec(), "hta script"),
        ("a.xml", b"<?xml version='1.0'?>\n<scriptlet>".to_vec(), "sct script"),
        ("a.xml", b"<?xml version='1.0'?><xsl:stylesheet><ms:script>".to_vec(), "xsl script"),
        ("a.chm", b"ITSF\x03\0\0\0".to_vec(), "chm script"),
        // shortcuts
        ("a.txt", corpus::lnk(), "lnk shortcut"),
        ("a.txt", b"[InternetShortcut]\r\nURL=file:".to_vec(), "url shortcut"),
        ("a.txt", b"[Desktop Entry]\nExec=sh".to_vec(), "desktop shortcut"),
        ("a.txt", b"<?xml version=\"1.0\"?><PCSettings>".to_vec(), "settingcontent-ms shortcut"),
        // disks
        ("a.bin", corpus::iso(40_000), "iso disk_image"),
        ("a.bin", corpus::dmg(70_000), "dmg disk_image"),
        ("a.bin", corpus::dmg(10), "dmg disk_image"),
        ("a.bin", corpus::vhd(70_000), "vhd disk_image"),
        ("a.bin", b"vhdxfile".to_vec(), "vhdx disk_image"),
        ("a.bin", b"KDMV\x01\0\0\0".to_vec(), "vmdk disk_image"),
        ("a.bin", b"QFI\xfb\0\0\0\x03".to_vec(), "qcow disk_image"),
        ("a.bin", b"MSWIM\0\0\0".to_vec(), "wim disk_image"),
        ("a.bin", boot_sector(), "disk disk_image"),
        ("a.bin", partition_table(), "disk disk_image"),
        // two at once
        (
            "a.jpg",
            {
                let mut both = corpus::iso(40_000);
                both[..4].copy_from_slice(b"\xff\xd8\xff\xe0");
                both
            },
            "jpg disk_image+image",
        ),
        ("a.pdf", b"GIF89a\x01\0\x01\0%PDF-1.4".to_vec(), "gif image+pdf"),
        // documents, texts, media
        ("a.pdf", corpus::pdf(false), "pdf pdf"),
        ("a.pdf", corpus::pdf(true), "pdf encrypted_document+pdf"),
        ("a.pdf", corpus::pdf_with_stream(false), "pdf pdf"),
        ("a.pdf", corpus::pdf_with_stream(true), "pdf encrypted_document+pdf"),
        ("a.rtf", b"{\\rtf1\\ansi}".to_vec(), "rtf office"),
        ("a.txt", "Grüße, ĄĘ".into(), "text text"),
        ("a.txt", b"Gr\xfc\xdfe aus K\xf6ln".to_vec(), "text text"),
        ("a.txt", utf16("Grüße"), "text text"),
        ("a.csv", b"a;b;c\r\n1;2;3\r\n".to_vec(), "text text"),
        (
            "a.txt",
            b"MZ is what programs begin with. This is text that says so, and it is long enough.".to_vec(),
            "text text",
        ),
        ("a.html", b"<!DOCTYPE html>\n<html>".to_vec(), "html web"),
        ("a.eml", b"Received: from a\r\nMessage-ID: <b>\r\n\r\nHi".to_vec(), "eml email"),
        ("a.txt", b"From: me\nto whom it may concern".to_vec(), "text text"),
        ("a.svg", b"<?xml version=\"1.0\"?>\n<svg>".to_vec(), "svg image"),
        ("a.jpg", corpus::jpeg(), "jpg image"),
        ("a.png", corpus::png(), "png image"),
        ("a.mp4", b"\0\0\0\x20ftypisom\0\0\x02\0".to_vec(), "mp4 video"),
        ("a.flac", b"fLaC\0\0\0\x22".to_vec(), "flac audio"),
        ("a.sqlite", b"SQLite format 3\0".to_vec(), "sqlite database"),
        (
            "a.one",
            b"\xe4\x52\x5c\x7b\x8c\xd8\xa7\x4d\xae\xb1\x53\x78\xd0\x29\x96\xd3".to_vec(),
            "onenote office",
        ),
        // nothing
        ("a.txt", Vec::new(), "empty unknown"),
        ("a.txt", vec![0; 70_000], "unknown unknown"),
        ("a.txt", (0..7_000).map(|at| (at * 13 + at / 97) as u8).collect(), "unknown unknown"),
    ]
}

#[test]
fn a_file_is_what_its_bytes_say() {
    let table = samples();
    assert!(table.len() > 60);
    for (name, bytes, expected) in table {
        let found = look(name, bytes);
        assert_eq!(format!("{} {}", found.format, kinds(&found)), expected, "{name}");
    }
}

#[test]
fn what_runs_is_refused_under_any_name() {
    let rules = TypeRules::default();
    for bytes in [
        corpus::pe(),
        corpus::elf(),
        corpus::lnk(),
        corpus::iso(40_000),
        corpus::dmg(100),
        corpus::installer(),
    ] {
        for name in ["a.pdf", "a.jpg", "a.zip", "a.docx", "a.unheard-of", "a"] {
            assert!(!rules.decide(name, Some(&look(name, bytes.clone()))).is_allowed(), "{name}");
        }
    }
}

#[test]
fn what_is_certain_stays_so_however_much_follows() {
    for bytes in [
        corpus::pe(),
        corpus::jpeg(),
        corpus::pdf(true),
        corpus::lnk(),
        corpus::iso(40_000),
        b"#!/bin/sh\n".to_vec(),
    ] {
        let whole: Vec<_> = sniff(&bytes).kinds;
        for cut in (1..bytes.len().min(HEAD_BYTES)).step_by(97) {
            for kind in sniff(&bytes[..cut]).certain() {
                assert!(whole.contains(&kind), "{kind} after {cut} bytes, and then {whole:?}");
            }
        }
    }
}
