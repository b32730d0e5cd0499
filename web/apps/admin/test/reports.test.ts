import type { Shape } from "@sealpost/api-client";
import { expect, test } from "vitest";

import { bars, lastDays, monday } from "../src/reports/days.ts";

const row = (day: string, transfers: number) => ({ day, transfers }) as Shape<"ReportRow">;
const same = (day: string) => day;

test("days without anything have a bar, too", () => {
  const report = { from: "2026-11-01", to: "2026-11-04", rows: [row("2026-11-02", 3), row("2026-11-04", 1)] };
  expect(bars(report, "transfers", same)).toEqual({
    unit: "day",
    bars: [
      { label: "2026-11-01", value: 0 },
      { label: "2026-11-02", value: 3 },
      { label: "2026-11-03", value: 0 },
      { label: "2026-11-04", value: 1 },
    ],
  });
});

test("many days are told by weeks, which begin on Mondays", () => {
  const report = { from: "2026-09-30", to: "2026-11-22", rows: [row("2026-10-05", 2), row("2026-10-11", 4)] };
  const { unit, bars: weeks } = bars(report, "transfers", same);
  expect(unit).toBe("week");
  expect(weeks).toHaveLength(8);
  expect(weeks.filter(({ value }) => value > 0)).toEqual([{ label: "2026-10-05", value: 6 }]);
  expect(monday("2026-11-22")).toBe("2026-11-16");
  expect(monday("2026-11-16")).toBe("2026-11-16");
});

test("the last days end today", () => {
  expect(lastDays(7, Date.parse("2026-11-22T23:59:00Z"))).toEqual({ from: "2026-11-16", to: "2026-11-22" });
});
