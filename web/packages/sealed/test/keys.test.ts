import { readFileSync } from "node:fs";

import { expect, test } from "vitest";

import type { OwnerPlace, TransferPlace } from "../src/context.ts";
import { openFrom, sealTo, suite } from "../src/hpke.ts";
import { Key } from "../src/key.ts";
import {
  fingerprint,
  openContentKeyWith,
  openPrivateKey,
  openPrivateKeyWith,
  passkeyInput,
  passkeyKey,
  sealContentKeyTo,
  sealPrivateKey,
  sealPrivateKeyTo,
} from "../src/keys.ts";
import { PrivateKey } from "../src/x25519.ts";
import { fault, hex, idOf, seeded, unhex } from "./support.ts";

const PLACE: TransferPlace = { tenant: idOf(1), transfer: idOf(2) };
const OWNER: OwnerPlace = { tenant: idOf(1), owner: idOf(3) };
const PASSPHRASE = Key.from<"password">(new Uint8Array(32).fill(5));

const pair = (seed: number) => PrivateKey.generate(seeded(seed));

/** Section 5.2: the first of the iterated values, where the scalar is 9 and so is the base point. */
test("public keys are those of RFC 7748", async () => {
  const key = await PrivateKey.from(unhex("09".padEnd(64, "0")));
  expect(hex(key.publicKey)).toBe("422c8e7a6227d7bca1350b3e2bb7279f7897b87bb6854b783c60e80311ae3079");
  expect(await fault(PrivateKey.from(new Uint8Array(31)))).toBe("key_length");
});

test("vectors of RFC 9180 hold", async () => {
  const vector = JSON.parse(readFileSync(new URL("../vectors/rfc9180.json", import.meta.url), "utf8"));
  const key = await PrivateKey.from(unhex(vector.skRm));
  expect(hex(key.publicKey)).toBe(vector.pkRm);
  const ephemeral = await (await PrivateKey.from(unhex(vector.skEm))).pair();
  const recipientPublicKey = (await key.pair()).publicKey;
  const info = unhex(vector.info);
  const sender = await suite.createSenderContext({ recipientPublicKey, info, ekm: ephemeral });
  expect(hex(new Uint8Array(sender.enc))).toBe(vector.enc);
  const recipient = await suite.createRecipientContext({
    recipientKey: await key.pair(),
    enc: unhex(vector.enc),
    info,
  });
  expect(vector.encryptions.length).toBeGreaterThanOrEqual(4);
  for (const { aad, ct, pt } of vector.encryptions) {
    expect(hex(new Uint8Array(await sender.seal(unhex(pt), unhex(aad))))).toBe(ct);
    expect(hex(new Uint8Array(await recipient.open(unhex(ct), unhex(aad))))).toBe(pt);
  }
});

test("what is sealed to a key opens with its other half, for what it was sealed for, and whole", async () => {
  const [receiver, other] = [await pair(1), await pair(2)];
  const info = Uint8Array.of(1, 2, 3);
  const sealed = await sealTo(receiver.publicKey, info, Uint8Array.of(7, 8));
  expect(sealed).toHaveLength(32 + 2 + 16);
  expect(await openFrom(receiver, info, sealed)).toEqual(Uint8Array.of(7, 8));
  expect(await fault(openFrom(other, info, sealed))).toBe("locked");
  expect(await fault(openFrom(receiver, Uint8Array.of(1, 2), sealed))).toBe("locked");
  for (let at = 0; at < sealed.length; at += 1) {
    const damaged = sealed.slice();
    damaged[at] = (damaged[at] as number) ^ 0x80;
    expect(await fault(openFrom(receiver, info, damaged)), `byte ${at}`).toBe("locked");
    expect(await fault(openFrom(receiver, info, sealed.subarray(0, at))), `cut at ${at}`).toBe("locked");
  }
  const again = await sealTo(receiver.publicKey, info, Uint8Array.of(7, 8));
  expect(hex(again.subarray(0, 32))).not.toBe(hex(sealed.subarray(0, 32)));
});

test("to keys that give everybody the same secret, and to what is no key, nothing is sealed", async () => {
  for (const digits of [
    "00".repeat(32),
    `01${"00".repeat(31)}`,
    "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
    "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
    `ec${"ff".repeat(30)}7f`,
    `ed${"ff".repeat(30)}7f`,
    `ee${"ff".repeat(30)}7f`,
    "",
    "01".repeat(31),
    "01".repeat(33),
  ])
    expect(await fault(sealTo(unhex(digits), new Uint8Array(), Uint8Array.of(1))), digits).toBe("public_key");
});

test("a content key opens for the transfer that it was sealed for", async () => {
  const receiver = await pair(1);
  const content = Key.generate<"content">(seeded(4));
  const sealed = await sealContentKeyTo(receiver.publicKey, PLACE, content);
  expect(sealed).toHaveLength(80);
  expect((await openContentKeyWith(receiver, PLACE, sealed)).expose()).toEqual(content.expose());
  for (const place of [
    { ...PLACE, tenant: idOf(9) },
    { ...PLACE, transfer: idOf(9) },
  ])
    expect(await fault(openContentKeyWith(receiver, place, sealed))).toBe("locked");
});

test("a private key at rest opens with its owner's passphrase or passkey, in his place", async () => {
  const key = await pair(6);
  const passkey = await passkeyKey(OWNER, new Uint8Array(32).fill(8));
  for (const under of [PASSPHRASE, passkey]) {
    const sealed = await sealPrivateKey(under, OWNER, key);
    expect(sealed).toHaveLength(104);
    expect((await openPrivateKey(under, OWNER, key.publicKey, sealed)).expose()).toEqual(key.expose());
    const wrong = Key.from<"password">(new Uint8Array(32).fill(9));
    expect(await fault(openPrivateKey(wrong, OWNER, key.publicKey, sealed))).toBe("locked");
    for (const owner of [
      { ...OWNER, tenant: idOf(9) },
      { ...OWNER, owner: idOf(9) },
    ])
      expect(await fault(openPrivateKey(under, owner, key.publicKey, sealed))).toBe("locked");
    expect(await fault(openPrivateKey(under, OWNER, (await pair(7)).publicKey, sealed))).toBe("locked");
    for (const at of [0, 30, 60, 103]) {
      const damaged = sealed.slice();
      damaged[at] = (damaged[at] as number) ^ 1;
      expect(await fault(openPrivateKey(under, OWNER, key.publicKey, damaged)), `byte ${at}`).toBe("locked");
    }
  }
});

test("a private key that is handed over is the half of the key that it is said to be", async () => {
  const [receiver, key, other] = [await pair(1), await pair(6), await pair(7)];
  const sealed = await sealPrivateKeyTo(receiver.publicKey, OWNER, key);
  expect(sealed).toHaveLength(80);
  expect((await openPrivateKeyWith(receiver, OWNER, key.publicKey, sealed)).expose()).toEqual(key.expose());
  expect(await fault(openPrivateKeyWith(receiver, OWNER, other.publicKey, sealed))).toBe("locked");
  // Anybody can seal to a key: here somebody who calls another key that of the owner.
  const label = Buffer.from("sealpost/private-key-to/1\0");
  const info = new Uint8Array(Buffer.concat([label, OWNER.tenant, OWNER.owner, key.publicKey]));
  const forged = await sealTo(receiver.publicKey, info, other.expose());
  expect(await fault(openPrivateKeyWith(receiver, OWNER, key.publicKey, forged))).toBe("locked");
});

test("a fingerprint is the hash of label and key, in groups", async () => {
  const { publicKey } = await pair(1);
  const labelled = new Uint8Array(Buffer.concat([Buffer.from("sealpost/public-key/1\0"), publicKey]));
  const hash = hex(new Uint8Array(await crypto.subtle.digest("SHA-256", labelled))).slice(0, 32);
  const said = await fingerprint(publicKey);
  expect(said).toMatch(/^([0-9a-f]{4}-){7}[0-9a-f]{4}$/);
  expect(said.replaceAll("-", "")).toBe(hash);
  expect(await fault(fingerprint(publicKey.subarray(1)))).toBe("public_key");
});

test("what a passkey is asked for, and what it becomes, differ with owner and tenant", async () => {
  const asked = Buffer.concat([Buffer.from("sealpost/passkey-prf/1\0"), OWNER.tenant, OWNER.owner]);
  const hash = await crypto.subtle.digest("SHA-256", new Uint8Array(asked));
  expect(hex(await passkeyInput(OWNER))).toBe(hex(new Uint8Array(hash)));
  const output = new Uint8Array(32).fill(8);
  const keys = [OWNER, { ...OWNER, tenant: idOf(9) }, { ...OWNER, owner: idOf(9) }];
  const made = await Promise.all(keys.map(async (owner) => hex((await passkeyKey(owner, output)).expose())));
  expect(new Set(made).size).toBe(3);
  expect(await fault(passkeyKey(OWNER, output.subarray(1)))).toBe("key_length");
});
