/** Sealed columns: what people write (subject, message), bound to its row and column. */
import { type Bytes, text, utf8 } from "./bytes.ts";
import { type ColumnPlace, contexts } from "./context.ts";
import type { ContentKey } from "./key.ts";
import { open, seal } from "./message.ts";
import { type Random, systemRandom } from "./random.ts";

/** Seals a text for its place. */
export function sealText(
  key: ContentKey,
  place: ColumnPlace,
  value: string,
  random: Random = systemRandom,
): Promise<Bytes> {
  return seal(key, contexts.column(place), utf8(value), random);
}

/** The text that was sealed for this place; fails as `open` of a message does, and with `text` when it is not UTF-8. */
export async function openText(key: ContentKey, place: ColumnPlace, sealed: Uint8Array): Promise<string> {
  return text(await open(key, contexts.column(place), sealed));
}
