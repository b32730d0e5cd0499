/** Days as reports have them: in UTC, as `2026-11-01`. */
import type { Shape } from "@sealpost/api-client";

import type { Bar } from "../parts/Chart.tsx";

type Row = Shape<"ReportRow">;
/** Numbers that are counted and can be added up. */
export type Counted = "transfers" | "files" | "bytes" | "recipients" | "blocked";

const DAY = 86_400_000;
/** Up to so many days each has a bar of its own; of more, weeks have. */
const MOST_DAYS = 35;

const moment = (day: string): number => Date.parse(`${day}T00:00:00Z`);
export const dayOf = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** So many days that end today, today included. */
export function lastDays(count: number, now: number): { readonly from: string; readonly to: string } {
  return { from: dayOf(now - (count - 1) * DAY), to: dayOf(now) };
}

/** Bars for a number, from the first day to the last, those without anything included: of days, or of weeks from Mondays on. */
export function bars(
  { from, to, rows }: Pick<Shape<"ReportAnswer">, "from" | "to" | "rows">,
  number: Counted,
  label: (day: string) => string,
): { readonly unit: "day" | "week"; readonly bars: readonly Bar[] } {
  const [first, last] = [moment(from), moment(to)];
  const unit = (last - first) / DAY + 1 > MOST_DAYS ? "week" : "day";
  const values = new Map<string, number>();
  const place = (day: string) => (unit === "day" ? day : monday(day));
  for (let at = first; at <= last; at += DAY) values.set(place(dayOf(at)), 0);
  for (const row of rows) if (row.day) add(values, place(row.day), count(row, number));
  return { unit, bars: [...values].map(([day, value]) => ({ label: label(day), value })) };
}

function count(row: Row, number: Counted): number {
  return row[number];
}

function add(values: Map<string, number>, key: string, more: number): void {
  values.set(key, (values.get(key) ?? 0) + more);
}

/** The Monday of a day's week. */
export function monday(day: string): string {
  const at = moment(day);
  return dayOf(at - ((new Date(at).getUTCDay() + 6) % 7) * DAY);
}
