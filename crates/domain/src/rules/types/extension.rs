//! Extensions of file names, and what they promise.

use std::{collections::HashMap, fmt, str::FromStr, sync::LazyLock};

use serde::{Deserialize, Serialize};

use super::FileKind;

/// Longest extension, in bytes.
const MAX_BYTES: usize = 32;

/// What stands behind the last dot of a file's name, in small letters and without the dot.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Extension(String);

/// It cannot stand behind the last dot of a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an extension has 1 to {MAX_BYTES} letters, digits and - _ + ~ $ !")]
pub struct ExtensionError;

impl Extension {
    /// The extension as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What a file with this extension says it is; nothing if it says nothing to us.
    pub fn kinds(&self) -> &'static [FileKind] {
        static KINDS: LazyLock<HashMap<&str, &[FileKind]>> = LazyLock::new(|| {
            TABLE
                .iter()
                .flat_map(|(kinds, words)| words.split_whitespace().map(|word| (word, *kinds)))
                .collect()
        });
        KINDS.get(self.as_str()).copied().unwrap_or_default()
    }

    /// Whether a file with this extension may run something when it is opened.
    pub fn is_active(&self) -> bool {
        self.kinds().iter().any(|kind| kind.is_active())
    }
}

/// Those that promise something to us.
pub(super) fn known_extensions() -> impl Iterator<Item = Extension> {
    TABLE.iter().flat_map(|(_, words)| words.split_whitespace()).map(|word| Extension(word.to_owned()))
}

impl FromStr for Extension {
    type Err = ExtensionError;

    /// A dot before it and capital letters are what people write; they mean the same.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.strip_prefix('.').unwrap_or(text).to_lowercase();
        let fits = |c: char| c.is_alphanumeric() || "-_+~$!".contains(c);
        let fits = !text.is_empty() && text.len() <= MAX_BYTES && text.chars().all(fits);
        if fits { Ok(Self(text)) } else { Err(ExtensionError) }
    }
}

impl fmt::Display for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for Extension {
    type Error = ExtensionError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        text.parse()
    }
}

impl From<Extension> for String {
    fn from(extension: Extension) -> Self {
        extension.0
    }
}

use FileKind as K;

/// What extensions promise. Those that Windows, macOS or a desktop runs stand here as completely as they are known; of the
/// others, those that people send. Each stands here once.
const TABLE: &[(&[FileKind], &str)] = &[
    (
        &[K::Executable],
        "acm ax class com cpl dex dll drv efi elf exe fxp gadget ime jar jnlp ocx pif
         prg run scr so sys tsp vxd war wasm xbe xll dylib ko app action workflow appref-ms wiz xnk",
    ),
    (
        &[K::Script],
        "ade adp ahk applescript asp aspx au3 awk bas bash bat btm cdxml chm cmd command csh diagcab
         diagcfg diagpkg fish hlp hpj hta htc htr inf ins isp its js jse ksh lua maf mam mar mau mav maw mda mde mdt mdw mdz msc msh msh1 msh1xml msh2 msh2xml mshxml ops osd osx php
         php3 php4 php5 phtml pl plg pm ps1 ps1xml ps2 ps2xml psc1 psc2 psd1 psdm1 psm1 py pyc pyo
         pyw pyz pyzw rb reg rgs scpt scptd sct sh shb shs tcl terminal theme themepack deskthemepack vb
         vbe vbp vbs vbscript wpk ws wsb wsc wsf wsh xbap zsh cjs mjs wsm udl printerexport psrc",
    ),
    (
        &[K::Installer],
        "aab apk apkm apks appinstaller application appx appxbundle bundle crx deb flatpak flatpakref
         flatpakrepo ipa mpkg msi msix msixbundle msp mst msu pkg rpm snap vsix xapk xpi appimage opk
         ppkg",
    ),
    (
        &[K::DiskImage],
        "avhd avhdx cdr cue dmg dmgpart dsk ccd esd ffu hdd img isz iso nrg ova ovf qcow
         qcow2 sparsebundle sparseimage squashfs swm toast udf vdi vfd vhd vhdx vmdk wim vcd",
    ),
    (
        &[K::Shortcut],
        "accountpicture-ms desktop fileloc glink inetloc library-ms lnk mcl search-ms searchconnector-ms
         settingcontent-ms url webloc website rdp ica scf rdpw webpnp mapimail desklink",
    ),
    (
        &[K::Office],
        "doc docx dot dotx fodg fodp fods fodt key numbers odf odg odm odp ods odt one onetoc2 otg otp
         ots ott pages pot potx pps ppsx ppt pptx pub rtf sldx slk sxc sxd sxi sxw vsd vsdx vss vssx vst
         vstx wpd wps xls xlsb xlsx xlt xltx xlw mpp mpt hwp hwpx dif",
    ),
    (
        &[K::Office, K::OfficeMacros],
        "docm dotm ppa ppam potm ppsm pptm sldm vsdm vssm vstm wbk wll xla xlam xlm xlsm xltm",
    ),
    (&[K::Pdf], "pdf pdfa"),
    (
        &[K::Archive],
        "7z 7zip ace alz arc arj br brotli bz bz2 bzip2 cab cbr cbz cpio gz gzip kmz lha lz lz4 lzh lzma
         lzo nupkg par par2 r00 r01 rar rev rz sit sitx sz tar taz tbz tbz2 tgz tlz txz tz tzst uue uu
         whl xar xz z z01 zip zipx zoo zpaq zst zstd 001",
    ),
    (&[K::Email], "eml emlx emlxpart mbx msg oft tnef p7m"),
    (&[K::Web], "htm html mht mhtml shtm shtml xht xhtml"),
    (
        &[K::Image],
        "ai apng arw avif bmp cr2 cr3 crw cur dcm dds dib dicom dng emf eps exr gif heic heif hdr ico
         icns j2k jfif jng jp2 jpe jpeg jpf jpg jpm jpx jxl jxr nef nrw odi orf pbm pcx pgm png pnm ppm
         psb psd qoi raf raw rw2 sr2 svg svgz tga tif tiff webp wmf xbm xcf xpm",
    ),
    (
        &[K::Audio],
        "aac ac3 aif aifc aiff amr ape au dsf flac kar m4a m4b m4p m4r mid midi mka mp2 mp3 mpc oga ogg
         opus ra snd spx tta voc wav wma wv",
    ),
    (
        &[K::Video],
        "3g2 3gp asf avi divx f4v flv m1v m2t m2ts m2v m4v mj2 mkv mov mp4 mpe mpeg mpg mpv mts mxf ogv
         qt rm rmvb ts vob webm wmv wtv",
    ),
    (
        &[K::Text],
        "adoc asc bib c cc cfg cnf conf cpp cs csv css cxx diff env f90 geojson go gpx h hl7 hpp hs ics
         ini java json json5 jsonl jsx kml kt ldif less log m3u markdown md nfo org patch pas pem po
         properties proto r rs rst rtx sass scala scss sql srt strings sub swift sylk tex text toml tsv
         tsx txt vcf vcs vtt xliff xml xsd xsl xslt yaml yml",
    ),
    (&[K::Database], "accdb bak db db3 dbf dbx fdb ldf mdb mdf myd nsf ost parquet pst sav sqlite sqlite3"),
    (&[K::Ebook], "azw azw3 epub fb2 lit mobi prc"),
    (&[K::Font], "eot fnt fon otf ttc ttf woff woff2"),
    (
        &[K::Model],
        "3dm 3ds 3mf blend c4d catpart catproduct dae dgn dwf dwg dwt dxf fbx glb gltf iam idw ifc iges
         igs ipt max obj ply rfa rvt skp sldasm slddrw sldprt step stl stp usdz x_t",
    ),
];

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_extension_of_the_table_is_one_and_stands_there_once() {
        let mut seen = HashSet::new();
        for word in TABLE.iter().flat_map(|(_, words)| words.split_whitespace()) {
            assert_eq!(word.parse::<Extension>().unwrap().as_str(), word);
            assert!(seen.insert(word), "{word} stands there twice");
        }
    }

    #[test]
    fn an_extension_is_written_in_one_way() {
        for (text, written) in [(".EXE", "exe"), ("Pdf", "pdf"), ("7z", "7z"), ("c++", "c++"), ("ÄÖ", "äö")]
        {
            assert_eq!(text.parse::<Extension>().unwrap().as_str(), written);
        }
        for text in ["", ".", "..x", "a b", "a.b", "a/b", "*", "a\u{202e}b", "é\u{301}\u{0}", &"x".repeat(33)]
        {
            assert_eq!(text.parse::<Extension>(), Err(ExtensionError), "{text:?}");
        }
    }

    /// The browser has the same table.
    #[test]
    fn the_table_of_the_browser_is_this_one() {
        const THEIRS: &str = include_str!("../../../../../web/packages/content/src/files/extensions.json");
        let theirs: serde_json::Value = serde_json::from_str(THEIRS).unwrap();
        let ours = TABLE.iter().map(|(kinds, words)| {
            let kinds: Vec<_> = kinds.iter().map(|kind| kind.as_str()).collect();
            let words: Vec<_> = words.split_whitespace().collect();
            (kinds.join(" "), serde_json::Value::from(words.join(" ")))
        });
        assert_eq!(theirs, serde_json::Value::from_iter(ours));
    }
}
