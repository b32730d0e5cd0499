import { expect, test, vi } from "vitest";

import { forgotten } from "../src/garbage.ts";

const MIB = 2 ** 20;

test("after every 8 MiB, however they come, a browser is shown memory once, and where there is none nothing fails", () => {
  const shown: number[] = [];
  class Shown {
    constructor(length: number) {
      shown.push(length);
      if (shown.length === 3) throw new RangeError("Array buffer allocation failed");
    }
  }
  vi.stubGlobal("ArrayBuffer", Shown);
  try {
    for (let time = 0; time < 33; time += 1) forgotten(MIB);
    forgotten(64 * MIB);
    forgotten(0);
  } finally {
    vi.unstubAllGlobals();
  }
  expect(shown).toEqual(Array(5).fill(64 * MIB));
});
