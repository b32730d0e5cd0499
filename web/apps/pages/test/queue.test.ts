import { NoConnection, Problem } from "@sealpost/api-client";
import { expect, test, vi } from "vitest";

import type { ChosenFile } from "../src/new/draft.ts";
import { isComplete, UploadQueue } from "../src/upload/queue.ts";
import type { Events } from "../src/upload/upload.ts";

const file = (id: string, bytes = 10): ChosenFile => ({
  id,
  path: id,
  file: new File(["x".repeat(bytes)], id),
});

/** A queue whose uploads the test itself moves on. */
function queue(...ids: string[]) {
  const begun = new Map<string, Events & { start: () => void; abort: () => Promise<void> }>();
  const begin = vi.fn(async (_: string, { id }: ChosenFile, events: Events) => {
    const url = `https://send.example/api/v1/uploads/id-${id}`;
    const running = { ...events, url, start: vi.fn(), abort: vi.fn(async () => {}) };
    begun.set(id, running);
    return running;
  });
  let now = 0;
  const made = new UploadQueue(
    "t",
    ids.map((id) => file(id)),
    begin,
    () => (now += 1000),
  );
  const at = (id: string) => begun.get(id) as NonNullable<ReturnType<typeof begun.get>>;
  const states = () => made.snapshot().files.map(({ chosen, state }) => `${chosen.id} ${state}`);
  return { made, begin, at, states };
}

test("two go at once, and the next when one has arrived", async () => {
  const { made, begin, at, states } = queue("a", "b", "c");
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
  const { made, begin, at } = queue("a", "b", "c");
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

test("what has failed for want of a network goes on with the others; a refusal waits for a person", async () => {
  const { made, at, states } = queue("a", "b");
  await Promise.resolve();
  at("a").onFailed(new NoConnection());
  at("b").onFailed(new Problem(403, { code: "type_refused" }, undefined, undefined));
  expect(states()).toEqual(["a failed", "b failed"]);
  made.resume();
  expect(states()).toEqual(["a uploading", "b failed"]);
  expect(at("a").start).toHaveBeenCalledTimes(1);
});

test("a file that is left out makes room, and does not keep the others back", async () => {
  const { made, at, states } = queue("a", "b", "c");
  await Promise.resolve();
  made.remove("a");
  expect(at("a").abort).toHaveBeenCalled();
  expect(states()).toEqual(["b uploading", "c uploading"]);
  await vi.waitFor(() => expect(made.kept()).toEqual(new Set(["id-b", "id-c"])));
});
