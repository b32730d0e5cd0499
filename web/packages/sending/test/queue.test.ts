import { NoConnection, Problem } from "@sealpost/api-client";
import { expect, test, vi } from "vitest";

import type { ChosenFile } from "../src/new/draft.ts";
import type { Events } from "../src/upload/carrier.ts";
import { type FileProgress, isComplete, UploadQueue } from "../src/upload/queue.ts";
import { FileChanged, OtherFile } from "../src/upload/read.ts";

const file = (id: string, bytes = 10): ChosenFile => ({
  id,
  path: id,
  file: new File(["x".repeat(bytes)], id),
});
const missing = (id: string): FileProgress => ({ id, path: id, size: 10, state: "missing", sent: 4 });

/** A queue whose uploads the test itself moves on. */
function queue(ids: string[], before: FileProgress[] = []) {
  const begun = new Map<string, Events & { start: () => void; abort: () => void }>();
  const begin = vi.fn(async ({ id }: ChosenFile, events: Events) => {
    const running = { ...events, start: vi.fn(), abort: vi.fn() };
    begun.set(id, running);
    return running;
  });
  const drop = vi.fn(async () => {});
  let now = 0;
  const made = new UploadQueue({ begin, drop }, before, () => (now += 1000));
  made.add(ids.map((id) => file(id)));
  const at = (id: string) => begun.get(id) as NonNullable<ReturnType<typeof begun.get>>;
  const states = () => made.snapshot().files.map(({ id, state }) => `${id} ${state}`);
  return { made, begin, drop, at, states };
}

test("two go at once, and the next when one has arrived", async () => {
  const { made, begin, at, states } = queue(["a", "b", "c"]);
  expect(states()).toEqual(["a uploading", "b uploading", "c waiting"]);
  at("a").onDone();
  expect(states()).toEqual(["a done", "b uploading", "c uploading"]);
  expect(begin).toHaveBeenCalledTimes(3);
  expect(isComplete(made.snapshot())).toBe(false);
  at("b").onDone();
  at("c").onDone();
  expect(isComplete(made.snapshot())).toBe(true);
});

test("a pause stops what goes, and begins nothing until it ends", async () => {
  const { made, begin, at } = queue(["a", "b", "c"]);
  await vi.waitFor(() => expect(begin).toHaveBeenCalledTimes(2));
  await Promise.resolve();
  made.pause();
  expect(at("a").abort).toHaveBeenCalled();
  expect(made.snapshot()).toMatchObject({ paused: true, speed: undefined });
  made.retry("c");
  expect(begin).toHaveBeenCalledTimes(2);
  made.resume();
  expect(at("a").start).toHaveBeenCalledTimes(1);
  // When the network is back, what tries again by itself is left to it.
  made.resume();
  expect(at("a").start).toHaveBeenCalledTimes(1);
});

test("a pause while what is there is compared ends when the pause does", async () => {
  const { made, at } = queue(["a"]);
  await Promise.resolve();
  at("a").onChecked(4);
  made.pause();
  expect(at("a").abort).toHaveBeenCalledTimes(1);
  made.resume();
  expect(at("a").start).toHaveBeenCalledTimes(1);
});

test("what has failed for want of a network goes on with the others; a refusal waits for a person", async () => {
  const { made, begin, at, states } = queue(["a", "b"]);
  await Promise.resolve();
  at("a").onFailed(new NoConnection());
  at("b").onFailed(new Problem(403, { code: "type_refused" }, undefined, undefined));
  expect(states()).toEqual(["a failed", "b failed"]);
  made.resume();
  expect(states()).toEqual(["a uploading", "b failed"]);
  expect(at("a").start).toHaveBeenCalledTimes(1);
  // After a refusal it is asked anew how far it is.
  made.retry("b");
  expect(begin).toHaveBeenCalledTimes(3);
});

test("a file that is left out makes room, and does not keep the others back", async () => {
  const { made, drop, at, states } = queue(["a", "b", "c"]);
  await Promise.resolve();
  made.remove("a");
  expect(at("a").abort).toHaveBeenCalled();
  expect(drop).toHaveBeenCalledWith("a");
  expect(states()).toEqual(["b uploading", "c uploading"]);
});

test("what was begun before goes on with the file that is given, and not without", async () => {
  const { made, begin, at, states } = queue(["b"], [missing("a")]);
  expect(states()).toEqual(["a missing", "b uploading"]);
  made.retry("a");
  expect(states()).toEqual(["a missing", "b uploading"]);
  made.give("a", file("a").file);
  expect(states()).toEqual(["a uploading", "b uploading"]);
  expect(begin.mock.calls.map(([{ id, path }]) => [id, path])).toContainEqual(["a", "a"]);
  at("a").onChecked(4);
  expect(made.snapshot().files[0]).toMatchObject({ state: "checking", checked: 4, sent: 4 });
  at("a").onProgress(6);
  expect(made.snapshot().files[0]).toMatchObject({ state: "uploading", checked: undefined, sent: 6 });
});

test("another file than the one that was begun waits for a person, and then begins anew", async () => {
  const { made, drop, begin, states } = queue([], [missing("a")]);
  made.refuse("a", file("a", 12).file);
  expect(made.snapshot().files[0]).toMatchObject({ state: "failed", error: expect.any(OtherFile) });
  expect(begin).not.toHaveBeenCalled();
  await made.replace("a");
  expect(drop).toHaveBeenCalledWith("a");
  expect(states()).toEqual(["a uploading"]);
  expect(made.snapshot().files[0]).toMatchObject({ size: 12, sent: 0, error: undefined });
});

test("a file that has changed says so, and nothing of before is heard of any more once it is replaced", async () => {
  const { made, at, states } = queue(["a"]);
  await Promise.resolve();
  const before = at("a");
  before.onFailed(new FileChanged());
  expect(made.snapshot().files[0]?.error).toBeInstanceOf(FileChanged);
  await made.replace("a", file("a", 20).file);
  expect(states()).toEqual(["a uploading"]);
  before.onDone();
  before.onFailed(new NoConnection());
  expect(states()).toEqual(["a uploading"]);
});

test("what has arrived and is not what was read is not taken for done", async () => {
  const { made, at } = queue(["a"]);
  await Promise.resolve();
  at("a").onDone();
  made.doubt("a");
  expect(isComplete(made.snapshot())).toBe(false);
  expect(made.snapshot().files[0]).toMatchObject({ state: "failed", error: expect.any(FileChanged) });
});
