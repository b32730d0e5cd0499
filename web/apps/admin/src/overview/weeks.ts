/** The numbers of reports, which count days in UTC, put together by weeks, which begin on Mondays. */
import type { Shape } from "@sealpost/api-client";

type Row = Pick<Shape<"ReportRow">, "day"> & Numbers;

/** What is added up. */
export interface Numbers {
  readonly transfers: number;
  readonly bytes: number;
  readonly refused_by_address_rules: number;
  readonly refused_by_content_rules: number;
  readonly refused_by_file_rules: number;
}

export interface Week {
  /** Its Monday, as reports write days. */
  readonly from: string;
  readonly transfers: number;
  readonly bytes: number;
  /** Attempts that the policy refused, whatever for. */
  readonly refused: number;
}

const DAY = 86_400_000;

/** As reports write days: `2026-11-01`. */
export const written = (at: number): string => new Date(at).toISOString().slice(0, 10);

/** The Monday of the week in which a moment is. */
function monday(at: number): number {
  const midnight = Math.floor(at / DAY) * DAY;
  // 1970-01-01, day 0, was a Thursday.
  return midnight - ((midnight / DAY + 3) % 7) * DAY;
}

/** The first day of the latest `count` weeks, the one in which `now` is among them. */
export function firstDay(now: number, count: number): string {
  return written(monday(now) - (count - 1) * 7 * DAY);
}

/** These weeks, oldest first, also those in which there was nothing. */
export function weeks(rows: readonly Row[], now: number, count: number): readonly Week[] {
  return Array.from({ length: count }, (_, at) => {
    const begins = monday(now) - (count - 1 - at) * 7 * DAY;
    const [from, to] = [written(begins), written(begins + 7 * DAY)];
    const its = rows.filter(({ day }) => day !== undefined && day >= from && day < to);
    const sum = (number: (row: Row) => number) => its.reduce((sofar, row) => sofar + number(row), 0);
    return {
      from,
      transfers: sum((row) => row.transfers),
      bytes: sum((row) => row.bytes),
      refused: sum(
        (row) => row.refused_by_address_rules + row.refused_by_content_rules + row.refused_by_file_rules,
      ),
    };
  });
}
