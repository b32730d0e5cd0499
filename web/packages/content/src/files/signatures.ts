import type { FileKind } from "./kinds.ts";
import table from "./signatures.json" with { type: "json" };
import type { Sniffed } from "./sniff.ts";

/** Where signatures of discs begin: found there, they would hide what stands in front of them. */
const BEFORE_DISCS = 32 << 10;

/**
 * The long tail: the signatures of the crate `file-format` (MIT or Apache-2.0), which the service has, in its order. A line is a
 * format, what the service takes it for, and what it may begin with: parts joined by `+`, each bytes in hex, with the place in front.
 */
const ROWS = table as unknown as readonly (readonly [
  format: string,
  kind: string,
  values: readonly string[],
])[];

export function sniffKnown(bytes: Uint8Array): Sniffed {
  const head = bytes.subarray(0, BEFORE_DISCS);
  const row = ROWS.find(([, , values]) => values.some((value) => fits(head, value)));
  const [format, kind] = row ?? ["unknown", "unknown"];
  if (kind === "unknown") return { format: "unknown", kinds: [], next: "end" };
  if (kind === "other") return { format, kinds: ["other"], next: "end" };
  return { format, kinds: [kind as FileKind], next: kind === "archive" ? "closed" : "settled" };
}

function fits(head: Uint8Array, value: string): boolean {
  return value.split("+").every((part) => {
    const colon = part.indexOf(":");
    const at = colon < 0 ? 0 : Number(part.slice(0, colon));
    const hex = part.slice(colon + 1);
    for (let index = 0; index * 2 < hex.length; index += 1) {
      if (head[at + index] !== Number.parseInt(hex.slice(index * 2, index * 2 + 2), 16)) return false;
    }
    return true;
  });
}
