/** The block in the mail: put in, replaced, taken out. */
import type { Formats, Translate } from "@sealpost/ui";

import type { Coercion } from "../office/api.ts";
import type { Compose } from "../office/compose.ts";
import { type BlockContent, linesOf } from "./content.ts";
import { type Found, inHtml, inText, isWhole, replaced } from "./find.ts";
import { html } from "./html.ts";
import { text } from "./text.ts";

export interface Words {
  readonly t: Translate;
  readonly format: Formats;
}

/** The block as the mail takes it. */
export function blockAs(kind: Coercion, content: BlockContent, { t, format }: Words): string {
  const lines = linesOf(content, t, format);
  return kind === "html" ? html(lines, content) : text(lines);
}

function found(kind: Coercion, body: string, url: string): Found {
  return kind === "html" ? inHtml(body, url) : inText(body, url);
}

/** Whether the link stands in the mail: in a block, by itself, or not at all. */
export async function standing(mail: Compose, url: string): Promise<"block" | "bare" | "absent"> {
  const kind = await mail.bodyKind();
  const body = await mail.body(kind);
  const { blocks, bare } = found(kind, body, url);
  if (blocks.length > 0) return "block";
  // One with another second part opens nothing any more.
  return bare && isWhole(body, url) ? "bare" : "absent";
}

/** Puts the block where the cursor is; in the place of the one that is there, if there is one. */
export async function put(mail: Compose, content: BlockContent, words: Words): Promise<void> {
  if (await renew(mail, content, words)) return;
  const kind = await mail.bodyKind();
  const block = blockAs(kind, content, words);
  // So that it has lines of its own, and there is somewhere to go on writing.
  await mail.insert(kind === "html" ? `${block}<br>` : `\n${block}\n\n`, kind);
}

/** Puts the block in the place of the one that is there; answers whether there was one. */
export async function renew(mail: Compose, content: BlockContent, words: Words): Promise<boolean> {
  const kind = await mail.bodyKind();
  const body = await mail.body(kind);
  const { blocks } = found(kind, body, content.url);
  if (blocks.length === 0) return false;
  const after = replaced(body, blocks, blockAs(kind, content, words));
  if (after !== body) await mail.replaceBody(after, kind);
  return true;
}

/** Takes the block out; answers whether the link still stands somewhere. */
export async function takeOut(mail: Compose, url: string): Promise<boolean> {
  const kind = await mail.bodyKind();
  const body = await mail.body(kind);
  const { blocks, bare } = found(kind, body, url);
  if (blocks.length > 0) await mail.replaceBody(replaced(body, blocks, ""), kind);
  return bare;
}
