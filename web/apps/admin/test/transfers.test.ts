import type { Shape } from "@sealpost/api-client";
import { dayBegins } from "@sealpost/ui";
import { expect, test } from "vitest";
import { after } from "../src/transfers/deeds.ts";
import { asked, exportAddress } from "../src/transfers/query.ts";
import { called, stepsOf, usersOf } from "../src/transfers/steps.ts";

type Record = Shape<"TransferRecord">;

const ID = "01a20490-8597-7a19-b60f-2bda6895ae98";
const line: Shape<"TransferLogLine"> = {
  id: ID,
  state: "available",
  sender_id: "anna",
  sender: "anna@acme.example",
  created_at: "2026-11-22T18:00:00.000Z",
  expires_at: "2026-12-06T18:00:00.000Z",
  file_count: 1,
  byte_count: 10,
  recipient_count: 1,
};

/** As the log tells it: newest first. */
function record(entries: readonly [kind: string, details: object, personal?: object][]): Record {
  return {
    ...line,
    files: [],
    recipients: [{ id: "r1", email: "bert@example.org", protection: "none" }],
    rules: [],
    entries: entries.map(([kind, details, personal], at) => ({
      seq: entries.length - at,
      at: "2026-11-22T18:00:00.000Z",
      kind,
      details,
      hash: "",
      ...(personal && { personal }),
    })) as Record["entries"],
  };
}

test("days become the times between which transfers were made, and everything else stays", () => {
  expect(asked({ from: "2026-11-01", to: "2026-11-30", state: "blocked" })).toEqual({
    from: dayBegins("2026-11-01"),
    to: dayBegins("2026-12-01"),
    state: "blocked",
  });
  expect(asked({ from: "soon" })).toEqual({});
});

test("an export is asked for by the same filters as the log", () => {
  expect(exportAddress({}, "csv")).toBe("/api/v1/admin/transfers/export?format=csv");
  expect(exportAddress({ sender: "a@b.example", state: "draft" }, "jsonl")).toBe(
    "/api/v1/admin/transfers/export?sender=a%40b.example&state=draft&format=jsonl",
  );
});

test("what is blocked is shown so where it stands", () => {
  const log = { pages: [{ transfers: [line, { ...line, id: "other" }] }], pageParams: [undefined] };
  const states = after(log, { do: "block", transfer: ID }).pages[0]?.transfers.map(({ state }) => state);
  expect(states).toEqual(["blocked", "available"]);
});

test("a transfer's way begins with its first step", () => {
  const steps = stepsOf(
    record([
      ["transfer.sent", {}],
      ["transfer.created", {}],
    ]),
  );
  expect(steps.map(({ kind }) => kind)).toEqual(["transfer.created", "transfer.sent"]);
});

test("each step says who it was, and to whom, as far as that is known", () => {
  const steps = stepsOf(
    record([
      ["recipient.blocked", { by: "olga", recipient: "r1" }],
      ["delivery.opened", { recipient: "gone", protection: "email_code" }],
      [
        "delivery.opened",
        { recipient: "r1", protection: "none" },
        { address: ["b@old.example"], network: ["::1"] },
      ],
      ["recipient.notified", { by: "service", recipient: "r1" }],
      ["transfer.sent", { by: "anna" }],
    ]),
  );
  expect(steps.map(({ who, whom, proof, networks }) => ({ who, whom, proof, networks }))).toEqual([
    { who: { address: "anna@acme.example" }, whom: undefined, proof: undefined, networks: [] },
    { who: { role: "service" }, whom: "bert@example.org", proof: undefined, networks: [] },
    { who: { address: "b@old.example" }, whom: undefined, proof: "none", networks: ["::1"] },
    { who: { role: "recipient" }, whom: undefined, proof: "email_code", networks: [] },
    { who: { user: "olga" }, whom: "bert@example.org", proof: undefined, networks: [] },
  ]);
  expect(usersOf(steps)).toEqual(["olga"]);
});

test("a kind that nobody has named stands by its own word", () => {
  expect(called("transfer.sent")).toBe("transfers.step.transfer_sent");
  expect(called("transfer.moved")).toBeUndefined();
});
