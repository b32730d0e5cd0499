import { MessageChannel } from "node:worker_threads";

import { afterEach, expect, test, vi } from "vitest";

import type { PartPlace } from "../src/context.ts";
import { crc32 } from "../src/crc32.ts";
import { Key } from "../src/key.ts";
import { openPart } from "../src/part.ts";
import type { Line, Request } from "../src/protocol.ts";
import { type Peer, Sealer } from "../src/sealer.ts";
import { serve } from "../src/serve.ts";
import { counting, fault, hex, idOf, plaintext } from "./support.ts";

const KEY = Key.from<"upload">(new Uint8Array(32).fill(6));
const place = (sequence: number): PartPlace => ({
  tenant: idOf(1),
  upload: idOf(2),
  sequence: BigInt(sequence),
});

const open: Sealer[] = [];
afterEach(() => {
  for (const sealer of open.splice(0)) sealer.close();
});

/** The worker's code at the other end of a channel, through which all goes as to a worker: copied, or handed over. */
function begin(
  atOnce?: number,
  hold?: Promise<void>,
): { sealer: Sealer; underWay: () => number; fail: () => void } {
  const { port1, port2 } = new MessageChannel();
  let [asked, answered] = [0, 0];
  const listeners: ((event: Event) => void)[] = [];
  const line: Line = {
    postMessage: (message, transfer) => {
      answered += 1;
      port2.postMessage(message, transfer as ArrayBuffer[]);
    },
    addEventListener: (_, listener) =>
      port2.on("message", async (data: Request) => {
        asked += 1;
        await hold;
        listener({ data } as MessageEvent);
      }),
  };
  serve(line);
  const peer: Peer = {
    postMessage: (message, transfer) => port1.postMessage(message, transfer as ArrayBuffer[]),
    addEventListener: (type: string, listener: (event: never) => void) => {
      if (type === "message") port1.on("message", (data) => listener({ data } as never));
      else listeners.push(listener as (event: Event) => void);
    },
    terminate: () => port1.close(),
  };
  const sealer = new Sealer(peer, atOnce);
  open.push(sealer);
  const fail = () => {
    for (const listener of listeners) listener(new Event("error"));
  };
  return { sealer, underWay: () => asked - answered, fail };
}

test("a slice of a file is sealed in the worker, and handed back", async () => {
  const { sealer } = begin();
  const part = await sealer.seal(new Blob([plaintext(100_000)]).slice(5), KEY, place(1));
  const expected = plaintext(100_000).subarray(5);
  expect([part.length, part.crc32]).toEqual([99_995, crc32(expected)]);
  const opened = await openPart(KEY, place(1), part.salt, part.length, part.bytes);
  expect(Buffer.compare(opened, expected)).toBe(0);
});

test("a file goes part by part, also after it was left in the middle, and whoever leaves what was never sealed does nothing", async () => {
  const { sealer } = begin();
  const content = plaintext(3_000_007);
  const [file, other] = [new Blob([content]), new Blob([content.slice().reverse()])];
  sealer.leave(file);
  for (const [sequence, start] of [0, 1_000_000, 2_000_000, 3_000_000].entries()) {
    const span = { start, end: Math.min(start + 1_000_000, file.size) };
    const parts = await Promise.all(
      [file, other].map((source) => sealer.seal(source, KEY, place(sequence), span)),
    );
    if (sequence === 1) sealer.leave(file);
    for (const [index, source] of [content, content.slice().reverse()].entries()) {
      const { salt, length, bytes } = parts[index] as (typeof parts)[number];
      const opened = await openPart(KEY, place(sequence), salt, length, bytes);
      expect(Buffer.compare(opened, source.subarray(span.start, span.end)), `${start}`).toBe(0);
    }
  }
});

test("memory of a part that was sent holds the next that it has room for, whatever its length", async () => {
  const { sealer } = begin(1);
  const whole = await sealer.seal(new Blob([plaintext(100_000)]), KEY, place(0));
  const room = whole.bytes.buffer.byteLength;
  sealer.recycle(whole);
  for (const [sequence, length, holds] of [
    [1, 50_000, room],
    [2, 0, room],
    [3, 100_000, room],
    [4, 200_000, 0],
  ] as const) {
    const part = await sealer.seal(new Blob([plaintext(length)]), KEY, place(sequence));
    if (holds > 0) expect(part.bytes.buffer.byteLength).toBe(holds);
    else expect(part.bytes.buffer.byteLength).toBe(part.bytes.length);
    const opened = await openPart(KEY, place(sequence), part.salt, length, part.bytes.slice());
    expect(Buffer.compare(opened, plaintext(length))).toBe(0);
    sealer.recycle(part);
    sealer.recycle(part);
  }
});

test("a password's key is made in the worker", async () => {
  const { sealer } = begin();
  const parameters = { salt: counting(0, 16), memoryKib: 19 * 1024, passes: 1, lanes: 1 };
  const key = await sealer.derive("Straße e\u{301}té 🔑", parameters);
  expect(hex(key.expose())).toBe("b0bf67ac11e3908997a6c9a28b2fc1de63045717e2207fae2858f2f346b2b817");
});

test("errors come over with their kinds", async () => {
  const { sealer } = begin();
  const beyond = { start: 0, end: 11 };
  expect(await fault(sealer.seal(new Blob([plaintext(10)]), KEY, place(1), beyond))).toBe("source");
  const parameters = { salt: counting(0, 16), memoryKib: 19 * 1024, passes: 1, lanes: 1 };
  expect(await fault(sealer.derive("", parameters))).toBe("derivation");
});

test("a few tasks are under way at once, and all come back to whom they belong", async () => {
  let release = () => {};
  const hold = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { sealer, underWay } = begin(3, hold);
  const asked = Array.from({ length: 20 }, (_, index) =>
    sealer.seal(new Blob([plaintext(1000 + index)]), KEY, place(index)),
  );
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect(underWay()).toBe(3);
  release();
  const parts = await Promise.all(asked);
  for (const [index, part] of parts.entries()) {
    const opened = await openPart(KEY, place(index), part.salt, part.length, part.bytes);
    expect(Buffer.compare(opened, plaintext(1000 + index))).toBe(0);
  }
});

test("who gives up is not waited for, and what has not begun does not begin", async () => {
  let release = () => {};
  const hold = new Promise<void>((resolve) => {
    release = resolve;
  });
  const { sealer, underWay } = begin(1, hold);
  const blob = new Blob([plaintext(9)]);
  const giving = new AbortController();
  const first = sealer.seal(blob, KEY, place(1), undefined, giving.signal);
  const second = sealer.seal(blob, KEY, place(2), undefined, giving.signal);
  const third = sealer.seal(blob, KEY, place(3));
  giving.abort(new Error("paused"));
  await expect(first).rejects.toThrow("paused");
  await expect(second).rejects.toThrow("paused");
  await expect(sealer.seal(blob, KEY, place(4), undefined, giving.signal)).rejects.toThrow("paused");
  release();
  const part = await third;
  expect(await openPart(KEY, place(3), part.salt, 9, part.bytes)).toEqual(plaintext(9));
  expect(underWay()).toBe(0);
});

test("what was done keeps nothing of who could have given up", async () => {
  const { sealer } = begin();
  const { signal } = new AbortController();
  const adding = vi.spyOn(signal, "addEventListener");
  const removing = vi.spyOn(signal, "removeEventListener");
  await sealer.seal(new Blob([plaintext(9)]), KEY, place(1), undefined, signal);
  expect(adding.mock.calls).toHaveLength(1);
  expect(removing.mock.calls).toEqual(adding.mock.calls);
});

test("when it is closed, or the worker fails, whoever waits hears so", async () => {
  const blob = new Blob([plaintext(9)]);
  const forever = new Promise<void>(() => {});
  const closing = begin(1, forever).sealer;
  const waiting = [closing.seal(blob, KEY, place(1)), closing.seal(blob, KEY, place(2))].map(fault);
  closing.close();
  expect(await Promise.all(waiting)).toEqual(["closed", "closed"]);
  expect(await fault(closing.seal(blob, KEY, place(3)))).toBe("closed");
  const failing = begin(1, forever);
  const lost = [failing.sealer.seal(blob, KEY, place(1)), failing.sealer.seal(blob, KEY, place(2))].map(
    fault,
  );
  failing.fail();
  expect(await Promise.all(lost)).toEqual(["worker", "worker"]);
  expect(await fault(failing.sealer.seal(blob, KEY, place(3)))).toBe("worker");
});
