import {
  derivePasswordKey,
  Key,
  type PasskeyKey,
  PrivateKey,
  SealedError,
  sealPrivateKey,
  toBase64url,
} from "@sealpost/sealed";
import { expect, test } from "vitest";
import type { OwnPair, OwnPairs, TeamPairs } from "../src/keys/calls.ts";
import {
  current,
  openByPasskey,
  openByPassphrase,
  openTeam,
  placeOf,
  publicKeyOf,
  sealedToMember,
  underPassphrase,
} from "../src/keys/ring.ts";
import { strengthOf } from "../src/keys/strength.ts";

const TENANT = "01890000-0000-7000-8000-000000000001";
const ANNA = "01890000-0000-7000-8000-000000000002";
const TEAM = "01890000-0000-7000-8000-000000000003";
const owned = { tenant: TENANT, owner: ANNA };

/** Costs that a test can pay: what is sealed with says which. */
const derive: typeof derivePasswordKey = (passphrase, parameters) =>
  derivePasswordKey(passphrase, { ...parameters, memoryKib: 64, passes: 1 });

async function told(key: PrivateKey) {
  const { fingerprint } = await import("@sealpost/sealed");
  return { public_key: toBase64url(key.publicKey), fingerprint: await fingerprint(key.publicKey) };
}

async function pairOf(key: PrivateKey, passphrase: string, retired?: string): Promise<OwnPair> {
  return {
    id: crypto.randomUUID(),
    ...(await told(key)),
    created_at: "2026-01-01T00:00:00Z",
    ...(retired && { retired_at: retired }),
    revision: 1,
    passphrase: await underPassphrase(owned, key, passphrase, derive),
    passkeys: [],
  };
}

function list(...key_pairs: OwnPair[]): OwnPairs {
  return { ...owned, prf_input: toBase64url(new Uint8Array(32)), key_pairs };
}

const isLocked = (error: unknown) => error instanceof SealedError && error.kind === "locked";

test("a passphrase opens all pairs that lie under it, and has to open the one that is wanted", async () => {
  const [old, now] = [await PrivateKey.generate(), await PrivateKey.generate()];
  const own = list(await pairOf(now, "new"), await pairOf(old, "old", "2026-02-01T00:00:00Z"));
  const [second, first] = own.key_pairs as [OwnPair, OwnPair];
  expect(current(own.key_pairs)).toBe(second);
  const ring = await openByPassphrase(own, "new", derive);
  expect([...ring.keys()]).toEqual([second.fingerprint]);
  expect(ring.get(second.fingerprint)?.expose()).toEqual(now.expose());
  await expect(openByPassphrase(own, "old", derive)).rejects.toSatisfy(isLocked);
  const before = await openByPassphrase(own, "old", derive, first.fingerprint);
  expect(before.get(first.fingerprint)?.expose()).toEqual(old.expose());
  await expect(openByPassphrase(own, "no", derive, first.fingerprint)).rejects.toSatisfy(isLocked);
  await expect(openByPassphrase(list(), "no", derive)).rejects.toSatisfy(isLocked);
});

test("a passkey opens the pairs that it was let open, and no others", async () => {
  const key = await PrivateKey.generate();
  const made = Key.from<"passkey">(crypto.getRandomValues(new Uint8Array(32))) satisfies PasskeyKey;
  const pair = await pairOf(key, "p");
  const sealed = toBase64url(await sealPrivateKey(made, placeOf(owned), key));
  const own = list({
    ...pair,
    passkeys: [{ passkey_id: ANNA, credential_id: "abcd", private_key: sealed }],
  });
  expect((await openByPasskey(own, "abcd", made)).get(pair.fingerprint)?.expose()).toEqual(key.expose());
  await expect(openByPasskey(own, "efgh", made)).rejects.toSatisfy(isLocked);
});

test("a team's key goes from member to member, each opening it with his own", async () => {
  const [anna, bert, shared] = [
    await PrivateKey.generate(),
    await PrivateKey.generate(),
    await PrivateKey.generate(),
  ];
  const member = async (key: PrivateKey) => ({ user_id: ANNA, email: "a@b", name: "", ...(await told(key)) });
  const team: TeamPairs = { tenant: TENANT, owner: TEAM, key_pairs: [], members: [] };
  const pairTo = async (key: PrivateKey) => ({
    id: TEAM,
    ...(await told(shared)),
    created_at: "",
    held_by: [],
    private_key: await sealedToMember(team, shared, await member(key)),
  });
  const ringOf = async (key: PrivateKey) => new Map([[(await told(key)).fingerprint, key]]);
  const opened = await openTeam(team, await pairTo(anna), await ringOf(anna));
  expect(opened.expose()).toEqual(shared.expose());
  await expect(openTeam(team, await pairTo(anna), await ringOf(bert))).rejects.toSatisfy(isLocked);
  // Of another team it is not.
  const other = { ...team, owner: ANNA };
  await expect(openTeam(other, await pairTo(anna), await ringOf(anna))).rejects.toSatisfy(isLocked);
});

test("a public key is the one whose fingerprint is shown", async () => {
  const [one, other] = [await told(await PrivateKey.generate()), await told(await PrivateKey.generate())];
  await expect(publicKeyOf(one)).resolves.toHaveLength(32);
  await expect(publicKeyOf({ ...one, fingerprint: other.fingerprint })).rejects.toMatchObject({
    kind: "public_key",
  });
});

test("what is easily guessed is told to be", () => {
  const said = (text: string) => strengthOf(text);
  expect(said("Quitte 7")).toBe("short");
  for (const weak of [
    "aaaaaaaaaaaaaaaa",
    "password1234",
    "1234567890123456",
    "Anna Anna Anna Anna",
    "sommer 2026 !",
  ])
    expect(said(weak), weak).toBe("weak");
  expect(said("Quitte im Nebel 7 Birnen")).toBe("fair");
  for (const strong of ["lampe gurke turm wolke pfeffer kamin", "k3v9x-a7bq2-mm4tz-9pfw5"])
    expect(said(strong), strong).toBe("strong");
});
