import { expect, test } from "vitest";

import { dayBegins, dayEnds, filtered, filtersOf } from "../src/parts/filters.ts";

const NAMES = ["sender", "state", "from"];

test("what an address says is what its filters make of it again", () => {
  const all: [Record<string, string>, string][] = [
    [{}, "/admin/transfers"],
    [{ state: "blocked" }, "/admin/transfers?state=blocked"],
    [
      { sender: "a+b@example.org", state: "sealed" },
      "/admin/transfers?sender=a%2Bb%40example.org&state=sealed",
    ],
    [{ sender: "Jörg & <b>" }, "/admin/transfers?sender=J%C3%B6rg+%26+%3Cb%3E"],
  ];
  for (const [filters, address] of all) {
    expect(filtered("/admin/transfers", filters)).toBe(address);
    expect(filtersOf(address.split("?")[1] ?? "", NAMES)).toEqual(filters);
  }
});

test("filters that are empty, or nobody's, are none", () => {
  expect(filtered("/admin", { sender: "  ", state: "" })).toBe("/admin");
  expect(filtersOf("?sender=+&state=&colour=red&from=2026-11-01", NAMES)).toEqual({ from: "2026-11-01" });
});

test("a day goes from its midnight to the next one, also when clocks change", () => {
  for (const day of ["2026-11-01", "2026-03-29", "2026-10-25", "2026-12-31"]) {
    const [begins, ends] = [new Date(dayBegins(day) ?? ""), new Date(dayEnds(day) ?? "")];
    expect([begins.getHours(), ends.getHours()]).toEqual([0, 0]);
    const [year, month, date] = day.split("-").map(Number);
    expect([begins.getFullYear(), begins.getMonth() + 1, begins.getDate()]).toEqual([year, month, date]);
    expect(ends.getTime() - begins.getTime()).toBeGreaterThanOrEqual(23 * 3_600_000);
    expect(ends.getTime() - begins.getTime()).toBeLessThanOrEqual(25 * 3_600_000);
  }
});

test("what is no day is no time", () => {
  for (const none of [undefined, "", "yesterday", "2026-11", "2026-11-01T00:00"]) {
    expect(dayBegins(none)).toBeUndefined();
    expect(dayEnds(none)).toBeUndefined();
  }
});
