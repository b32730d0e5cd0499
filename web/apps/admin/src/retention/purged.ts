/** Numbers of what was purged. */
import type { Shape } from "@sealpost/api-client";

const DAY = 86_400_000;

type Day = Shape<"PurgeDay">;

/** Of all days together. */
export function sum(days: readonly Day[]): Omit<Day, "day"> {
  const start = { expired: 0, deleted: 0, files: 0, bytes: 0, longest_delay_ms: 0 };
  return days.reduce(
    (all, day) => ({
      expired: all.expired + day.expired,
      deleted: all.deleted + day.deleted,
      files: all.files + day.files,
      bytes: all.bytes + day.bytes,
      longest_delay_ms: Math.max(all.longest_delay_ms, day.longest_delay_ms),
    }),
    start,
  );
}

/** How many transfers went on each day from the first to that of `now`, in UTC: also on those on which none did. */
export function byDay({ from, days }: Shape<"Purges">, now: Date): { day: string; count: number }[] {
  const counts = new Map(days.map(({ day, expired, deleted }) => [day, expired + deleted]));
  const all: { day: string; count: number }[] = [];
  for (let at = Date.parse(from); at <= now.getTime(); at += DAY) {
    const day = new Date(at).toISOString().slice(0, 10);
    all.push({ day, count: counts.get(day) ?? 0 });
  }
  return all;
}
