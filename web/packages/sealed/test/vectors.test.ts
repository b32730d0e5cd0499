/**
 * What browser and command line make alike. `SEALPOST_RENEW_VECTORS=1` writes this side's file anew; the other's is written by the
 * tests of `crates/sealed`.
 */
import { existsSync, readFileSync, writeFileSync } from "node:fs";

import { expect, test } from "vitest";

import { seeded } from "./support.ts";
import { check, make, type Vectors } from "./zeroKnowledge.ts";

const OURS = new URL("../vectors/zero-knowledge.json", import.meta.url);
const THEIRS = new URL("../../../../crates/sealed/vectors/zero-knowledge.json", import.meta.url);

const read = (file: URL): Vectors => JSON.parse(readFileSync(file, "utf8"));

test("what is sealed here is what is in the repository", async () => {
  const renew = process.env.SEALPOST_RENEW_VECTORS === "1";
  const before = renew ? undefined : read(OURS);
  const made = await make(seeded(2027), before);
  if (renew) writeFileSync(OURS, `${JSON.stringify(made, null, 1)}\n`);
  expect(made).toEqual(read(OURS));
});

test("what is in the repository opens", async () => {
  const vectors = read(OURS);
  expect(vectors.made_by).toBe("web/packages/sealed");
  expect(await check(vectors)).toBeGreaterThanOrEqual(70);
});

test("what the command line has sealed opens, and sealed again it is the same", async () => {
  expect(existsSync(THEIRS), "crates/sealed/vectors/zero-knowledge.json is there").toBe(true);
  const vectors = read(THEIRS);
  expect(vectors.made_by).not.toBe("web/packages/sealed");
  expect(await check(vectors)).toBeGreaterThanOrEqual(22);
});

test("a vector that does not hold is told", async () => {
  const vectors = read(OURS);
  const [pair] = vectors.key_pairs;
  if (!pair) throw new Error("no pair");
  pair.fingerprint = pair.fingerprint.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
  const rest = { ...vectors, access: vectors.access.slice(0, 1).concat(vectors.access.slice(0, 1)) };
  await expect(check(rest)).rejects.toThrow("fingerprint");
  await expect(check({ ...rest, parts: [] })).rejects.toThrow("0 parts");
});
