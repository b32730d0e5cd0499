import { afterEach, expect, test, vi } from "vitest";

import { Downloads, isRunning } from "../src/delivery/download/downloads.ts";
import { DownloadError, type Order } from "../src/delivery/download/order.ts";
import { TooBig } from "../src/delivery/download/ways.ts";

const ORDER: Order = { name: "a", type: "", length: 10, grant: "g", pieces: [] };

afterEach(() => vi.unstubAllGlobals());

test("a download runs once under its name, tells how far it is, and is saved with its end", async () => {
  let [finish, begun] = [() => {}, 0];
  const downloads = new Downloads((_, taken) => {
    begun += 1;
    taken(4);
    return new Promise((resolve) => {
      finish = resolve;
    });
  });
  const told: string[] = [];
  downloads.subscribe(() => told.push(downloads.snapshot().get("x")?.state ?? ""));
  const running = downloads.begin("x", ORDER);
  await downloads.begin("x", ORDER);
  expect(begun).toBe(1);
  expect(downloads.snapshot().get("x")).toMatchObject({ state: "running", taken: 4, length: 10 });
  expect(isRunning(downloads.snapshot())).toBe(true);
  finish();
  await running;
  expect(told.at(-1)).toBe("saved");
  expect(isRunning(downloads.snapshot())).toBe(false);
});

test("why nothing was saved is told, and it can be tried again", async () => {
  const why: unknown[] = [new DownloadError("altered"), new TooBig(), new Error("x")];
  const downloads = new Downloads(async () => {
    const next = why.shift();
    if (next) throw next;
  });
  const after = async () => {
    await downloads.begin("x", ORDER);
    return downloads.snapshot().get("x");
  };
  expect(await after()).toEqual({ state: "failed", why: "altered" });
  expect(await after()).toEqual({ state: "failed", why: "too_big" });
  expect(await after()).toEqual({ state: "failed", why: "unsaved" });
  expect(await after()).toEqual({ state: "saved" });
});

test("what is cancelled says so", async () => {
  const downloads = new Downloads(
    (_, __, signal) =>
      new Promise((___, reject) => signal.addEventListener("abort", () => reject(signal.reason))),
  );
  const running = downloads.begin("x", ORDER);
  downloads.cancel("x");
  await running;
  expect(downloads.snapshot().get("x")).toEqual({ state: "failed", why: "cancelled" });
});

test("what was on its way when a download ended does not make it run again", async () => {
  let late = (_: number) => {};
  const downloads = new Downloads((_, taken, signal) => {
    late = taken;
    return new Promise((__, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
  });
  const running = downloads.begin("x", ORDER);
  downloads.cancel("x");
  await running;
  late(4);
  expect(downloads.snapshot().get("x")).toEqual({ state: "failed", why: "cancelled" });
});

test("where browsers keep the beginning of what fails, it is said, but not of small files, which are saved when they are whole", async () => {
  const downloads = new Downloads(async (_, taken) => {
    taken(4);
    throw new DownloadError("lost");
  });
  const fail = async (length: number) => {
    await downloads.begin("x", { ...ORDER, length });
    return downloads.snapshot().get("x");
  };
  const large = 65 * 2 ** 20;
  vi.stubGlobal("navigator", { vendor: "Google Inc." });
  expect(await fail(large)).toEqual({ state: "failed", why: "lost" });
  vi.stubGlobal("navigator", { vendor: "Apple Computer, Inc." });
  expect(await fail(large)).toEqual({ state: "failed", why: "lost", left: true });
  expect(await fail(10)).toEqual({ state: "failed", why: "lost" });
});
