import {
  fingerprint,
  fromBase64url,
  Key,
  openContentKeyWith,
  PrivateKey,
  toBase64url,
} from "@sealpost/sealed";
import { expect, test } from "vitest";

import { forRecovery } from "../src/sealing/recovery.ts";

const PLACE = { tenant: new Uint8Array(16).fill(1), transfer: new Uint8Array(16).fill(2) };

test("the content key is sealed to the recovery key that counts, and opens with its other half", async () => {
  const [content, owner] = [Key.generate<"content">(), await PrivateKey.generate()];
  const told = {
    public_key: toBase64url(owner.publicKey),
    fingerprint: await fingerprint(owner.publicKey),
  };
  const { recovery } = await forRecovery(PLACE, content, async () => told);
  expect(recovery?.fingerprint).toBe(told.fingerprint);
  const sealed = fromBase64url(recovery?.content_key ?? "") ?? new Uint8Array();
  expect(sealed.length).toBe(80);
  expect((await openContentKeyWith(owner, PLACE, sealed)).expose()).toEqual(content.expose());
  const other = await PrivateKey.generate();
  await expect(openContentKeyWith(other, PLACE, sealed)).rejects.toThrow();
});

test("without a recovery key nothing is said of one, and to one that is none, or not the one that is shown, nothing is sealed", async () => {
  const content = Key.generate<"content">();
  expect(await forRecovery(PLACE, content, async () => undefined)).toEqual({});
  const nothing = await fingerprint(new Uint8Array(32));
  for (const public_key of ["", "x", "A".repeat(43)]) {
    const told = { public_key, fingerprint: nothing };
    await expect(forRecovery(PLACE, content, async () => told)).rejects.toThrow();
  }
  const [one, other] = [await PrivateKey.generate(), await PrivateKey.generate()];
  const shown = { public_key: toBase64url(one.publicKey), fingerprint: await fingerprint(other.publicKey) };
  await expect(forRecovery(PLACE, content, async () => shown)).rejects.toMatchObject({ kind: "public_key" });
});
