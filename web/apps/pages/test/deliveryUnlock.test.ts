import { Problem } from "@sealpost/api-client";
import {
  deriveAccess,
  encodePasswordParameters,
  Key,
  newFragmentSecret,
  newPasswordParameters,
  type PasswordKey,
  readId,
  SealedError,
  sealContentKey,
  sealText,
  toBase64url,
  wrapFileKey,
} from "@sealpost/sealed";
import { expect, test } from "vitest";

import type { Half, Proved } from "../src/delivery/calls.ts";
import { keepWhileAway, secretIn, takeBack, tokenOf } from "../src/delivery/secondPart.ts";
import { type Doing, unlock } from "../src/delivery/unlock.ts";
import { content, sealedFile } from "./deliveryKit.ts";

const TENANT = "0190a000-0000-7000-8000-000000000001";
const TRANSFER = "0190a000-0000-7000-8000-000000000002";
const FILE = "0190a000-0000-7000-8000-000000000003";
const place = { tenant: readId(TENANT), transfer: readId(TRANSFER) };

function problem(status: number, code: NonNullable<Problem["code"]>): Problem {
  return new Problem(status, { code }, undefined, undefined);
}

/** Argon2 is tested elsewhere; this is as different for different passwords. */
async function quickKey(password: string): Promise<PasswordKey> {
  const bytes = new TextEncoder().encode(password);
  return Key.from(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** A sealed transfer, and the service that has it: it counts what it is shown. */
async function sent(password?: string) {
  const secret = newFragmentSecret();
  const half = newFragmentSecret();
  const access = await deriveAccess(place, secret, half, password ? await quickKey(password) : undefined);
  const contentKey = Key.generate<"content">();
  const { manifest, sealed } = await sealedFile(content(5_000), 4_000, "../plan.pdf");
  const fileKey = Key.generate<"file">();
  const at = { ...place, file: readId(FILE) };
  const column = async (name: string, text: string) =>
    toBase64url(await sealText(contentKey, { tenant: place.tenant, row: place.transfer, name }, text));
  const told = (ticket: string): Half => ({
    sealing: {
      tenant: TENANT,
      transfer: TRANSFER,
      server_half: toBase64url(half),
      password_parameters: password ? toBase64url(encodePasswordParameters(newPasswordParameters())) : null,
    },
    ticket,
    expires_at: "2030-01-01T00:00:00Z",
  });
  const file = {
    id: FILE,
    size: sealed.length,
    sealing: {
      file_key: toBase64url(await wrapFileKey(contentKey, at, fileKey)),
      manifest: toBase64url(await manifest.seal(fileKey, at)),
    },
  };
  const delivery = {
    id: "d",
    sealing: {
      content_key: toBase64url(await sealContentKey(access.key, place, contentKey)),
      subject: await column("transfers.subject", "Plans"),
      message: await column("transfers.message", "Here they are."),
    },
    files: [file],
  } as unknown as Proved["delivery"];
  const shown: string[] = [];
  const service: Doing & { fresh: string } = {
    fresh: "one",
    verify: async () => {
      service.fresh = "two";
      return told("two");
    },
    prove: async (_, ticket, proof) => {
      shown.push(ticket);
      if (ticket !== service.fresh) throw problem(401, "unauthorized");
      if (proof !== toBase64url(access.proof)) throw problem(403, "wrong_proof");
      return { grant: "g", expires_at: "2030-01-01T00:00:00Z", delivery };
    },
    derive: (typed) => quickKey(typed),
  };
  return { secret, half: told("one"), service, shown, delivery, file };
}

test("link, half and password together open names, words and files, and none of them alone", async () => {
  const { secret, half, service } = await sent("correct horse");
  const opened = await unlock("t", secret, half, "correct horse", service);
  expect(opened).toMatchObject({
    subject: "Plans",
    message: "Here they are.",
    grant: "g",
    transfer: TRANSFER,
  });
  expect(opened.files[0]?.name).toBe("plan.pdf");
  for (const [link, password] of [
    [secret, "wrong"],
    [secret, undefined],
    [newFragmentSecret(), "correct horse"],
  ] as const)
    await expect(unlock("t", link, half, password, service)).rejects.toMatchObject({
      code: "wrong_proof",
    });
});

test("a ticket whose time is over is asked for once more, by itself", async () => {
  const { secret, half, service, shown } = await sent();
  service.fresh = "another";
  expect((await unlock("t", secret, half, undefined, service)).subject).toBe("Plans");
  expect(shown).toEqual(["one", "two"]);
});

test("a file that does not open, or of which some is missing, keeps nobody from the others", async () => {
  const { secret, half, service, delivery, file } = await sent();
  const short = { ...file, size: file.size - 1 };
  const other = { ...file, id: TRANSFER };
  Object.assign(delivery, { files: [short, file, other] });
  const { files } = await unlock("t", secret, half, undefined, service);
  expect(files.map(({ name }) => name)).toEqual([undefined, "plan.pdf", undefined]);
});

test("what proves and does not open is told from a wrong link", async () => {
  const { secret, half, service, delivery } = await sent();
  Object.assign(delivery.sealing ?? {}, { content_key: toBase64url(new Uint8Array(104)) });
  const failing = unlock("t", secret, half, undefined, service);
  await expect(failing).rejects.toBeInstanceOf(SealedError);
  await expect(failing).rejects.toMatchObject({ kind: "locked" });
});

test("the second part is found in whatever somebody was given, and in nothing else", () => {
  const written = toBase64url(new Uint8Array(32).fill(9));
  for (const text of [written, `#${written}`, ` ${written}\n`, `https://x.example/t/abc#${written}`])
    expect(secretIn(text)?.written, text).toBe(written);
  // The last character has bits that no byte has: one link has one spelling.
  const another = `${written.slice(0, -1)}${written.endsWith("k") ? "l" : "k"}`;
  for (const text of [
    "",
    "#",
    written.slice(1),
    `${written}A`,
    `${written}#`,
    `#${written}?x`,
    another.slice(0, 42),
  ])
    expect(secretIn(text), text).toBeUndefined();
  expect(tokenOf("/t/abc")).toBe("abc");
  expect(tokenOf("/t/abc/report")).toBeUndefined();
});

test("whoever signs in elsewhere finds the second part again, once, and for this link alone", () => {
  const kept = new Map<string, string>();
  const storage = {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
  };
  keepWhileAway("abc", "secret", storage);
  expect(takeBack("other", storage)).toBeUndefined();
  keepWhileAway("abc", "secret", storage);
  expect(takeBack("abc", storage)).toBe("secret");
  expect(kept.size).toBe(0);
  expect(takeBack("abc", storage)).toBeUndefined();
});
