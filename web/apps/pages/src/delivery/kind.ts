/** What a file is, in words: "Document (PDF)". As the page of other deliveries says it (`crates/api/src/page/kind.rs`). */
import type { TextKey, Translate } from "@sealpost/ui";

/** Endings of each kind of file that people know by a word. */
const ENDINGS: readonly (readonly [TextKey, string])[] = [
  ["delivery.kind.archive", "7z bz2 gz rar tar tgz xz zip zst"],
  ["delivery.kind.audio", "aac aiff flac m4a mp3 oga ogg opus wav wma"],
  ["delivery.kind.document", "doc docm docx dot dotx epub odt pages pdf rtf xps"],
  ["delivery.kind.drawing", "3mf dwg dxf ifc odg skp step stl stp vsd vsdx"],
  ["delivery.kind.email", "eml mbox msg pst"],
  ["delivery.kind.image", "avif bmp cr2 dcm gif heic heif jpeg jpg nef png psd svg tif tiff webp"],
  ["delivery.kind.presentation", "key odp pot potx pps ppsx ppt pptm pptx"],
  ["delivery.kind.program", "apk appimage bat cmd com deb dmg exe iso jar js lnk msi pkg ps1 rpm scr sh vbs"],
  ["delivery.kind.spreadsheet", "csv numbers ods tsv xls xlsb xlsm xlsx xlt xltx"],
  ["delivery.kind.text", "ini json log md tex toml txt xml yaml yml"],
  ["delivery.kind.video", "avi m4v mkv mov mp4 mpeg mpg ogv webm wmv"],
  ["delivery.kind.web", "htm html mhtml xhtml"],
];
const FAMILIES: Readonly<Record<string, TextKey>> = {
  audio: "delivery.kind.audio",
  image: "delivery.kind.image",
  video: "delivery.kind.video",
};

/** It goes by the ending of its name, by which the reader's computer will open it; what the sender's program claimed counts where that says nothing. */
export function kindOf(name: string, claimed: string, t: Translate): string {
  const ending = name.match(/[^/]\.([A-Za-z0-9]{1,8})$/)?.[1]?.toLowerCase();
  const known = ENDINGS.find(([, endings]) => ending !== undefined && endings.split(" ").includes(ending));
  const word = t(known?.[0] ?? byClaim(claimed));
  return ending === undefined ? word : `${word} (${ending.toUpperCase()})`;
}

function byClaim(claimed: string): TextKey {
  if (claimed === "text/plain") return "delivery.kind.text";
  return FAMILIES[claimed.split("/")[0] ?? ""] ?? "delivery.kind.file";
}
