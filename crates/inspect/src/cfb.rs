//! Compound files (MS-CFB): older Office documents, MSI, Outlook messages, encrypted newer documents.

use std::collections::HashSet;

use bytes::Bytes;
use sealpost_domain::rules::FileKind;

use crate::{
    bytes_of::{u16_at, u32_at, u64_at},
    source::{Reader, Source, Trouble, View},
};

/// Sectors of the directory that are read: 16,384 or 131,072 entries.
const MAX_SECTORS: usize = 4_096;
/// Marks of the table of sectors: the first number that is none.
const NO_SECTOR: u32 = 0xffff_fffa;
/// Sectors of the table that the header names.
const IN_HEADER: u32 = 109;
const DAMAGED: &str = "the compound file is damaged";

/// What it is called, and what it is.
pub(crate) type Compound = (&'static str, Vec<FileKind>);

/// Where what lies in a compound file.
struct Layout {
    view: View,
    header: Bytes,
    sector: u64,
    /// The sector of the table that was read last, and which it is: one tells of a hundred others.
    table: Option<(u32, Bytes)>,
}

/// What the names of its streams say.
#[derive(Default)]
struct Marks {
    office: Option<&'static str>,
    macros: bool,
    encrypted: bool,
    message: bool,
    installer: bool,
}

/// Reads the directory of a compound file.
pub(crate) async fn read<S: Source>(
    reader: &mut Reader<'_, S>,
    view: View,
) -> Result<Compound, Trouble<S::Error>> {
    let header = reader.read(view, 0, 512).await?;
    let sector = match u16_at(&header, 30) {
        Some(9) => 512,
        Some(12) => 4_096,
        _ => return Err(Trouble::Damaged(DAMAGED)),
    };
    let mut layout = Layout { view, header, sector, table: None };
    let mut marks = Marks::default();
    let mut next = u32_at(&layout.header, 48).unwrap_or(NO_SECTOR);
    let mut seen = HashSet::new();
    while next < NO_SECTOR {
        if !seen.insert(next) || seen.len() > MAX_SECTORS {
            return Err(Trouble::Damaged(DAMAGED));
        }
        let bytes = layout.sector(reader, next).await?;
        bytes.chunks_exact(128).for_each(|entry| marks.note(entry));
        next = layout.after(reader, next).await?;
    }
    Ok(marks.kinds())
}

impl Layout {
    /// A whole sector; the last of a file may be shorter.
    async fn sector<S: Source>(
        &self,
        reader: &mut Reader<'_, S>,
        number: u32,
    ) -> Result<Bytes, Trouble<S::Error>> {
        let at = (u64::from(number) + 1) * self.sector;
        let length = self.view.length.checked_sub(at).ok_or(Trouble::Damaged(DAMAGED))?.min(self.sector);
        reader.read(self.view, at, length as usize).await
    }

    /// The sector that follows, by the table.
    async fn after<S: Source>(
        &mut self,
        reader: &mut Reader<'_, S>,
        number: u32,
    ) -> Result<u32, Trouble<S::Error>> {
        let per_sector = (self.sector / 4) as u32;
        let index = number / per_sector;
        let sector = match self.table.take().filter(|(known, _)| *known == index) {
            Some((_, sector)) => sector,
            None => {
                let table = self.table_sector(reader, index).await?;
                self.sector(reader, table).await?
            }
        };
        self.table = Some((index, sector.clone()));
        u32_at(&sector, (number % per_sector) as usize * 4).ok_or(Trouble::Damaged(DAMAGED))
    }

    /// Where the how manieth sector of the table lies: the header knows the first 109, a chain of sectors the others.
    async fn table_sector<S: Source>(
        &self,
        reader: &mut Reader<'_, S>,
        index: u32,
    ) -> Result<u32, Trouble<S::Error>> {
        if index < IN_HEADER {
            return u32_at(&self.header, 76 + index as usize * 4).ok_or(Trouble::Damaged(DAMAGED));
        }
        let per_sector = (self.sector / 4) as u32 - 1;
        let (mut left, mut chain) = (index - IN_HEADER, u32_at(&self.header, 68).unwrap_or(NO_SECTOR));
        loop {
            if chain >= NO_SECTOR {
                return Err(Trouble::Damaged(DAMAGED));
            }
            let sector = self.sector(reader, chain).await?;
            let at = if left < per_sector { left } else { per_sector } as usize * 4;
            let value = u32_at(&sector, at).ok_or(Trouble::Damaged(DAMAGED))?;
            if left < per_sector {
                return Ok(value);
            }
            (left, chain) = (left - per_sector, value);
        }
    }
}

impl Marks {
    /// An entry of the directory: a name of at most 31 letters in UTF-16, its length with the end in bytes, a type.
    fn note(&mut self, entry: &[u8]) {
        let length = usize::from(u16_at(entry, 64).unwrap_or_default()).clamp(2, 64) - 2;
        let units = entry[..length].chunks_exact(2).map(|pair| u16::from_le_bytes([pair[0], pair[1]]));
        let name = String::from_utf16_lossy(&units.collect::<Vec<_>>());
        match entry[66] {
            // The root, whose class says what Windows Installer makes: packages, patches, transforms.
            5 => {
                let class = (u64_at(entry, 80), u64_at(entry, 88));
                let installer = matches!(class.0, Some(0x000c_1082 | 0x000c_1084 | 0x000c_1086));
                self.installer = installer && class.1 == Some(0x4600_0000_0000_00c0);
            }
            1 | 2 => self.named(&name),
            _ => {}
        }
    }

    fn named(&mut self, name: &str) {
        match name {
            "WordDocument" => self.office = Some("doc"),
            "Workbook" | "Book" => self.office = Some("xls"),
            "PowerPoint Document" | "PP40" | "PP97_DUALSTORAGE" => self.office = Some("ppt"),
            "VisioDocument" => self.office = Some("vsd"),
            "Quill" => self.office = Some("pub"),
            "EncryptedPackage" => self.encrypted = true,
            "_VBA_PROJECT_CUR" | "_VBA_PROJECT" | "VBA" | "Macros" | "VBProject" => self.macros = true,
            "__properties_version1.0" | "__nameid_version1.0" => self.message = true,
            _ => {}
        }
    }

    fn kinds(&self) -> Compound {
        use FileKind as K;
        let mut kinds = match self {
            Self { installer: true, .. } => return ("msi", vec![K::Installer]),
            Self { message: true, .. } => return ("msg", vec![K::Email]),
            Self { encrypted: true, .. } => return ("ooxml", vec![K::Office, K::EncryptedDocument]),
            Self { office: None, macros: false, .. } => return ("cfb", vec![K::Other]),
            _ => vec![K::Office],
        };
        kinds.extend(self.macros.then_some(K::OfficeMacros));
        (self.office.unwrap_or("cfb"), kinds)
    }
}
