/** What a mail that is read has of Sealpost: the id of a transfer in a header or property, and links in what is written. */
import type { Reading } from "../office/reading.ts";

export interface Link {
  /** `files` leads to files, `request` to where files are sent in. */
  readonly to: "files" | "request";
  readonly url: string;
}

export interface Carried {
  /** Of the transfer that goes with the mail. */
  readonly id?: string | undefined;
  readonly link?: Link | undefined;
}

const HEADER = "x-sealpost-transfer";
const PROPERTY = "sealpost.transfer";
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Reads a mail as far as this Outlook lets it be read. `origin` is where the service is: other links are not ours to open. */
export async function carriedBy(mail: Reading, origin: string): Promise<Carried> {
  const [headers, body] = await Promise.all([
    mail.headers().catch(() => ""),
    mail.body("html").catch(() => ""),
  ]);
  const id = idIn(headers) ?? sound(await mail.property.get(PROPERTY).catch(() => undefined));
  return { id, link: linkIn(body, origin) };
}

/** The id that headers name, as they came over the wire: names in any case, long lines folded (RFC 5322, section 2.2.3). */
export function idIn(headers: string): string | undefined {
  const lines = headers.replace(/\r?\n[ \t]+/g, " ").split(/\r?\n/);
  const ours = lines.find((line) => line.toLowerCase().startsWith(`${HEADER}:`));
  return sound(ours?.slice(HEADER.length + 1));
}

function sound(id: string | undefined): string | undefined {
  const text = id?.trim().toLowerCase() ?? "";
  return ID.test(text) ? text : undefined;
}

/**
 * A link of ours, and its second part, which opens what its sender has sealed: behind `#`, or behind what Safe Links has been seen to
 * make of that.
 */
const OURS = /^(\/([mtr])\/[\w-]{43})(?:(?:#|%23)([\w-]{43}))?(?![\w-])/;

/** The first of our links, also where a mail server has put its own around it, as Safe Links does. */
export function linkIn(html: string, origin: string): Link | undefined {
  for (const text of [html, unwrapped(html)]) {
    for (let at = text.indexOf(origin); at >= 0; at = text.indexOf(origin, at + 1)) {
      const [, path, kind, second] = text.slice(at + origin.length).match(OURS) ?? [];
      if (path)
        return { to: kind === "r" ? "request" : "files", url: origin + path + (second ? `#${second}` : "") };
    }
  }
  return undefined;
}

/** As if each escaped address stood there by itself. */
function unwrapped(html: string): string {
  return html.replace(/https?%3A%2F%2F[\w.%-]+/gi, (escaped) => {
    try {
      return decodeURIComponent(escaped);
    } catch {
      return "";
    }
  });
}
