import { expect, test } from "vitest";

import { Meter } from "../src/upload/meter.ts";

test("there is no speed before there is something to go by", () => {
  const meter = new Meter();
  expect(meter.speed).toBeUndefined();
  meter.note(0, 0);
  meter.note(1000, 100);
  expect(meter.speed).toBeUndefined();
  meter.note(1000, 1000);
  expect(meter.speed).toBe(1000);
});

test("only the last seconds count", () => {
  const meter = new Meter();
  for (let second = 0; second <= 20; second += 1) meter.note(second * 100, second * 1000);
  expect(meter.speed).toBeCloseTo(100);
  for (let second = 21; second <= 40; second += 1) meter.note(2000 + (second - 20) * 5000, second * 1000);
  expect(meter.speed).toBeCloseTo(5000);
});

test("what has to be sent again, and a pause, begin anew", () => {
  const meter = new Meter();
  meter.note(0, 0);
  meter.note(9000, 1000);
  meter.note(4000, 1100);
  expect(meter.speed).toBeUndefined();
  meter.stop();
  meter.note(5000, 60_000);
  meter.note(6000, 61_000);
  expect(meter.speed).toBe(1000);
});
