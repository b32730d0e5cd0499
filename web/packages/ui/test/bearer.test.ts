import { afterEach, expect, test, vi } from "vitest";

import { carried, carry, renewBy, renewed } from "../src/bearer.ts";

afterEach(() => {
  carry(undefined);
  renewBy(undefined);
});

test("one session is asked for, however many find that theirs is over", async () => {
  const another = vi.fn(async () => "second");
  carry("first");
  renewBy(another);
  expect(await Promise.all([renewed("first"), renewed("first"), renewed("first")])).toEqual([
    true,
    true,
    true,
  ]);
  expect(another).toHaveBeenCalledTimes(1);
  expect(carried()).toBe("second");
  // Who comes late has what he needs.
  expect(await renewed("first")).toBe(true);
  expect(another).toHaveBeenCalledTimes(1);
});

test("what cannot be renewed stays, and is asked for again the next time", async () => {
  carry("first");
  expect(await renewed("first")).toBe(false);
  const another = vi.fn<() => Promise<string | undefined>>().mockRejectedValueOnce(new Error("x"));
  another.mockResolvedValueOnce(undefined).mockResolvedValueOnce("second");
  renewBy(another);
  expect(await renewed("first")).toBe(false);
  expect(await renewed("first")).toBe(false);
  expect(carried()).toBe("first");
  expect(await renewed("first")).toBe(true);
  expect(carried()).toBe("second");
});
