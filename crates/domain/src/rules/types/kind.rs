//! What a file can be, as far as rules tell files apart.

use crate::words::words;

words! {
    /// What a file is. One file may be several: a document with macros is `office` and `office_macros`, an encrypted PDF
    /// `pdf` and `encrypted_document`.
    FileKind {
        /// Files in one file, or one that is compressed: ZIP, 7z, RAR, tar, gzip …
        Archive = "archive",
        /// Sound.
        Audio = "audio",
        /// A database or a mailbox: SQLite, Access, PST …
        Database = "database",
        /// A disk or a file system in a file, which Windows and macOS mount by a double click: ISO, VHD, DMG …
        DiskImage = "disk_image",
        /// A book: EPUB, MOBI …
        Ebook = "ebook",
        /// A message with its attachments, which are not looked into: EML, MSG.
        Email = "email",
        /// An archive of which something opens with a password only.
        EncryptedArchive = "encrypted_archive",
        /// A document that opens with a password only.
        EncryptedDocument = "encrypted_document",
        /// A program or a library: PE, ELF, Mach-O, Java …
        Executable = "executable",
        /// A typeface.
        Font = "font",
        /// A picture, medical ones and icons included.
        Image = "image",
        /// What puts programs on a computer: MSI, MSIX, DEB, RPM, PKG, APK …
        Installer = "installer",
        /// A drawing or a body: CAD, 3D.
        Model = "model",
        /// A text, a table, slides, a diagram: Microsoft's and OpenDocument's formats, RTF.
        Office = "office",
        /// One of these with macros.
        OfficeMacros = "office_macros",
        /// Something that is known, and none of the others.
        Other = "other",
        /// PDF.
        Pdf = "pdf",
        /// A program as text, which a double click runs: batch, PowerShell, JavaScript, HTA, shell …
        Script = "script",
        /// What leads to something else, and may run it: LNK, URL, DESKTOP …
        Shortcut = "shortcut",
        /// Plain text: tables, settings, source code that nothing runs by itself.
        Text = "text",
        /// Nothing in it says what it is.
        Unknown = "unknown",
        /// Moving pictures.
        Video = "video",
        /// A page for a browser.
        Web = "web",
    }
}

impl FileKind {
    /// Whether a double click may run something: what the default rules refuse.
    pub const fn is_active(self) -> bool {
        matches!(self, Self::DiskImage | Self::Executable | Self::Installer | Self::Script | Self::Shortcut)
    }

    /// The kind that a file of this kind always has besides.
    pub const fn implies(self) -> Option<Self> {
        match self {
            Self::EncryptedArchive => Some(Self::Archive),
            Self::OfficeMacros => Some(Self::Office),
            _ => None,
        }
    }
}
