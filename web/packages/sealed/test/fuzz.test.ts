/** What reads bytes or text of others: whatever comes, it is read exactly or refused by name. */
import { expect, test } from "vitest";

import { SealedError } from "../src/error.ts";
import { Key } from "../src/key.ts";
import { Manifest } from "../src/manifest.ts";
import { readRecoveryFile } from "../src/recovery.ts";
import { dice, idOf } from "./support.ts";

const ROUNDS = 20_000;

/** The bytes with some of them changed, cut out, put in or doubled. */
function mutated(bytes: Uint8Array, roll: (below: number) => number): Uint8Array {
  let changed = Array.from(bytes);
  for (let times = 1 + roll(4); times > 0; times -= 1) {
    const at = roll(changed.length + 1);
    const some = changed.slice(at, at + roll(60));
    switch (roll(5)) {
      case 0:
        changed[Math.min(at, changed.length - 1)] = roll(256);
        break;
      case 1:
        changed.splice(at, roll(60));
        break;
      case 2:
        changed.splice(at, 0, ...some);
        break;
      case 3:
        changed.splice(at, 0, ...Array.from({ length: roll(9) }, () => [0, 255, roll(256)][roll(3)] ?? 0));
        break;
      default:
        changed = changed.slice(0, at);
    }
  }
  return Uint8Array.from(changed.filter((byte) => byte !== undefined));
}

test("manifests are read in one spelling, or refused", () => {
  const roll = dice(20_270_101);
  const upload = (number: number) => ({
    id: idOf(number),
    key: Key.from<"upload">(new Uint8Array(32).fill(number)),
  });
  const salt = new Uint8Array(24);
  const bytes = new Manifest({
    name: "Übersicht.pdf",
    mediaType: "application/pdf",
    crc32: 1,
    uploads: [upload(1), upload(2)],
    parts: [0n, 1n, 2n].map((sequence) => ({ upload: Number(sequence % 2n), sequence, length: 5, salt })),
  }).encode();
  let read = 0;
  for (let round = 0; round < ROUNDS; round += 1) {
    const changed = mutated(bytes, roll);
    try {
      const manifest = Manifest.decode(changed);
      expect(Buffer.compare(manifest.encode(), changed)).toBe(0);
      read += 1;
    } catch (error) {
      if (!(error instanceof SealedError && error.kind === "manifest")) throw error;
    }
  }
  // Both ways are gone.
  expect(read).toBeGreaterThan(ROUNDS / 100);
  expect(read).toBeLessThan(ROUNDS / 2);
});

test("texts that are no file of a recovery key are refused by name", async () => {
  const roll = dice(20_270_102);
  const words = [
    "sealpost recovery key 1",
    "sealpost recovery public key 1",
    "public ",
    "private ",
    "locked ",
  ];
  const more = ["fingerprint ", "A".repeat(43), "0000-".repeat(8), "\n", "\r\n", " ", "\0", "\u{1f511}"];
  const pieces = [...words, ...more];
  for (let round = 0; round < ROUNDS / 10; round += 1) {
    const text = Array.from({ length: roll(14) }, () => pieces[roll(pieces.length)]).join("");
    const kind = await readRecoveryFile(text).then(
      () => "read",
      (error: { kind?: string }) => error.kind ?? String(error),
    );
    expect(kind, JSON.stringify(text)).toBe("recovery_file");
  }
});
