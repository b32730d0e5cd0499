import { inspect } from "node:util";

import { expect, test } from "vitest";

import { deriveAccess, openContentKey, sealContentKey } from "../src/access.ts";
import { openText, sealText } from "../src/columns.ts";
import { type ColumnPlace, readId, type TransferPlace } from "../src/context.ts";
import { Key } from "../src/key.ts";
import { open, seal } from "../src/message.ts";
import { fromBase64url, newFragmentSecret, readFragment, toBase64url } from "../src/secret.ts";
import { unwrapFileKey, unwrapUploadKey, wrapFileKey, wrapUploadKey } from "../src/wrap.ts";
import { PrivateKey } from "../src/x25519.ts";
import { dice, fault, hex, idOf, seeded, unhex } from "./support.ts";

const PLACE: TransferPlace = { tenant: idOf(1), transfer: idOf(2) };
const SECRET = new Uint8Array(32).fill(3);
const HALF = new Uint8Array(32).fill(4);
const PASSWORD = Key.from<"password">(new Uint8Array(32).fill(5));

/** HMAC-SHA-512 by hand of the contract: RFC 5869 with a salt of zeros. */
async function hkdf(secret: Uint8Array, info: Uint8Array): Promise<string> {
  const mac = async (key: Uint8Array, data: Uint8Array) => {
    const from = new Uint8Array(key);
    const imported = await crypto.subtle.importKey("raw", from, { name: "HMAC", hash: "SHA-512" }, false, [
      "sign",
    ]);
    return new Uint8Array(await crypto.subtle.sign("HMAC", imported, new Uint8Array(data)));
  };
  const extracted = await mac(new Uint8Array(64), secret);
  return hex((await mac(extracted, Buffer.concat([info, Uint8Array.of(1)]))).subarray(0, 32));
}

test("key and proof are made of link, server half and password, each in its own way", async () => {
  const label = (name: string) =>
    Buffer.concat([Buffer.from(`sealpost/${name}/1\0`), PLACE.tenant, PLACE.transfer]);
  for (const password of [undefined, PASSWORD]) {
    const secret = Buffer.concat([SECRET, HALF, password?.expose() ?? new Uint8Array()]);
    const access = await deriveAccess(PLACE, SECRET, HALF, password);
    expect(hex(access.key.expose())).toBe(await hkdf(secret, label("access-key")));
    expect(hex(access.proof)).toBe(await hkdf(secret, label("access-proof")));
  }
});

test("a content key opens with link, half and password of its own transfer only, and nobody is told what is wrong", async () => {
  const content = Key.generate<"content">(seeded(1));
  const { key } = await deriveAccess(PLACE, SECRET, HALF, PASSWORD);
  const sealed = await sealContentKey(key, PLACE, content, seeded(2));
  expect(sealed).toHaveLength(104);
  expect((await openContentKey(key, PLACE, sealed)).expose()).toEqual(content.expose());
  const other = new Uint8Array(32).fill(9);
  const tries = [
    deriveAccess(PLACE, other, HALF, PASSWORD),
    deriveAccess(PLACE, SECRET, other, PASSWORD),
    deriveAccess(PLACE, HALF, SECRET, PASSWORD),
    deriveAccess(PLACE, SECRET, HALF),
    deriveAccess(PLACE, SECRET, HALF, Key.from(other)),
    deriveAccess({ ...PLACE, transfer: idOf(9) }, SECRET, HALF, PASSWORD),
  ];
  for (const access of tries)
    expect(await fault(openContentKey((await access).key, PLACE, sealed))).toBe("locked");
  for (const place of [
    { ...PLACE, tenant: idOf(9) },
    { ...PLACE, transfer: idOf(9) },
  ])
    expect(await fault(openContentKey(key, place, sealed))).toBe("locked");
  for (let at = 0; at < sealed.length; at += 1) {
    const damaged = sealed.slice();
    damaged[at] = (damaged[at] as number) ^ 0x80;
    expect(await fault(openContentKey(key, PLACE, damaged)), `byte ${at}`).toBe("locked");
    expect(await fault(openContentKey(key, PLACE, sealed.subarray(0, at))), `cut at ${at}`).toBe("locked");
  }
});

test("halves of another length are none", async () => {
  for (const [secret, half] of [
    [new Uint8Array(31), HALF],
    [SECRET, new Uint8Array(33)],
    [new Uint8Array(), new Uint8Array(64)],
  ] as const)
    expect(await fault(deriveAccess(PLACE, secret, half))).toBe("key_length");
});

test("columns open in their place only, as the text that they were", async () => {
  const key = Key.generate<"content">(seeded(3));
  const place: ColumnPlace = { tenant: idOf(1), row: idOf(2), name: "transfers.subject" };
  for (const text of ["", "Grüße\n", "\ufeffx", "🔑".repeat(9000)])
    expect(await openText(key, place, await sealText(key, place, text))).toBe(text);
  const sealed = await sealText(key, place, "text");
  for (const other of [
    { ...place, tenant: idOf(9) },
    { ...place, row: idOf(9) },
    { ...place, name: "transfers.message" },
  ])
    expect(await fault(openText(key, other, sealed))).toBe("commitment");
  const context = Buffer.concat([
    Buffer.from("sealpost/column/1\0"),
    place.tenant,
    place.row,
    Uint8Array.of(0, 17),
    Buffer.from(place.name),
  ]);
  expect(new TextDecoder().decode(await open(key, context, sealed))).toBe("text");
  expect(await fault(openText(key, place, await seal(key, context, Uint8Array.of(0xff))))).toBe("text");
});

test("keys open where they were wrapped only, and as what they are", async () => {
  const content = Key.generate<"content">(seeded(4));
  const [upload, file] = [Key.generate<"upload">(seeded(5)), Key.generate<"file">(seeded(6))];
  const [uploadPlace, filePlace] = [
    { ...PLACE, upload: idOf(7) },
    { ...PLACE, file: idOf(7) },
  ];
  const wrapped = await wrapUploadKey(content, uploadPlace, upload);
  expect((await unwrapUploadKey(content, uploadPlace, wrapped)).expose()).toEqual(upload.expose());
  expect(await fault(unwrapUploadKey(content, { ...uploadPlace, upload: idOf(8) }, wrapped))).toBe(
    "commitment",
  );
  expect(await fault(unwrapFileKey(content, filePlace, wrapped))).toBe("commitment");
  const wrappedFile = await wrapFileKey(content, filePlace, file);
  expect((await unwrapFileKey(content, filePlace, wrappedFile)).expose()).toEqual(file.expose());
  expect(await fault(unwrapFileKey(content, { ...filePlace, transfer: idOf(8) }, wrappedFile))).toBe(
    "commitment",
  );
});

test("a link's secret has one spelling", () => {
  const secret = newFragmentSecret(seeded(1));
  const text = toBase64url(secret);
  expect(text).toMatch(/^[A-Za-z0-9_-]{43}$/);
  expect(readFragment(text)).toEqual(secret);
  const known = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  expect(readFragment(known)).toEqual(Uint8Array.from({ length: 32 }, (_, at) => at));
  for (const other of [
    "",
    `#${known}`,
    `${known}=`,
    known.slice(0, -1),
    `${known}A`,
    // The last two bits belong to no byte.
    `${known.slice(0, -1)}9`,
    `${known.slice(0, -1)} `,
    `${known.slice(0, -2)}+8`,
    "ä".repeat(43),
  ])
    expect(() => readFragment(other), other).toThrow("not the secret part of a link");
});

test("any bytes come back from base64url, and what is read is written so again", () => {
  const roll = dice(8);
  const alphabet = "ABYZabyz0189-_+/= \n";
  for (let round = 0; round < 2000; round += 1) {
    const bytes = Uint8Array.from({ length: roll(50) }, () => roll(256));
    expect(fromBase64url(toBase64url(bytes))).toEqual(bytes);
    const text = Array.from({ length: roll(12) }, () => alphabet[roll(alphabet.length)]).join("");
    const read = fromBase64url(text);
    if (read) expect(toBase64url(read)).toBe(text);
  }
});

test("ids are those that the API writes", async () => {
  expect(hex(readId("0190a000-0000-7000-8000-00000000000f"))).toBe("0190a00000007000800000000000000f");
  for (const other of ["", "0190a00000007000800000000000000f", "0190A000-0000-7000-8000-00000000000f"])
    expect(() => readId(other)).toThrow(RangeError);
  await expect(deriveAccess({ ...PLACE, tenant: new Uint8Array(15) }, SECRET, HALF)).rejects.toThrow(
    RangeError,
  );
});

test("nothing secret is printed", async () => {
  const secret = new Uint8Array(32).fill(0xab);
  const key = Key.from<"content">(secret);
  await key.mac();
  const pair = await PrivateKey.from(secret);
  const shown = [key, pair].flatMap((it) => [
    inspect(it, { depth: 9, showHidden: true }),
    JSON.stringify(it),
    String(it),
  ]);
  for (const text of shown) expect(text.toLowerCase()).not.toMatch(/171, 171|abab|171,171/);
  expect(pair.publicKey).not.toEqual(secret);
  expect(key.expose()).toEqual(unhex("ab".repeat(32)));
});
