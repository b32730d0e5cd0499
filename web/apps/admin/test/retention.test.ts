import { expect, test } from "vitest";
import kindsOfService from "../../../../crates/domain/src/audit.rs?raw";
import jobsOfService from "../../../../crates/tenancy/src/retention/jobs.rs?raw";
import wordsOfService from "../../../../crates/tenancy/src/retention/standing.rs?raw";
import english from "../../../../locales/en/console.json";
import { KINDS } from "../src/audit/kinds.ts";
import { byDay, sum } from "../src/retention/purged.ts";
import { FINDINGS, JOBS, STANDINGS } from "../src/retention/words.ts";

const day = (name: string, expired: number, deleted: number, longest_delay_ms = 0) => ({
  day: name,
  expired,
  deleted,
  files: expired + deleted,
  bytes: 10,
  longest_delay_ms,
});

test("days on which nothing was removed stand in the chart, the last of them too", () => {
  const purges = { from: "2026-02-27", days: [day("2026-02-27", 1, 2), day("2026-03-01", 0, 4)] };
  expect(byDay(purges, new Date("2026-03-02T00:00:00Z"))).toEqual([
    { day: "2026-02-27", count: 3 },
    { day: "2026-02-28", count: 0 },
    { day: "2026-03-01", count: 4 },
    { day: "2026-03-02", count: 0 },
  ]);
  expect(byDay({ from: "2026-10-25", days: [] }, new Date("2026-10-25T23:59:59Z"))).toHaveLength(1);
});

test("numbers of days are added up, but the longest delay is the longest of all", () => {
  const days = [day("2026-03-01", 1, 2, 90_000), day("2026-03-02", 3, 0, 60_000)];
  expect(sum(days)).toEqual({ expired: 4, deleted: 2, files: 6, bytes: 20, longest_delay_ms: 90_000 });
  expect(sum([])).toEqual({ expired: 0, deleted: 0, files: 0, bytes: 0, longest_delay_ms: 0 });
});

test("the page has words for all that the service finds, and for no more", () => {
  const words = [...wordsOfService.matchAll(/Self::\w+ => "([a-z_]+)"/g)].map(([, word]) => word);
  expect([...FINDINGS, ...STANDINGS].sort()).toEqual(words.sort());
  const jobs = [...jobsOfService.matchAll(/\(Job::(\w+), Duration/g)].map(([, name = ""]) =>
    name.replace(/(?<=[a-z])[A-Z]/g, (letter) => `_${letter}`).toLowerCase(),
  );
  expect(JOBS).toEqual(jobs);
});

test("the kinds of entries that can be looked for are those of the service, and each is called something", () => {
  const kinds = [...kindsOfService.matchAll(/^ {4}"([a-z_.]+)",$/gm)].map(([, kind]) => kind);
  expect(kinds.length).toBeGreaterThan(100);
  expect(KINDS).toEqual(kinds);
  const named = Object.keys(english).filter((key) => key.startsWith("audit.kind."));
  expect(named).toEqual(kinds.map((kind) => `audit.kind.${kind}`).sort());
});
