//! Documents and programs that are ZIP files inside: which files in them say so.

use sealpost_domain::rules::FileKind;

/// What the names of the files inside say of the whole.
#[derive(Debug, Default)]
pub(super) struct Marks {
    /// Office Open XML (ECMA-376).
    content_types: bool,
    office: bool,
    model: bool,
    /// OpenDocument and EPUB.
    mimetype: bool,
    manifest: bool,
    container: bool,
    macros: bool,
    encrypted: bool,
    /// Java, Android, iOS, Windows.
    java: bool,
    classes: bool,
    android: bool,
    package: bool,
}

impl Marks {
    pub(super) fn note(&mut self, name: &str) {
        let lower = name.replace('\\', "/").to_ascii_lowercase();
        let base = lower.rsplit('/').next().unwrap_or(&lower);
        let below = |folder: &str| lower.strip_prefix(folder).is_some_and(|rest| !rest.is_empty());
        self.content_types |= lower == "[content_types].xml";
        self.office |= ["word/", "xl/", "ppt/", "visio/"].iter().any(|folder| below(folder));
        self.model |= below("3d/");
        self.mimetype |= lower == "mimetype";
        self.manifest |= lower == "meta-inf/manifest.xml";
        self.container |= lower == "meta-inf/container.xml";
        // Basic in Microsoft's formats, Excel's older language of macros, and the two kinds that OpenDocument has.
        self.macros |= matches!(base, "vbaproject.bin" | "vbadata.xml")
            || ["xl/macrosheets/", "basic/", "scripts/"].iter().any(|folder| below(folder));
        self.encrypted |= lower == "encrypted-package";
        self.java |= lower == "meta-inf/manifest.mf";
        self.classes |= base.ends_with(".class") || base.ends_with(".dex");
        self.android |= lower == "androidmanifest.xml" || lower == "base/manifest/androidmanifest.xml";
        self.package |= matches!(
            lower.as_str(),
            "appxmanifest.xml" | "appxmetadata/appxbundlemanifest.xml" | "extension.vsixmanifest"
        ) || below("payload/") && lower.contains(".app/");
    }

    /// What the whole is called, what it is, and whether it is a document.
    pub(super) fn kinds(&self) -> (&'static str, Vec<FileKind>, bool) {
        use FileKind as K;
        let document = |format, kind| (format, vec![kind], true);
        let office = |format| {
            let mut kinds = vec![K::Office];
            kinds.extend(self.macros.then_some(K::OfficeMacros));
            kinds.extend(self.encrypted.then_some(K::EncryptedDocument));
            (format, kinds, true)
        };
        match self {
            // Programs first: what runs stays one whatever else is packed into it.
            Self { android: true, .. } => ("apk", vec![K::Archive, K::Installer], false),
            Self { package: true, .. } => ("package", vec![K::Archive, K::Installer], false),
            Self { java: true, classes: true, .. } => ("jar", vec![K::Archive, K::Executable], false),
            Self { content_types: true, office: true, .. } => office("ooxml"),
            Self { content_types: true, model: true, .. } => document("3mf", K::Model),
            Self { mimetype: true, container: true, .. } => document("epub", K::Ebook),
            Self { mimetype: true, .. } if self.manifest || self.encrypted => office("opendocument"),
            _ => ("zip", vec![K::Archive], false),
        }
    }
}
