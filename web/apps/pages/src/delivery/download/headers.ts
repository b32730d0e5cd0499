/** How a download is answered: the browser saves, and never shows. As the service does (`crates/api/src/deliveries/disposition.rs`). */
import type { Order } from "./order.ts";

/** Types that no browser runs anything of, and that phones choose the right program by. All others are bytes. */
const INERT = new Set([
  "application/dicom",
  "application/pdf",
  "application/zip",
  "image/gif",
  "image/heic",
  "image/jpeg",
  "image/png",
  "image/tiff",
  "image/webp",
  "text/csv",
  "text/plain",
]);
/** The same of whole families; office documents among them. */
const INERT_FAMILIES =
  /^(audio\/|video\/|application\/vnd\.(oasis\.opendocument|openxmlformats-officedocument)\.)/;

/** The type that a file is saved with; what the sender's program has claimed counts if it does no harm. */
export function contentType(claimed: string): string {
  const isPlain = /^[a-z0-9!#$&^_.+-]+\/[a-z0-9!#$&^_.+-]+$/.test(claimed) && !claimed.endsWith("+xml");
  return isPlain && (INERT.has(claimed) || INERT_FAMILIES.test(claimed))
    ? claimed
    : "application/octet-stream";
}

/** `attachment` with the name in ASCII for old programs and in UTF-8 for all others (RFC 6266, RFC 8187). */
export function attachment(name: string): string {
  const plain = [...name].map((character) => (/^[ !#$&-[\]-~]$/.test(character) ? character : "_")).join("");
  const bytes = [...new TextEncoder().encode(name)].map((byte) => {
    const character = String.fromCharCode(byte);
    return /[A-Za-z0-9!#$&+\-.^_`|~]/.test(character)
      ? character
      : `%${byte.toString(16).toUpperCase().padStart(2, "0")}`;
  });
  return `attachment; filename="${plain}"; filename*=UTF-8''${bytes.join("")}`;
}

/** All that is said of a download. */
export function headersOf({ name, type, length }: Order): Record<string, string> {
  return {
    "Cache-Control": "no-store",
    "Content-Disposition": attachment(name),
    "Content-Length": String(length),
    // Even if a browser were made to show the bytes, they could do nothing.
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Content-Type": contentType(type),
    "X-Content-Type-Options": "nosniff",
  };
}
