import { expect, test } from "vitest";

import type { Bytes } from "../src/bytes.ts";
import { Readings, type Span } from "../src/reading.ts";
import { fault, plaintext } from "./support.ts";

const WINDOW = 2 ** 20;
const PART = WINDOW + 40_000;

/** What a part has, each window copied before the next is asked for. */
async function readPart(readings: Readings, blob: Blob, span: Span, file = 1): Promise<Buffer> {
  const windows: Bytes[] = [];
  for await (const window of readings.windows(file, blob, span)) windows.push(window.slice());
  return Buffer.concat(windows);
}

interface Watched {
  readonly blob: Blob;
  /** Where streams have begun. */
  readonly begun: number[];
  /** How many are open. */
  readonly open: () => number;
  /** As Chromium has it: what was begun goes on, and nothing is begun any more. */
  readonly change: () => void;
}

/** A file that says where it is read from; its streams give pieces of `piece` bytes, and fill memory of others if they are `bytes`. */
function watched(content: Bytes, piece: number, type: "bytes" | "default" = "bytes"): Watched {
  const blob = new Blob([content]);
  const begun: number[] = [];
  let [open, isChanged] = [0, false];
  const streamFrom = (start: number): ReadableStream<Bytes> => {
    begun.push(start);
    open += 1;
    let at = start;
    const pull = (controller: ReadableByteStreamController | ReadableStreamDefaultController<Bytes>) => {
      const request = "byobRequest" in controller ? controller.byobRequest : undefined;
      const room = request?.view?.byteLength ?? piece;
      const some = content.slice(at, at + Math.min(piece, room));
      at += some.length;
      if (some.length === 0) {
        open -= 1;
        controller.close();
        request?.respond(0);
      } else controller.enqueue(some);
    };
    const cancel = () => {
      open -= 1;
    };
    return type === "bytes"
      ? new ReadableStream({ type, pull, cancel })
      : new ReadableStream<Bytes>({ pull, cancel });
  };
  const { slice } = blob;
  blob.slice = (start = 0, end?: number) => {
    const part = slice.call(blob, start, end);
    if (end === undefined) part.stream = () => streamFrom(start);
    if (isChanged) part.arrayBuffer = () => Promise.reject(new DOMException("", "NotReadableError"));
    return part;
  };
  const change = () => {
    isChanged = true;
  };
  return { blob, begun, open: () => open, change };
}

for (const type of ["bytes", "default"] as const)
  test(`parts one behind the other are read from one stream, in whatever pieces it comes (${type})`, async () => {
    for (const piece of [1000, 65_536, 3 * WINDOW]) {
      const content = plaintext(2 * PART + 17);
      const { blob, begun, open } = watched(content, piece, type);
      const readings = new Readings();
      const spans = [
        { start: 0, end: PART },
        { start: PART, end: 2 * PART },
        { start: 2 * PART, end: content.length },
      ];
      for (const span of spans) {
        const part = await readPart(readings, blob, span);
        expect(Buffer.compare(part, content.subarray(span.start, span.end)), `${piece}`).toBe(0);
      }
      expect(begun).toEqual([0]);
      // Behind the last byte nothing is kept open.
      expect(open()).toBe(0);
    }
  });

test("a window is whole chunks but for the last, and of no bytes there is one of none", async () => {
  const lengths = async (length: number) => {
    const found: number[] = [];
    const { blob } = watched(plaintext(length), 1000);
    for await (const window of new Readings().windows(1, blob, { start: 0, end: length }))
      found.push(window.length);
    return found;
  };
  expect(await lengths(0)).toEqual([0]);
  expect(await lengths(WINDOW)).toEqual([WINDOW]);
  expect(await lengths(WINDOW + 1)).toEqual([WINDOW, 1]);
});

test("a part that is asked for again, or elsewhere, is begun anew and right", async () => {
  const content = plaintext(4 * PART);
  const { blob, begun } = watched(content, 65_536);
  const readings = new Readings();
  for (const index of [0, 1, 1, 0, 3, 1, 2]) {
    const span = { start: index * PART, end: (index + 1) * PART };
    const part = await readPart(readings, blob, span);
    expect(Buffer.compare(part, content.subarray(span.start, span.end)), `part ${index}`).toBe(0);
  }
  // The second time through, those of before wait behind their parts.
  expect(begun).toEqual([0, PART, 0, 3 * PART]);
});

test("uploads at once, of one file or of several, do not take each other's place", async () => {
  const files = [plaintext(4 * PART), plaintext(4 * PART).reverse()].map((content) => ({
    content,
    ...watched(content, 65_536),
  }));
  const readings = new Readings();
  const upload = async (index: number, first: number) => {
    const { content, blob } = files[index] as (typeof files)[number];
    for (const start of [first, first + PART]) {
      const part = await readPart(readings, blob, { start, end: start + PART }, index);
      expect(Buffer.compare(part, content.subarray(start, start + PART)), `${index} at ${start}`).toBe(0);
    }
  };
  await Promise.all([upload(0, 0), upload(0, 2 * PART), upload(1, 0)]);
  expect(files.map(({ begun }) => begun)).toEqual([[0, 2 * PART], [0]]);
});

test("a file that is left is closed, also when its part is still being read", async () => {
  const { blob, begun, open } = watched(plaintext(3 * PART), 65_536);
  const readings = new Readings();
  await readPart(readings, blob, { start: 0, end: PART });
  expect(open()).toBe(1);
  readings.leave(2);
  expect(open()).toBe(1);
  readings.leave(1);
  expect(open()).toBe(0);
  const windows = readings.windows(1, blob, { start: PART, end: 2 * PART });
  await windows.next();
  readings.leave(1);
  for await (const _ of windows);
  expect(open()).toBe(0);
  expect(begun).toEqual([0, PART]);
});

test("who stops in the middle of a part leaves nothing open, and the next begins where it should", async () => {
  const content = plaintext(2 * PART);
  const { blob, open } = watched(content, 65_536);
  const readings = new Readings();
  for await (const window of readings.windows(1, blob, { start: 0, end: PART })) {
    expect(window).toHaveLength(WINDOW);
    break;
  }
  expect(open()).toBe(0);
  const part = await readPart(readings, blob, { start: 0, end: PART });
  expect(Buffer.compare(part, content.subarray(0, PART))).toBe(0);
});

test("no more than a few files are kept open for their next parts", async () => {
  const readings = new Readings();
  const files = Array.from({ length: 7 }, () => watched(plaintext(3000), 1000));
  for (const [file, { blob }] of files.entries())
    await readPart(readings, blob, { start: 0, end: 1000 }, file);
  expect(files.map(({ open }) => open())).toEqual([0, 0, 0, 1, 1, 1, 1]);
});

test("a file that has fewer bytes than it says is not read on", async () => {
  const { blob, open } = watched(plaintext(PART), 65_536);
  Object.defineProperty(blob, "size", { value: PART + 1 });
  const readings = new Readings();
  expect(await fault(readPart(readings, blob, { start: 0, end: PART + 1 }))).toBe("source");
  expect(open()).toBe(0);
});

test("a file that was changed between two parts, or during one, is noticed although its stream goes on", async () => {
  const content = plaintext(2 * PART);
  const [first, second] = [
    { start: 0, end: PART },
    { start: PART, end: 2 * PART },
  ];
  const between = watched(content, 65_536);
  const readings = new Readings();
  await readPart(readings, between.blob, first, 1);
  between.change();
  expect(await fault(readPart(readings, between.blob, second, 1))).toBe("source");
  expect(between.open()).toBe(0);
  const during = watched(content, 65_536);
  const windows = readings.windows(2, during.blob, first);
  await windows.next();
  during.change();
  const rest = async () => {
    for await (const _ of windows);
  };
  expect(await fault(rest())).toBe("source");
  expect(during.open()).toBe(0);
});
