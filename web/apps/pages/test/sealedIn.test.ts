import {
  fingerprint,
  fromBase64url,
  openContentKeyWith,
  PrivateKey,
  readId,
  toBase64url,
} from "@sealpost/sealed";
import type { Sealers } from "@sealpost/sending/sealing/sealers.ts";
import { expect, test } from "vitest";

import type { Note } from "../src/request/note.ts";
import { KeyChanged, type Keys, SealedIn } from "../src/request/sealed/sealedIn.ts";

const [TENANT, TRANSFER] = ["0193a5f0-7c1e-7b2a-9d4e-5f6071829304", "0193a5f0-7c1e-7b2a-9d4e-5f6071829305"];
const PLACE = { tenant: readId(TENANT), transfer: readId(TRANSFER) };

async function told(key: PrivateKey) {
  return { public_key: toBase64url(key.publicKey), fingerprint: await fingerprint(key.publicKey) };
}

function into(keys: Keys): SealedIn {
  return new SealedIn({ transfer: TRANSFER } as Note, keys, {} as Sealers);
}

test("the content key is sealed to the receiver, and to the recovery key of his organisation if it has one", async () => {
  const [receiver, owner] = [await PrivateKey.generate(), await PrivateKey.generate()];
  const alone = { tenant: TENANT, receiver: await told(receiver) };
  const both = { ...alone, recovery: await told(owner) };
  const [one] = await into(alone).contentKeys();
  expect(one?.fingerprint).toBe(alone.receiver.fingerprint);
  expect(await into(alone).contentKeys()).toHaveLength(1);
  const sealed = await into(both).contentKeys();
  expect(sealed.map(({ fingerprint: of }) => of)).toEqual([
    both.receiver.fingerprint,
    both.recovery.fingerprint,
  ]);
  const opened = await Promise.all(
    [receiver, owner].map((key, at) =>
      openContentKeyWith(key, PLACE, fromBase64url(sealed[at]?.content_key ?? "") ?? new Uint8Array()),
    ),
  );
  expect(opened[0]?.expose()).toEqual(opened[1]?.expose());
  const foreign = { ...both, recovery: { ...both.recovery, public_key: both.receiver.public_key } };
  await expect(into(foreign).contentKeys()).rejects.toMatchObject({ kind: "public_key" });
});

test("a key that was not shown is told before anything is sealed to it, and a recovery key that is gone is not", async () => {
  const [receiver, other, owner] = await Promise.all(
    [0, 1, 2].map(async () => told(await PrivateKey.generate())),
  );
  if (!receiver || !other || !owner) throw new Error("there are three");
  const alone: Keys = { tenant: TENANT, receiver };
  const both: Keys = { ...alone, recovery: owner };
  const meet = (shown: Keys, now: Keys) => () => into(shown).meet(now);
  for (const [shown, now] of [
    [alone, { ...alone, receiver: other }],
    [both, { ...both, receiver: other }],
    [alone, both],
    [both, { ...both, recovery: other }],
  ] as const)
    expect(meet(shown, now)).toThrow(KeyChanged);
  for (const keys of [alone, both]) expect(meet(keys, { ...keys })).not.toThrow();
  const sealed = into(both);
  sealed.meet(alone);
  expect(await sealed.contentKeys()).toHaveLength(1);
});
