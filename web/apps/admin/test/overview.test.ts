import { expect, test } from "vitest";

import { matters } from "../src/overview/attention.ts";
import { firstDay, weeks } from "../src/overview/weeks.ts";

const at = (text: string) => new Date(text).getTime();
const day = (text: string, transfers: number) => ({
  day: text,
  transfers,
  bytes: 10 * transfers,
  refused_by_address_rules: 1,
  refused_by_content_rules: 0,
  refused_by_file_rules: 2,
});

test("weeks begin on Mondays, and none is left out", () => {
  // A Sunday, and the Monday after it.
  expect(firstDay(at("2026-11-22T23:59:59Z"), 2)).toBe("2026-11-09");
  expect(firstDay(at("2026-11-23T00:00:00Z"), 2)).toBe("2026-11-16");
  const rows = [day("2026-11-08", 100), day("2026-11-09", 1), day("2026-11-15", 2), day("2026-11-22", 4)];
  expect(weeks(rows, at("2026-11-22T12:00:00Z"), 3)).toEqual([
    { from: "2026-11-02", transfers: 100, bytes: 1000, refused: 3 },
    { from: "2026-11-09", transfers: 3, bytes: 30, refused: 6 },
    { from: "2026-11-16", transfers: 4, bytes: 40, refused: 3 },
  ]);
  expect(weeks([], at("2026-11-22T12:00:00Z"), 2).map(({ transfers }) => transfers)).toEqual([0, 0]);
});

const NOW = at("2026-11-22T12:00:00Z");
const said = (known: Parameters<typeof matters>[0]) =>
  matters(known, NOW, (time) => time.toISOString()).map(({ text, values }) => [text, values]);
const licence = {
  state: "active",
  seats: 10,
  seats_assigned: 3,
  seats_over: 0,
  licence: {
    customer: "Acme",
    expires_at: "2027-12-31T00:00:00Z",
    features: [],
    grace_ends_at: "2028-01-14T00:00:00Z",
    id: "",
    issued_at: "",
    key: "",
    seats: 10,
    tenant: "acme",
  },
};

test("nothing is said of what is as it should be, or not known", () => {
  expect(said({})).toEqual([]);
  expect(
    said({ reports: [{ settled_at: "x" }], incidents: [], licence, blocked: { transfers: [] } }),
  ).toEqual([]);
  expect(said({ licence: { state: "not_required", seats_assigned: 7, seats_over: 0 } })).toEqual([]);
});

test("a licence speaks up before its end, at its end, and when its seats are used up", () => {
  const until = (expires_at: string) => ({ ...licence, licence: { ...licence.licence, expires_at } });
  expect(said({ licence: until("2026-12-01T00:00:00Z") })).toEqual([
    ["overview.licence_ends", { time: "2026-12-01T00:00:00.000Z" }],
  ]);
  expect(said({ licence: { ...licence, state: "grace" } })[0]?.[0]).toBe("overview.licence_grace");
  expect(said({ licence: { ...licence, state: "expired" } })).toEqual([["overview.licence_expired", {}]]);
  expect(said({ licence: { ...licence, state: "missing" } })).toEqual([["overview.licence_missing", {}]]);
  expect(said({ licence: { ...licence, seats_assigned: 10 } })).toEqual([
    ["overview.seats_full", { count: 10 }],
  ]);
  expect(said({ licence: { ...licence, seats_assigned: 12, seats_over: 2 } })).toEqual([
    ["overview.seats_over", { count: 2 }],
  ]);
});

test("only what has waited for long is said to wait", () => {
  const line = (sent_at: string) => ({
    id: sent_at,
    state: "sealed",
    sender_id: "",
    created_at: sent_at,
    sent_at,
    expires_at: "",
    file_count: 1,
    byte_count: 1,
    recipient_count: 1,
  });
  const waiting = { transfers: [line("2026-11-22T11:59:00Z"), line("2026-11-22T11:00:00Z")] };
  expect(said({ waiting })).toEqual([["overview.waiting", { count: 1 }]]);
});

test("of long lists only that there are more is known", () => {
  const line = {
    id: "1",
    state: "blocked",
    sender_id: "",
    created_at: "",
    expires_at: "",
    file_count: 1,
    byte_count: 1,
    recipient_count: 1,
  };
  expect(said({ blocked: { transfers: [line] } })).toEqual([["overview.blocked", { count: 1 }]]);
  expect(said({ blocked: { transfers: [line], next: "1" } })).toEqual([
    ["overview.blocked_more", { count: 1 }],
  ]);
});

test("what should be gone and is not is an error, what only hinders its removal a warning", () => {
  expect(said({ retention: { standing: "clear" } })).toEqual([]);
  for (const [standing, intent] of [
    ["attention", "warning"],
    ["overdue", "error"],
  ]) {
    const found = matters({ retention: { standing: standing ?? "" } }, NOW, String);
    expect(found).toMatchObject([{ text: `overview.retention_${standing}`, intent, to: "retention" }]);
  }
});
