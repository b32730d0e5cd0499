import { expect, test } from "vitest";

import { Key } from "../src/key.ts";
import { fingerprint } from "../src/keys.ts";
import { encodePasswordParameters, newPasswordParameters } from "../src/password.ts";
import {
  readRecoveryFile,
  unlockRecoveryKey,
  writeLockedRecoveryKey,
  writeRecoveryKey,
  writeRecoveryPublicKey,
} from "../src/recovery.ts";
import { fromBase64url, toBase64url } from "../src/secret.ts";
import { PrivateKey } from "../src/x25519.ts";
import { dice, fault, seeded } from "./support.ts";

const PASSPHRASE = Key.from<"password">(new Uint8Array(32).fill(5));
const PARAMETERS = newPasswordParameters(seeded(2));

const key = () => PrivateKey.generate(seeded(1));
const files = async () => {
  const one = await key();
  return {
    open: await writeRecoveryKey(one),
    locked: await writeLockedRecoveryKey(one, PASSPHRASE, PARAMETERS, seeded(3)),
    public: await writeRecoveryPublicKey(one.publicKey),
  };
};

test("a file is the lines of the format", async () => {
  const one = await key();
  const [open, half] = [toBase64url(one.expose()), toBase64url(one.publicKey)];
  const print = await fingerprint(one.publicKey);
  const written = await files();
  expect(written.open).toBe(
    `sealpost recovery key 1\npublic ${half}\nprivate ${open}\nfingerprint ${print}\n`,
  );
  expect(written.public).toBe(`sealpost recovery public key 1\npublic ${half}\nfingerprint ${print}\n`);
  const locked = /^locked (.*)$/m.exec(written.locked)?.[1] ?? "";
  const bytes = fromBase64url(locked);
  expect(bytes?.length).toBe(29 + 104);
  expect(bytes?.slice(0, 29)).toEqual(encodePasswordParameters(PARAMETERS));
});

test("what is written is read, with either kind of line end", async () => {
  const one = await key();
  const written = await files();
  for (const change of [
    (text: string) => text,
    (text: string) => text.replaceAll("\n", "\r\n"),
    (text: string) => text.trimEnd(),
  ]) {
    const open = await readRecoveryFile(change(written.open));
    expect(open.privateKey?.expose()).toEqual(one.expose());
    const locked = await readRecoveryFile(change(written.locked));
    if (!locked.locked) throw new Error("it is locked");
    expect(locked.locked.parameters).toEqual(PARAMETERS);
    const unlocked = await unlockRecoveryKey(PASSPHRASE, locked.publicKey, locked.locked.sealed);
    expect(unlocked.expose()).toEqual(one.expose());
    const half = await readRecoveryFile(change(written.public));
    expect(half).toEqual({ publicKey: one.publicKey, fingerprint: await fingerprint(one.publicKey) });
  }
});

test("a locked key opens with its passphrase only, and nobody is told what is wrong", async () => {
  const read = await readRecoveryFile((await files()).locked);
  if (!read.locked) throw new Error("it is locked");
  const { sealed } = read.locked;
  const wrong = Key.from<"password">(new Uint8Array(32).fill(9));
  expect(await fault(unlockRecoveryKey(wrong, read.publicKey, sealed))).toBe("locked");
  const other = await PrivateKey.generate(seeded(9));
  expect(await fault(unlockRecoveryKey(PASSPHRASE, other.publicKey, sealed))).toBe("locked");
  for (const at of [0, 30, 60, 103]) {
    const damaged = sealed.slice();
    damaged[at] = (damaged[at] as number) ^ 1;
    expect(await fault(unlockRecoveryKey(PASSPHRASE, read.publicKey, damaged))).toBe("locked");
  }
});

test("a character that is changed anywhere in a file makes it none, or leaves a locked key that does not open", async () => {
  const roll = dice(6);
  for (const [kind, text] of Object.entries(await files()))
    for (let round = 0; round < 150; round += 1) {
      const at = roll(text.length);
      const to = String.fromCharCode(32 + roll(95));
      const changed = text.slice(0, at) + to + text.slice(at + 1);
      if (to === text[at]) continue;
      const read = await readRecoveryFile(changed).catch((error: { kind: string }) => error.kind);
      if (read === "recovery_file") continue;
      if (kind !== "locked" || typeof read === "string" || !read.locked) expect.fail(changed);
      // Another salt or another cost makes another key of the passphrase.
      const isOther =
        encodePasswordParameters(read.locked.parameters).join() !==
        encodePasswordParameters(PARAMETERS).join();
      if (!isOther)
        expect(await fault(unlockRecoveryKey(PASSPHRASE, read.publicKey, read.locked.sealed))).toBe("locked");
    }
});

test("lines that lack, repeat or change places make no file", async () => {
  const written = await files();
  for (const text of Object.values(written)) {
    const lines = text.trimEnd().split("\n");
    const orders = lines.flatMap((line, at) => [
      lines.filter((_, other) => other !== at),
      [...lines.slice(0, at), line, ...lines.slice(at)],
      [...lines.slice(at + 1), ...lines.slice(0, at + 1)],
    ]);
    for (const order of orders) {
      if (order.join() === lines.join()) continue;
      expect(await fault(readRecoveryFile(order.join("\n"))), order.join("\n")).toBe("recovery_file");
    }
  }
  for (const text of ["", "\n", "sealpost recovery key 1", written.open + written.open, ` ${written.open}`])
    expect(await fault(readRecoveryFile(text))).toBe("recovery_file");
});

test("costs outside of their bounds make no file", async () => {
  const one = await key();
  const costly = { ...PARAMETERS, memoryKib: 1024 * 1024 };
  expect(await fault(readRecoveryFile(await writeLockedRecoveryKey(one, PASSPHRASE, costly)))).toBe(
    "recovery_file",
  );
});
