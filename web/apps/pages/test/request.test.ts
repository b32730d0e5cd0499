import { NoConnection, Problem } from "@sealpost/api-client";
import type { ChosenFile } from "@sealpost/sending/new/draft.ts";
import { formats, translate } from "@sealpost/ui";
import { expect, test } from "vitest";
import own from "../../../../locales/en/outsiders.json";
import pages from "../../../../locales/en/senders.json";
import shared from "../../../../locales/en/ui.json";
import { accept, named, whyNot } from "../src/request/accept.ts";
import { hasEnded, isClosed } from "../src/request/arrive.ts";
import { type Note, sentNote } from "../src/request/note.ts";
import { outsidePlace } from "../src/request/place.ts";
import { toldUploader } from "../src/request/told.ts";
import { ServiceClock } from "../src/shell/clock.ts";

const t = translate("en", { ...shared, ...pages, ...own });
const format = formats("en", t);
const any = { mode: "deny", extensions: [], without_extension: true } as const;
const limits = {
  maxFiles: 3,
  maxBytes: 100,
  maxFileBytes: 60,
  types: { ...any, extensions: [...any.extensions] },
};
const chosen = (path: string, size: number): ChosenFile => ({
  id: path,
  path,
  file: new File(["x".repeat(size)], path),
});
const problem = (status: number, code?: string, more: object = {}) =>
  new Problem(status, { ...(code && { code }), ...more } as Problem["body"], undefined, "a-1");
const headers = (date: string) => ({ headers: new Headers({ Date: date }) });

test("the link of a request and a portal are no pages of senders", () => {
  expect(outsidePlace("/r/abc")).toEqual({ kind: "request", path: "/r/abc", token: "abc" });
  expect(outsidePlace("/u/demo/scans")).toEqual({
    kind: "portal",
    path: "/u/demo/scans",
    tenant: "demo",
    name: "scans",
  });
  const senders = [
    "/",
    "/r/",
    "/r",
    "/requests",
    "/requests/abc",
    "/r/a/b",
    "/transfers",
    "/u/demo",
    "/u/a/b/c",
  ];
  for (const path of senders) expect(outsidePlace(path)).toBeUndefined();
});

test("what is too large or too much is not taken, and what fits is", () => {
  const present = [{ path: "a", size: 30 }];
  const { taken, refused } = accept(
    [
      chosen("a", 30),
      chosen("big", 61),
      chosen("b", 60),
      chosen("much", 11),
      chosen("c", 10),
      chosen("d", 0),
    ],
    present,
    limits,
  );
  expect(taken.map(({ path }) => path)).toEqual(["b", "c"]);
  expect(refused.map(({ path, why }) => `${path} ${why}`)).toEqual([
    "a known",
    "big big",
    "much much",
    "d many",
  ]);
  for (const one of refused) expect(whyNot(one, limits, t, format)).not.toContain("{{");
});

test("a file of the same name and another length is another file", () => {
  expect(accept([chosen("a", 5)], [{ path: "a", size: 6 }], limits).taken).toHaveLength(1);
});

test("pictures that are all called the same are told apart by the time", () => {
  const at = new Date(2026, 10, 22, 8, 5, 9);
  const picture = new File(["x"], "image.png", { type: "image/png", lastModified: 7 });
  const made = named(picture, at);
  expect([made.name, made.type, made.lastModified]).toEqual(["image 2026-11-22 080509.png", "image/png", 7]);
  expect(named(new File([], ".hidden"), at).name).toBe(".hidden 2026-11-22 080509");
});

test("what is left goes by the service's clock, however wrong the device's is", () => {
  const clock = new ServiceClock(() => Date.parse("2026-11-22T11:00:00Z"));
  expect(clock.wrong).toBeUndefined();
  clock.hear(headers("Sun, 22 Nov 2026 12:00:00 GMT"));
  expect(clock.until("2026-11-22T12:00:30Z")).toBe(30);
  expect(clock.until("2026-11-22T11:30:00Z")).toBe(0);
  expect(clock.wrong).toBe(3600);
  clock.hear(headers("nonsense"));
  expect(clock.wrong).toBe(3600);
  clock.hear(headers("Sun, 22 Nov 2026 11:01:00 GMT"));
  expect(clock.wrong).toBeUndefined();
});

test("the right to send is not kept once it was used", () => {
  const note = {
    place: "/r/x",
    transfer: "t",
    endsAt: "2026-12-01T00:00:00Z",
    about: { opened: { title: "x" }, who: { name: "Anna", email: "anna@example.org" }, grant: "sb_secret" },
  } as Note;
  const files = [{ id: "f", name: null, size: 3, crc32: 5 }];
  const sent = sentNote(note, { files } as unknown as Parameters<typeof sentNote>[1], "2026-11-22T12:00:00Z");
  expect(JSON.stringify(sent)).not.toContain("sb_");
  expect(sent.about.receipt).toEqual({
    sentAt: "2026-11-22T12:00:00Z",
    files: [{ name: "–", size: 3, crc32: 5 }],
  });
});

test("what has ended is told from what only fails now", () => {
  expect(isClosed(problem(403, "request_closed"))).toBe(true);
  for (const ended of [problem(403, "request_closed"), problem(401), problem(404), problem(410, "gone")])
    expect(hasEnded(ended)).toBe(true);
  for (const passing of [
    problem(403, "type_refused"),
    problem(500),
    problem(429),
    new NoConnection(),
    undefined,
  ])
    expect(hasEnded(passing)).toBe(false);
});

test("whoever has no account hears nothing of his organisation or his session", () => {
  const codes = [
    "code_needed",
    "gone",
    "internal",
    "limit_reached",
    "link_unavailable",
    "not_available_now",
    "not_found",
    "quota_used_up",
    "recipient_refused",
    "request_closed",
    "state_conflict",
    "storage_full",
    "too_large",
    "type_refused",
    "unauthorized",
    "unavailable",
    "wrong_address",
    "wrong_code",
  ];
  for (const code of codes) {
    const told = toldUploader(problem(400, code), t);
    expect(told, code).not.toMatch(/your organisation|your session|\{\{/i);
  }
  expect(toldUploader(problem(502), t)).toContain("a-1");
  const recipients = [{ email: "x@example.org", reason: "No files from there." }];
  expect(toldUploader(problem(403, "recipient_refused", { recipients }), t)).toContain(
    "No files from there.",
  );
});
