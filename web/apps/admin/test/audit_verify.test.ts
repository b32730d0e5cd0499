import { createHash, generateKeyPairSync, type KeyObject, sign } from "node:crypto";

import { expect, test } from "vitest";

import { checkpointsIn, linesOf, Tampered, verify } from "../src/audit/verify.ts";

// A log as the service writes one, made with Node's own primitives.

const TENANT = "01980000-0000-7000-8000-000000000000";
const NAME = `sealpost/audit/${TENANT}`;

const sha = (...parts: readonly Uint8Array[]) => {
  const hash = createHash("sha256");
  for (const part of parts) hash.update(part);
  return hash.digest();
};
const be64 = (number: number) => {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(BigInt(number));
  return bytes;
};

interface Signer {
  readonly text: string;
  readonly id: Buffer;
  readonly secret: KeyObject;
}

function signer(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32);
  const key = Buffer.concat([Buffer.of(1), raw]);
  const id = sha(Buffer.from(`${NAME}\n`), key).subarray(0, 4);
  return { text: `${NAME}+${id.toString("hex")}+${key.toString("base64")}`, id, secret: privateKey };
}

/** The root of the tree over these leaves, as RFC 6962 defines it. */
function root(leaves: readonly Buffer[]): Buffer {
  const [first] = leaves;
  if (!first) return sha();
  if (leaves.length === 1) return sha(Buffer.of(0), first);
  let split = 1;
  while (split * 2 < leaves.length) split *= 2;
  return sha(Buffer.of(1), root(leaves.slice(0, split)), root(leaves.slice(split)));
}

function checkpoint(hashes: readonly Buffer[], by: Signer): string {
  const text = `${NAME}\n${hashes.length}\n${root(hashes).toString("base64")}\nat 1790000000000\n`;
  const signature = Buffer.concat([by.id, sign(null, Buffer.from(text), by.secret)]);
  return `${text}\n\u2014 ${NAME} ${signature.toString("base64")}\n`;
}

interface Made {
  readonly lines: string[];
  readonly hashes: readonly Buffer[];
}

/** An export of so many entries, with a checkpoint behind each of `at`. */
function log(entries: number, at: readonly number[], by: Signer): Made {
  const lines = [
    JSON.stringify({
      type: "log",
      format: "sealpost-audit/1",
      tenant: TENANT,
      key: by.text,
      start: 0,
      start_hash: "00".repeat(32),
      start_nodes: [],
    }),
  ];
  const hashes: Buffer[] = [];
  let previous: Buffer = Buffer.alloc(32);
  for (let seq = 1; seq <= entries; seq += 1) {
    const payload = `{"number":${seq}}`;
    const transfer = seq % 2 === 0 ? TENANT : null;
    const fields = [
      Buffer.from("sealpost/audit/1"),
      previous,
      Buffer.from(TENANT.replaceAll("-", ""), "hex"),
      be64(seq),
      be64(1_790_000_000_000 + seq),
      Buffer.from("transfer.sent"),
      Buffer.from((transfer ?? "").replaceAll("-", ""), "hex"),
      Buffer.from(payload),
    ];
    const hash = sha(...fields.flatMap((field) => [be64(field.length), field]));
    lines.push(
      JSON.stringify({
        type: "entry",
        seq,
        at: 1_790_000_000_000 + seq,
        kind: "transfer.sent",
        transfer,
        payload,
        prev_hash: previous.toString("hex"),
        hash: hash.toString("hex"),
      }),
    );
    previous = hash;
    hashes.push(hash);
    if (at.includes(seq)) lines.push(JSON.stringify({ type: "checkpoint", note: checkpoint(hashes, by) }));
  }
  lines.push(JSON.stringify({ type: "end", seq: entries }));
  return { lines, hashes };
}

async function* each(lines: readonly string[]): AsyncGenerator<string> {
  yield* lines;
}

const check = (lines: readonly string[], key: string, kept: readonly string[] = []) =>
  verify(each(lines), { key, kept }, () => {});

async function reason(found: Promise<unknown>): Promise<string> {
  try {
    await found;
  } catch (error) {
    return error instanceof Tampered ? `${error.reason} ${error.entry ?? "–"}` : String(error);
  }
  return "nothing";
}

test("a log is what was signed, whatever its length", async () => {
  const by = signer();
  for (const entries of [1, 2, 3, 7, 8, 13]) {
    const { lines } = log(entries, [entries], by);
    const found = await check(lines, by.text);
    expect([found.first, found.last, found.signed]).toEqual([1, entries, entries]);
    expect(found.signedAt).toEqual(new Date(1_790_000_000_000));
  }
  const some = await check(log(9, [4, 6], by).lines, by.text);
  expect([some.last, some.signed]).toEqual([9, 6]);
});

test("whatever was done to a log is found", async () => {
  const by = signer();
  const { lines, hashes } = log(9, [4, 9], by);
  const changed = lines.map((line) => line.replace('{\\"number\\":3}', '{\\"number\\":4}'));
  expect(await reason(check(changed, by.text))).toBe("entry 3");
  expect(await reason(check(lines.toSpliced(2, 1), by.text))).toBe("entry 2");
  expect(await reason(check(lines.slice(0, -1), by.text))).toBe("cut_off –");
  expect(await reason(check([...lines, lines[1] ?? ""], by.text))).toBe("format –");
  expect(await reason(check(lines, signer().text))).toBe("key –");
  const forged = log(9, [4, 9], { ...by, secret: signer().secret });
  expect(await reason(check(forged.lines, by.text))).toBe("signature –");
  // Another history with hashes made anew, and one that was cut off, held against what was kept.
  const kept = [checkpoint(hashes, by)];
  expect(await reason(check(log(5, [5], by).lines, by.text, kept))).toBe("missing 6");
  const other = [checkpoint(hashes.toSpliced(3, 1, sha(Buffer.of(7))), by)];
  expect(await reason(check(lines, by.text, other))).toBe("checkpoint 9");
  expect(await check(lines, by.text, kept)).toMatchObject({ signed: 9 });
});

test("checkpoints of a file and lines of a stream are taken apart", async () => {
  const by = signer();
  const { hashes } = log(3, [], by);
  const notes = [checkpoint(hashes.slice(0, 1), by), checkpoint(hashes, by)];
  expect(checkpointsIn(notes.join(""))).toEqual(notes);
  expect(checkpointsIn("nothing")).toEqual([]);
  const bytes = new TextEncoder().encode("ä\nb\nc");
  const body = new ReadableStream<Uint8Array>({
    start(controller) {
      for (const byte of bytes) controller.enqueue(Uint8Array.of(byte));
      controller.close();
    },
  });
  const lines: string[] = [];
  for await (const line of linesOf(body)) lines.push(line);
  expect(lines).toEqual(["ä", "b", "c"]);
});
