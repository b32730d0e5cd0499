import type { Bytes } from "@sealpost/sealed";
import { expect, test } from "vitest";

import { opened, streamed } from "../src/delivery/download/opened.ts";
import { DownloadError, type Order } from "../src/delivery/download/order.ts";
import type { Asking } from "../src/delivery/download/sealedBytes.ts";
import { content, type Line, orderOf, sealedFile, serving } from "./deliveryKit.ts";

const PART = 40_000;
const PLAIN = content(100_003);
const SEALED = await sealedFile(PLAIN, PART);
const ORDER = orderOf("/x", SEALED);
const LAST = SEALED.sealed.length - 1;
/** One that nobody cancels. */
const never = () => new AbortController().signal;

async function read(order: Order, asking: Asking): Promise<Bytes> {
  const windows: Bytes[] = [];
  for await (const window of opened(order, never(), asking)) windows.push(window.slice());
  return new Uint8Array(await new Blob(windows).arrayBuffer());
}

function over(lines: Line[], sealed = SEALED.sealed) {
  return serving(sealed, lines);
}

async function whyNot(order: Order, asking: Asking): Promise<string> {
  const error = await read(order, asking).then(
    () => undefined,
    (why: unknown) => why,
  );
  expect(error).toBeInstanceOf(DownloadError);
  return (error as DownloadError).why;
}

/** The sealed bytes with some of them changed. */
function changed(change: (bytes: Bytes) => unknown): Bytes {
  const bytes = SEALED.sealed.slice();
  change(bytes);
  return bytes;
}

/** With one bit of the byte at `at` another. */
function flipped(at: number): Bytes {
  const bytes = SEALED.sealed.slice();
  bytes[at] = (bytes[at] as number) ^ 1;
  return bytes;
}

test("a file of several parts is what was sealed, fetched in one go with the grant alone", async () => {
  const service = over([]);
  expect(await read(ORDER, service.asking)).toEqual(PLAIN);
  expect(service.asked).toEqual([`bytes=0-${LAST}`]);
  expect(service.bearers).toEqual(["Bearer g"]);
});

test("no answer is longer than a browser may have to keep in memory", async () => {
  const service = over([{}, { gives: 10_000, end: "ends" }]);
  expect(await read(ORDER, { ...service.asking, most: 40_000 })).toEqual(PLAIN);
  expect(service.asked).toEqual([
    "bytes=0-39999",
    "bytes=40000-79999",
    "bytes=50000-89999",
    `bytes=90000-${LAST}`,
  ]);
});

test("what comes behind the bytes that were asked for is not taken", async () => {
  const service = over([{ gives: SEALED.sealed.length, range: `bytes 0-39999/${SEALED.sealed.length}` }]);
  expect(await whyNot(ORDER, { ...service.asking, most: 40_000 })).toBe("altered");
});

test("a file of no bytes is asked for, so that it counts", async () => {
  const empty = await sealedFile(new Uint8Array(), PART);
  const service = serving(empty.sealed);
  expect(await read(orderOf("/x", empty), service.asking)).toEqual(new Uint8Array());
  expect(service.asked).toEqual([null]);
});

test("whatever is altered, missing, doubled or in another place opens nowhere", async () => {
  const [, second, third] = SEALED.manifest.sealedStarts() as [number, number, number];
  const faults: [string, Bytes][] = [
    ["a byte of a chunk", flipped(20_000)],
    ["a byte of a salt", flipped(second)],
    ["a byte of a commitment", flipped(30)],
    ["the last byte", changed((bytes) => void bytes.fill(0, -1))],
    ["parts swapped", changed((bytes) => bytes.copyWithin(0, second, third))],
    ["chunks swapped", changed((bytes) => bytes.copyWithin(56, 56 + 16_400, 56 + 2 * 16_400))],
  ];
  for (const [what, sealed] of faults)
    expect(await whyNot(ORDER, over([], sealed).asking), what).toBe("altered");
});

test("no window is handed out of which a byte did not open", async () => {
  const last = SEALED.sealed.length - 3;
  const service = over([], flipped(last));
  let length = 0;
  const reading = async () => {
    for await (const window of opened(ORDER, never(), service.asking)) length += window.length;
  };
  await expect(reading()).rejects.toThrow(DownloadError);
  expect(length).toBe(2 * PART);
});

test("what is shorter than its manifest says, or longer, is never whole", async () => {
  const short = SEALED.sealed.slice(0, -20);
  expect(await whyNot(ORDER, over([], short).asking)).toBe("altered");
  const long = new Uint8Array([...SEALED.sealed, 1]);
  expect(await whyNot(ORDER, over([], long).asking)).toBe("altered");
});

test("a checksum that is not the content's is told at the end, and nothing is whole before", async () => {
  const { name, mediaType, uploads, parts } = SEALED.manifest;
  const { Manifest } = await import("@sealpost/sealed");
  const manifest = new Manifest({ name, mediaType, crc32: 1, uploads, parts });
  expect(await whyNot(orderOf("/x", { ...SEALED, manifest }), over([]).asking)).toBe("altered");
});

test("a line that breaks, ends early or is silent goes on behind the last byte", async () => {
  const service = over([
    { gives: 10, end: "breaks" },
    { status: 0 },
    { status: 503 },
    { gives: 50_000, end: "ends" },
    { gives: 1, end: "hangs" },
    { status: 429 },
  ]);
  expect(await read(ORDER, service.asking)).toEqual(PLAIN);
  expect(service.asked).toEqual([
    `bytes=0-${LAST}`,
    `bytes=10-${LAST}`,
    `bytes=10-${LAST}`,
    `bytes=10-${LAST}`,
    `bytes=50010-${LAST}`,
    `bytes=50011-${LAST}`,
    `bytes=50011-${LAST}`,
  ]);
});

test("where no byte comes any more it is given up, after a bounded time", async () => {
  const dead = Array.from({ length: 100 }, (): Line => ({ status: 0 }));
  const service = over([{ gives: 100, end: "breaks" }, ...dead]);
  expect(await whyNot(ORDER, service.asking)).toBe("lost");
  expect(service.waited.length).toBeLessThan(12);
  expect(service.waited.reduce((sum, one) => sum + one, 0)).toBeLessThan(180_000);
});

test("an end of the right to fetch is told at once, and which", async () => {
  for (const [status, code, why] of [
    [401, "unauthorized", "over"],
    [404, "link_unavailable", "over"],
    [410, "downloads_used_up", "used_up"],
  ] as const) {
    const service = over([{ status, code }]);
    expect(await whyNot(ORDER, service.asking), code).toBe(why);
    expect(service.asked.length).toBe(1);
  }
});

test("bytes from another place than was asked for are refused unread", async () => {
  const service = over([{ gives: 10, end: "breaks" }, { range: "bytes 0-9/10" }]);
  expect(await whyNot(ORDER, service.asking)).toBe("altered");
});

function listened() {
  const heard = { taken: 0, ended: [] as (string | undefined)[] };
  const listener = {
    taken: (bytes: number) => {
      heard.taken += bytes;
    },
    ended: (why?: string) => void heard.ended.push(why),
  };
  return { heard, listener };
}

test("a stream ends once, whole, and errors rather than ending where a byte is another", async () => {
  const whole = listened();
  const stream = streamed(ORDER, whole.listener, never(), over([]).asking);
  expect(new Uint8Array(await new Response(stream).arrayBuffer())).toEqual(PLAIN);
  expect(whole.heard).toEqual({ taken: PLAIN.length, ended: [undefined] });

  const bad = listened();
  const altered = flipped(90_000);
  const failing = streamed(ORDER, bad.listener, never(), over([], altered).asking);
  await expect(new Response(failing).arrayBuffer()).rejects.toThrow();
  expect(bad.heard.ended).toEqual(["altered"]);
});

test("nothing is fetched before somebody takes it, and nothing more once nobody does", async () => {
  const service = over([]);
  const { heard, listener } = listened();
  const reader = streamed(ORDER, listener, never(), service.asking).getReader();
  await new Promise((resolve) => setTimeout(resolve, 10));
  expect(service.asked).toEqual([]);
  await reader.read();
  await reader.cancel();
  expect(heard.ended).toEqual(["cancelled"]);
});

test("what a person cancels fails at once", async () => {
  const cancelled = new AbortController();
  const { heard, listener } = listened();
  const service = over([{ gives: 1, end: "hangs" }]);
  const reading = new Response(streamed(ORDER, listener, cancelled.signal, service.asking)).arrayBuffer();
  setTimeout(() => cancelled.abort(new DownloadError("cancelled")), 5);
  await expect(reading).rejects.toThrow();
  expect(heard.ended).toEqual(["cancelled"]);
});
