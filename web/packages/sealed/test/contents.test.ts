import { createHash } from "node:crypto";

import { expect, test } from "vitest";

import { type Bound, CONTENTS_LENGTH, Contents } from "../src/contents.ts";
import { contexts } from "../src/context.ts";
import { Key } from "../src/key.ts";
import { seal } from "../src/message.ts";
import { counting, fault, hex, idOf, seeded } from "./support.ts";

const KEY = Key.from<"content">(new Uint8Array(32).fill(7));
const PLACE = { tenant: idOf(1), transfer: idOf(2) };
const file = (id: number, of = id) => ({ id: idOf(id), manifest: counting(of, 200) });
const bound: Bound = {
  subject: counting(1, 80),
  message: counting(2, 90),
  files: [file(9), file(3), file(4)],
};
const sha = (...pieces: (Uint8Array | string)[]) =>
  pieces.reduce((hash, piece) => hash.update(piece), createHash("sha256")).digest();

test("37 bytes bind the number of files, their ids in rising order, their manifests, and the words", async () => {
  const of = (id: number) => [idOf(id), sha(counting(id, 200))];
  const label = "sealpost/contents/1\0";
  const hash = sha(label, sha(counting(1, 80)), sha(counting(2, 90)), ...of(3), ...of(4), ...of(9));
  expect(hex((await Contents.of(bound)).encode())).toBe(`0100000003${hex(hash)}`);
  const none = sha(label, new Uint8Array(64), ...of(3));
  expect(hex((await Contents.of({ files: [file(3)] })).encode())).toBe(`0100000001${hex(none)}`);
});

test("what is sealed for a transfer opens there and matches what it was made of, in any order", async () => {
  const sealed = await (await Contents.of(bound)).seal(KEY, PLACE, seeded(1));
  expect(sealed).toHaveLength(CONTENTS_LENGTH);
  expect(CONTENTS_LENGTH).toBe(109);
  const opened = await Contents.open(KEY, PLACE, sealed);
  expect(opened.count).toBe(3);
  expect(opened.matches(await Contents.of({ ...bound, files: bound.files.toReversed() }))).toBe(true);
});

test("nothing can be left out, added, swapped, taken back or nulled", async () => {
  const contents = await Contents.of(bound);
  const [first, second, third] = bound.files as [Bound["files"][0], Bound["files"][0], Bound["files"][0]];
  const others: Bound[] = [
    { ...bound, files: [first, second] },
    { ...bound, files: [...bound.files, file(5)] },
    { ...bound, files: [first, second, file(4, 5)] },
    { ...bound, files: [first, second, file(5, 4)] },
    { ...bound, files: [{ ...first, id: second.id }, { ...second, id: first.id }, third] },
    { ...bound, subject: undefined },
    { ...bound, message: undefined },
    { ...bound, subject: bound.message, message: bound.subject },
    { ...bound, message: counting(3, 90) },
    { ...bound, message: new Uint8Array() },
  ];
  for (const other of others) expect(contents.matches(await Contents.of(other))).toBe(false);
});

test("a file that is there twice is refused", async () => {
  expect(await fault(Contents.of({ files: [file(3), file(4), file(3, 5)] }))).toBe("contents");
});

test("of another transfer, key, version or length nothing opens", async () => {
  const contents = await Contents.of(bound);
  const sealed = await contents.seal(KEY, PLACE);
  expect(await fault(Contents.open(KEY, { ...PLACE, transfer: idOf(3) }, sealed))).toBe("commitment");
  expect(await fault(Contents.open(Key.generate<"content">(), PLACE, sealed))).toBe("commitment");
  const as = async (plain: Uint8Array) => {
    const at = contexts.column({ tenant: PLACE.tenant, row: PLACE.transfer, name: "transfers.contents" });
    return fault(Contents.open(KEY, PLACE, await seal(KEY, at, plain)));
  };
  const plain = contents.encode();
  expect(await as(Uint8Array.of(2, ...plain.subarray(1)))).toBe("contents");
  expect(await as(plain.subarray(0, 36))).toBe("contents");
  expect(await as(Uint8Array.of(...plain, 0))).toBe("contents");
});
