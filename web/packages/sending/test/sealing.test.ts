import { crc32 } from "@sealpost/sealed";
import { objectLength, uploadLength } from "@sealpost/sealed/range";
import { formats, translate } from "@sealpost/ui";
import { expect, test } from "vitest";

import own from "../../../../locales/en/senders.json";
import shared from "../../../../locales/en/ui.json";
import { letter, wholeLink } from "../src/sealing/letter.ts";
import { madeUp } from "../src/sealing/password.ts";
import { Room } from "../src/sealing/room.ts";
import { Lost, openedLength, plainBytes, settle } from "../src/sealing/standing.ts";
import { whole } from "../src/sealing/upload.ts";

const MIB = 2 ** 20;
const SEALED = objectLength(8 * MIB);
const SIZE = 20 * MIB;
const attempt = (seed: number) => ({ salt: new Uint8Array(24).fill(seed), crc32: seed });
const [a, b, c, other] = [attempt(1), attempt(2), attempt(3), attempt(9)];

test("what the service has acknowledged counts, and the only try at what it has besides", () => {
  expect(settle([], [], 0, SIZE)).toEqual([]);
  expect(settle([a], [[a], [b]], SEALED, SIZE)).toEqual([a]);
  expect(settle([a], [[a], [b]], 2 * SEALED, SIZE)).toEqual([a, b]);
  expect(settle([], [[a], [b], [c]], uploadLength(SIZE), SIZE)).toEqual([a, b, c]);
  // A part that is there under either of two salts was acknowledged under one of them.
  expect(settle([a], [[other, a]], SEALED, SIZE)).toEqual([a]);
  expect(settle([], [], 0, 0)).toEqual([]);
});

test("a file begins anew rather than with a salt that is not certain", () => {
  const lost = (...place: Parameters<typeof settle>) => expect(() => settle(...place)).toThrow(Lost);
  // Which of two tries has arrived nobody knows.
  lost([a], [[a], [b, other]], 2 * SEALED, SIZE);
  // Nobody has noted one.
  lost([a], [[a]], 2 * SEALED, SIZE);
  lost([], [[a], undefined, [c]], uploadLength(SIZE), SIZE);
  // The service has less than it has said, or stands where no part ends.
  lost([a], [[a]], 0, SIZE);
  lost([], [[a]], 100, SIZE);
  lost([], [[a]], Number.NaN, SIZE);
  lost([], [[a]], uploadLength(SIZE) + 1, SIZE);
});

test("sealed bytes are told as those of the file", () => {
  expect(plainBytes(0, SIZE)).toBe(0);
  expect(plainBytes(SEALED, SIZE)).toBe(8 * MIB);
  expect(plainBytes(SEALED + 5000, SIZE)).toBe(8 * MIB);
  expect(plainBytes(uploadLength(SIZE), SIZE)).toBe(SIZE);
  for (const size of [0, 1, 16_384, 8 * MIB - 1, 8 * MIB, SIZE, 70 * 1024 * MIB, 200 * 1024 * MIB, 2 ** 40])
    expect(openedLength(uploadLength(size)), `${size}`).toBe(size);
  expect(openedLength(17)).toBeUndefined();
});

test("the checksum of a file is that of its parts together", () => {
  const bytes = Uint8Array.from({ length: 8 * MIB + 1000 }, (_, at) => (at * 31) % 251);
  const parts = [bytes.subarray(0, 8 * MIB), bytes.subarray(8 * MIB)];
  const attempts = parts.map((part) => ({ salt: new Uint8Array(24), crc32: crc32(part) }));
  expect(whole(attempts, bytes.length)).toBe(crc32(bytes));
  expect(whole([], 0)).toBe(0);
});

test("parts wait in order until there is room, and one that is larger than all of it goes alone", async () => {
  const room = new Room(20);
  const entered: string[] = [];
  const take = async (name: string, bytes: number, signal?: AbortSignal) => {
    const give = await room.take(bytes, signal);
    entered.push(name);
    return give;
  };
  const first = await take("first", 8);
  const second = await take("second", 12);
  const large = take("large", 64);
  const small = take("small", 1);
  const given = new AbortController();
  const gone = take("gone", 1, given.signal);
  given.abort(new Error("not wanted any more"));
  await expect(gone).rejects.toThrow("not wanted any more");
  first();
  // Twice is once: nobody else's room is given away.
  first();
  await Promise.resolve();
  expect(entered).toEqual(["first", "second"]);
  second();
  (await large)();
  (await small)();
  expect(entered).toEqual(["first", "second", "large", "small"]);
});

test("a password that is made up is long enough for the tenant, and has letters that nobody mixes up", () => {
  expect(madeUp(8)).toMatch(/^([a-km-np-z2-9]{5}-){3}[a-km-np-z2-9]{5}$/);
  expect(madeUp(8)).not.toBe(madeUp(8));
  for (const least of [23, 24, 64]) expect(madeUp(least).length).toBeGreaterThanOrEqual(least);
  expect(madeUp(1, (bytes) => bytes.fill(31))).toBe("99999-99999-99999-99999");
});

test("a mail of the sender's own has the whole link on a line of its own, and says of the password only that there is one", () => {
  const t = translate("en", { ...shared, ...own });
  const link = wholeLink("https://send.example/t/abc", "S-ecret", "https://send.example") ?? "";
  expect(link).toBe("https://send.example/t/abc#S-ecret");
  const about = { password: true, endsAt: new Date("2026-12-01T00:00:00Z") };
  const text = letter(link, about, t, formats("en", t));
  expect(text.split("\n")).toContain(link);
  expect(text).toContain("a password");
  expect(letter(link, { ...about, password: false }, t, formats("en", t))).not.toContain("password");
});

test("the second part is put behind links of the page's own origin alone", () => {
  const here = "https://send.example";
  for (const url of [
    "https://send.example.evil.example/t/abc",
    "https://evil.example/t/abc",
    "http://send.example/t/abc",
    "https://send.example:8443/t/abc",
    "https://send.example@evil.example/t/abc",
    "//send.example/t/abc",
    "javascript:alert(1)",
    "",
  ])
    expect(wholeLink(url, "S", here), url).toBeUndefined();
  expect(wholeLink("https://send.example:443/t/abc", "S", here)).toBe("https://send.example:443/t/abc#S");
});
