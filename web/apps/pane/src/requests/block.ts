/** The block by which a mail asks for files. */
import type { Shape } from "@sealpost/api-client";
import { type Bootstrap, formats, isolate, type Language, texts } from "@sealpost/ui";

import type { BlockLines } from "../block/content.ts";
import { type Found, inHtml, inText, replaced } from "../block/find.ts";
import { html } from "../block/html.ts";
import { text } from "../block/text.ts";
import type { Coercion } from "../office/api.ts";
import type { Compose } from "../office/compose.ts";
import { PANE } from "../texts.ts";

export type Wanted = Shape<"UploadRequest"> & { readonly url: string };

/** What it says, in words of a language that need not be the pane's. */
export async function linesOf(
  request: Wanted,
  { name }: Bootstrap["branding"],
  language: Language,
): Promise<BlockLines> {
  const t = await texts(language, PANE);
  const format = formats(language, t);
  const { url, title, max_uses, asks_code } = request;
  const until = { time: format.time(new Date(request.expires_at)) };
  return {
    title: t("wanted.title", { name }),
    invitation: t("wanted.invitation", { title: isolate(title) }),
    url,
    files: [],
    more: undefined,
    terms: [
      t(max_uses === 1 ? "letter.once" : "letter.until", until),
      ...(asks_code ? [t("letter.code")] : []),
      t("letter.safe"),
    ],
  };
}

function found(kind: Coercion, body: string, url: string): Found {
  return kind === "html" ? inHtml(body, url) : inText(body, url);
}

/** Whether the link of a request stands in the mail, in a block or by itself; throws `OfficeFault`. */
export async function isInMail(mail: Compose, url: string): Promise<boolean> {
  const kind = await mail.bodyKind();
  const { blocks, bare } = found(kind, await mail.body(kind), url);
  return bare || blocks.length > 0;
}

/**
 * Puts the block into the mail: in the place of one with this link or with that of `before`, else where the cursor is. Throws
 * `OfficeFault`.
 */
export async function putWanted(
  mail: Compose,
  lines: BlockLines,
  { accent, on_accent }: Bootstrap["branding"],
  before: string | undefined,
): Promise<void> {
  const kind = await mail.bodyKind();
  const block = kind === "html" ? html(lines, { accent, onAccent: on_accent }) : text(lines);
  // An Outlook that does not let what is written be read (before Mailbox 1.3) has no block to be replaced.
  const body = await mail.body(kind).catch(() => "");
  for (const url of [lines.url, before]) {
    const { blocks } = url ? found(kind, body, url) : { blocks: [] };
    if (blocks.length === 0) continue;
    const [first, ...doubled] = blocks;
    const without = replaced(body, doubled, "");
    await mail.replaceBody(first ? replaced(without, [first], block) : without, kind);
    return;
  }
  await mail.insert(kind === "html" ? `${block}<br>` : `${block}\n\n`, kind);
}
