import { afterEach, beforeEach, expect, test, vi } from "vitest";

import { ALLOWED } from "../src/decide/answer.ts";
import { complete } from "../src/handlers.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

test("what never ends is completed after 3.5 seconds, and what comes later is not heard", async () => {
  const completed = vi.fn();
  let late: (options: typeof ALLOWED) => void = () => undefined;
  complete({ completed }, () => new Promise((resolve) => (late = resolve)));
  await vi.advanceTimersByTimeAsync(3499);
  expect(completed).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  late({ allowEvent: false });
  await vi.advanceTimersByTimeAsync(10_000);
  expect(completed.mock.calls).toEqual([[ALLOWED]]);
});

test("what fails is completed at once", async () => {
  const completed = vi.fn();
  complete({ completed }, () => Promise.reject(new Error("no")));
  await vi.advanceTimersByTimeAsync(0);
  expect(completed.mock.calls).toEqual([[ALLOWED]]);
});
