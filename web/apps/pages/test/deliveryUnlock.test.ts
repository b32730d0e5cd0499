import { Problem } from "@sealpost/api-client";
import {
  Contents,
  deriveAccess,
  encodePasswordParameters,
  fromBase64url,
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
import { type Doing, parametersOf, unlock } from "../src/delivery/unlock.ts";
import { NotWhole } from "../src/delivery/whole.ts";
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
async function sent(password?: string, names = ["../plan.pdf"]) {
  const secret = newFragmentSecret();
  const half = newFragmentSecret();
  const access = await deriveAccess(place, secret, half, password ? await quickKey(password) : undefined);
  const contentKey = Key.generate<"content">();
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
  const fileOf = async (name: string, number: number) => {
    const { manifest, sealed } = await sealedFile(content(5_000), 4_000, name);
    const id = `${FILE.slice(0, -1)}${number + 3}`;
    const [fileKey, at] = [Key.generate<"file">(), { ...place, file: readId(id) }];
    const sealing = {
      file_key: toBase64url(await wrapFileKey(contentKey, at, fileKey)),
      manifest: toBase64url(await manifest.seal(fileKey, at)),
    };
    return { id, size: sealed.length, sealing };
  };
  const files = await Promise.all(names.map(fileOf));
  const [file] = files as [(typeof files)[0]];
  const [subject, message] = [
    await column("transfers.subject", "Plans"),
    await column("transfers.message", "Here they are."),
  ];
  const bound = await Contents.of({
    subject: bytes(subject),
    message: bytes(message),
    files: files.map(({ id, sealing }) => ({ id: readId(id), manifest: bytes(sealing.manifest) })),
  });
  const delivery = {
    id: "d",
    sealing: {
      content_key: toBase64url(await sealContentKey(access.key, place, contentKey)),
      contents: toBase64url(await bound.seal(contentKey, place)),
      subject,
      message,
    },
    files,
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
  return { secret, half: told("one"), service, shown, delivery, file, files };
}

function bytes(text: string): Uint8Array {
  return fromBase64url(text) ?? new Uint8Array();
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
  const { secret, half, service, files } = await sent(undefined, ["a.pdf", "b.pdf", "c.pdf"]);
  Object.assign(files[0] ?? {}, { size: 1 });
  Object.assign(files[2]?.sealing ?? {}, { file_key: files[1]?.sealing.file_key });
  const { files: opened } = await unlock("t", secret, half, undefined, service);
  expect(opened.map(({ name }) => name)).toEqual([undefined, "b.pdf", undefined]);
});

test("nothing is opened of what the sender has not bound together: left out, added, nulled, older, or without a list", async () => {
  const names = ["a.pdf", "b.pdf", "c.pdf"];
  const before = await sent(undefined, names);
  const { secret, half, service, delivery, files } = before;
  const { sealing } = delivery;
  const [a, b] = files as [(typeof files)[0], (typeof files)[0]];
  const other = await sent(undefined, names);
  const told: [object, number, number | undefined][] = [
    [{ files: files.slice(1) }, 2, 3],
    [{ files: [] }, 0, 3],
    [{ files: [...files, { ...a, id: TRANSFER }] }, 4, 3],
    [{ files: [...files, a] }, 4, 3],
    [{ files: [a, { ...a, id: b.id }, ...files.slice(2)] }, 3, 3],
    [{ files: [{ ...a, sealing: undefined }, ...files.slice(1)] }, 3, 3],
    [{ files: [{ ...a, sealing: other.file.sealing }, ...files.slice(1)] }, 3, 3],
    [{ sealing: { ...sealing, message: undefined } }, 3, 3],
    [{ sealing: { ...sealing, subject: undefined } }, 3, 3],
    [{ sealing: { ...sealing, message: sealing?.subject, subject: sealing?.message } }, 3, 3],
    [{ sealing: { ...sealing, contents: undefined } }, 3, undefined],
    [{ sealing: { ...sealing, contents: "" } }, 3, undefined],
    [{ sealing: { ...sealing, contents: sealing?.message } }, 3, undefined],
    [{ sealing: { ...sealing, contents: other.delivery.sealing?.contents } }, 3, undefined],
  ];
  for (const [altered, here, meant] of told) {
    Object.assign(delivery, { files, sealing }, altered);
    const failing = unlock("t", secret, half, undefined, service);
    await expect(failing, JSON.stringify(Object.keys(altered))).rejects.toBeInstanceOf(NotWhole);
    await expect(failing).rejects.toMatchObject({ here, meant });
  }
  Object.assign(delivery, { files: files.toReversed(), sealing });
  expect((await unlock("t", secret, half, undefined, service)).files).toHaveLength(3);
});

test("files of one name, and of names that lead elsewhere, have names of their own", async () => {
  const { secret, half, service } = await sent(undefined, [
    "../a.pdf",
    "/A.pdf",
    "x/../a\u202e.pdf",
    "a.pdf",
  ]);
  const { files } = await unlock("t", secret, half, undefined, service);
  expect(files.map(({ name }) => name)).toEqual(["a.pdf", "A (2).pdf", "x/a_.pdf", "a (3).pdf"]);
});

test("no key is made of a password where that would cost less than it does today", async () => {
  const { secret, half, service } = await sent("correct horse");
  const costs = (memoryKib: number, passes: number) => {
    const parameters = encodePasswordParameters({ ...newPasswordParameters(), memoryKib, passes });
    return { ...half, sealing: { ...half.sealing, password_parameters: toBase64url(parameters) } };
  };
  let derived = 0;
  const derive = (typed: string) => {
    derived += 1;
    return quickKey(typed);
  };
  const counting = { ...service, derive };
  for (const cheap of [costs(64 * 1024 - 1, 3), costs(64 * 1024, 2), costs(0, 10)]) {
    const failing = unlock("t", secret, cheap, "correct horse", counting);
    await expect(failing).rejects.toMatchObject({ kind: "password_parameters" });
    expect(() => parametersOf(cheap)).toThrow(SealedError);
  }
  expect(derived).toBe(0);
  expect((await unlock("t", secret, costs(128 * 1024, 4), "correct horse", counting)).subject).toBe("Plans");
  expect(derived).toBe(1);
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
