//! Looking into a file: from first bytes to findings.

use bytes::Bytes;
use sealpost_domain::rules::{ArchiveFindings, FileKind, Findings, NameTraits};

use crate::{
    EDITION, HEAD_BYTES, Sniffed,
    bytes_of::{find, stands_at, u64_at},
    cfb,
    listing::{Listing, is_archive},
    pdf, sniff,
    sniff::Next,
    source::{Reader, Source, Trouble, View},
    zip,
};

/// Last bytes of a file of which the first say nothing: what is at the end of disks, and of archives without a comment.
const END_BYTES: u64 = 4 << 10;
/// The trailers of DMG and of VHD of a fixed size.
const TRAILER_BYTES: usize = 512;
/// Longest header of a 7z file that is looked at.
const SEVEN_ZIP_HEADER: u64 = 4 << 10;

/// What a file really is. `head` are its first bytes as far as the caller has them; what is missing of them is read.
///
/// # Errors
/// What the source fails with. A file that cannot be understood is a finding.
pub async fn look<S: Source>(name: &str, head: Bytes, source: &mut S) -> Result<Findings, S::Error> {
    let length = source.length();
    let wanted = length.min(HEAD_BYTES as u64) as usize;
    let mut reader = Reader::new(source, head);
    let whole = reader.whole();
    let head = match reader.read(whole, 0, wanted).await {
        Ok(head) => head,
        Err(Trouble::Source(error)) => return Err(error),
        Err(Trouble::Damaged(why)) => return Ok(damaged("unknown", vec![FileKind::Unknown], why)),
    };
    let sniffed = sniff(&head);
    let (format, kinds) = (sniffed.format.clone().into_owned(), sniffed.kinds.clone());
    match inside(name, &mut reader, whole, sniffed).await {
        Ok(findings) => Ok(findings),
        Err(Trouble::Source(error)) => Err(error),
        Err(Trouble::Damaged(why)) => Ok(damaged(&format, kinds, why)),
    }
}

fn findings(format: &str, kinds: Vec<FileKind>, archive: Option<ArchiveFindings>) -> Findings {
    let kinds = if kinds.is_empty() { vec![FileKind::Unknown] } else { kinds };
    Findings { archive, ..Findings::plain(EDITION, format, kinds) }
}

/// What cannot be checked: an archive, as far as rules ask.
fn damaged(format: &str, mut kinds: Vec<FileKind>, why: &str) -> Findings {
    if kinds.is_empty() {
        kinds.push(if format == "zip" { FileKind::Archive } else { FileKind::Other });
    }
    let archive = ArchiveFindings { damaged: Some(why.to_owned()), ..ArchiveFindings::default() };
    findings(format, kinds, Some(archive))
}

async fn inside<S: Source>(
    name: &str,
    reader: &mut Reader<'_, S>,
    whole: View,
    sniffed: Sniffed,
) -> Result<Findings, Trouble<S::Error>> {
    let Sniffed { format, mut kinds, next } = sniffed;
    match next {
        Next::Compound => {
            let (format, found) = cfb::read(reader, whole).await?;
            kinds.extend(found);
            return Ok(findings(format, kinds, None));
        }
        Next::Zip => {
            let found = zip::read(reader, whole).await?;
            let found = found.ok_or(Trouble::Damaged("its end is missing"))?;
            return Ok(of_zip(found, kinds));
        }
        Next::Pdf if pdf::is_encrypted(reader, whole).await? => kinds.push(FileKind::EncryptedDocument),
        Next::SevenZip if is_encrypted_7z(reader, whole).await? => kinds.push(FileKind::EncryptedArchive),
        Next::End => {
            if let Some(format) = disk_at_end(reader, whole).await? {
                return Ok(findings(format, vec![FileKind::DiskImage], None));
            }
        }
        _ => {}
    }
    // Whatever stands in front of it: a ZIP file is found from its end.
    if (next == Next::End || is_archive(name))
        && ends_as_zip(reader, whole, is_archive(name)).await?
        && let Some(found) = zip::read(reader, whole).await?
    {
        return Ok(of_zip(found, kinds));
    }
    let archive = kinds.contains(&FileKind::Archive).then(|| closed(name, &kinds));
    let archive = archive.transpose().map_err(Trouble::Damaged)?;
    Ok(findings(&format, kinds, archive))
}

fn of_zip(found: zip::Zip, mut kinds: Vec<FileKind>) -> Findings {
    kinds.extend(found.kinds);
    let archive = if found.is_document { found.listing.of_document() } else { found.listing.found };
    findings(found.format, kinds, Some(archive))
}

/// An archive that cannot be looked into. What is compressed by itself is called as what comes out: `setup.exe.gz`.
fn closed(name: &str, kinds: &[FileKind]) -> Result<ArchiveFindings, &'static str> {
    let mut listing = Listing::default();
    listing.reaches(1);
    listing.closed(name);
    if kinds.contains(&FileKind::EncryptedArchive) {
        listing.encrypted(name);
    }
    if let Some((inner, _)) = name.rsplit_once('.')
        && NameTraits::of(inner).extension.is_some_and(|extension| !extension.kinds().is_empty())
    {
        listing.name(inner)?;
    }
    Ok(listing.found)
}

async fn ends_as_zip<S: Source>(
    reader: &mut Reader<'_, S>,
    whole: View,
    with_comment: bool,
) -> Result<bool, Trouble<S::Error>> {
    let (_, end) = reader.tail(whole, if with_comment { 0x1_0000 + 22 } else { END_BYTES }).await?;
    Ok(find(&end, b"PK\x05\x06").is_some())
}

/// Disks whose signature stands in their last 512 bytes.
async fn disk_at_end<S: Source>(
    reader: &mut Reader<'_, S>,
    whole: View,
) -> Result<Option<&'static str>, Trouble<S::Error>> {
    let (_, end) = reader.tail(whole, END_BYTES).await?;
    let Some(at) = end.len().checked_sub(TRAILER_BYTES) else {
        return Ok(None);
    };
    Ok(match () {
        () if stands_at(&end, at, b"koly") => Some("dmg"),
        () if stands_at(&end, at, b"conectix") => Some("vhd"),
        () => None,
    })
}

/// Whether the names in a 7z file are encrypted: its header is then packed by AES, and says so (7zFormat.txt).
async fn is_encrypted_7z<S: Source>(
    reader: &mut Reader<'_, S>,
    whole: View,
) -> Result<bool, Trouble<S::Error>> {
    let start = reader.read(whole, 0, 32).await?;
    let (offset, length) = (u64_at(&start, 12).unwrap_or_default(), u64_at(&start, 20).unwrap_or_default());
    let Some(at) = offset.checked_add(32).filter(|at| *at < whole.length) else {
        return Ok(false);
    };
    let length = length.min(SEVEN_ZIP_HEADER).min(whole.length - at);
    let header = reader.read(whole, at, length as usize).await?;
    Ok(header.first() == Some(&0x17) && find(&header, &[6, 0xf1, 7, 1]).is_some())
}
