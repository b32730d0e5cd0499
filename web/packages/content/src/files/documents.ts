import type { FileKind } from "./kinds.ts";

interface Whole {
  readonly format: string;
  readonly kinds: readonly FileKind[];
  readonly isDocument: boolean;
}

const PACKAGES = ["appxmanifest.xml", "appxmetadata/appxbundlemanifest.xml", "extension.vsixmanifest"];

/** What the names in a ZIP file say of the whole: `crates/inspect/src/zip/document.rs`. */
export class Marks {
  readonly #seen = new Set<string>();

  note(name: string): void {
    const lower = name.replace(/\\/g, "/").replace(/[A-Z]/g, (letter) => letter.toLowerCase());
    const base = lower.slice(lower.lastIndexOf("/") + 1);
    const below = (...folders: string[]) =>
      folders.some((folder) => lower.startsWith(folder) && lower.length > folder.length);
    const mark = (word: string, holds: boolean) => holds && this.#seen.add(word);
    mark("content_types", lower === "[content_types].xml");
    mark("office", below("word/", "xl/", "ppt/", "visio/"));
    mark("model", below("3d/"));
    mark("mimetype", lower === "mimetype");
    mark("manifest", lower === "meta-inf/manifest.xml");
    mark("container", lower === "meta-inf/container.xml");
    mark("macros", base === "vbaproject.bin" || base === "vbadata.xml");
    mark("macros", below("xl/macrosheets/", "basic/", "scripts/"));
    mark("encrypted", lower === "encrypted-package");
    mark("java", lower === "meta-inf/manifest.mf");
    mark("classes", base.endsWith(".class") || base.endsWith(".dex"));
    mark("android", lower === "androidmanifest.xml" || lower === "base/manifest/androidmanifest.xml");
    mark("package", PACKAGES.includes(lower) || (below("payload/") && lower.includes(".app/")));
  }

  /** What it is called, what it is, and whether it is a document. */
  whole(): Whole {
    const has = (...marks: string[]) => marks.every((mark) => this.#seen.has(mark));
    const office = (format: string): Whole => {
      const more: FileKind[] = [
        ...(has("macros") ? (["office_macros"] as const) : []),
        ...(has("encrypted") ? (["encrypted_document"] as const) : []),
      ];
      return { format, kinds: ["office", ...more], isDocument: true };
    };
    // Programs first: what runs stays one whatever else is packed into it.
    if (has("android")) return { format: "apk", kinds: ["archive", "installer"], isDocument: false };
    if (has("package")) return { format: "package", kinds: ["archive", "installer"], isDocument: false };
    if (has("java", "classes")) return { format: "jar", kinds: ["archive", "executable"], isDocument: false };
    if (has("content_types", "office")) return office("ooxml");
    if (has("content_types", "model")) return { format: "3mf", kinds: ["model"], isDocument: true };
    if (has("mimetype", "container")) return { format: "epub", kinds: ["ebook"], isDocument: true };
    if (has("mimetype") && (has("manifest") || has("encrypted"))) return office("opendocument");
    return { format: "zip", kinds: ["archive"], isDocument: false };
  }
}
