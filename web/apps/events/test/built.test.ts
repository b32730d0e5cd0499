import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parse } from "acorn";
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import type { EventPolicy } from "../src/policy.ts";
import { ADDIN, BASE, built, Outlook, type Scene, served } from "./outlook.ts";
import { ID, policyOf } from "./samples.ts";

const MAX_BYTES = 40_000;
const EVENTS = {
  composed: "onNewMessageComposeHandler",
  attachments: "onMessageAttachmentsChangedHandler",
  recipients: "onMessageRecipientsChangedHandler",
  send: "onMessageSendHandler",
};
const HANDLERS = Object.values(EVENTS);
/** All handlers are done by then: well before the five seconds after which Outlook says that it takes long. */
const MOST_MS = 3500;

let code = "";
beforeAll(async () => {
  code = await built();
}, 60_000);
beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the file", () => {
  test("is ECMAScript 2016, a script without imports, and small", () => {
    expect(() => parse(code, { ecmaVersion: 7, sourceType: "script" })).not.toThrow();
    expect(() => parse("async () => 1", { ecmaVersion: 7, sourceType: "script" })).toThrow();
    expect(Buffer.byteLength(code)).toBeLessThanOrEqual(MAX_BYTES);
  });

  test("uses nothing that is not there without a document and before 2017", () => {
    const folder = fileURLToPath(new URL("../", import.meta.url));
    const compiler = fileURLToPath(new URL("../../../node_modules/typescript/bin/tsc", import.meta.url));
    expect(() =>
      execFileSync(process.execPath, [compiler, "-p", folder], { encoding: "utf8" }),
    ).not.toThrow();
  });

  test("has its places in its first line alone, where the service fills them in", () => {
    const [first = "", ...rest] = code.split("\n");
    expect(first).toBe(`var sealpost={"base_url":"{{base_url}}","addin_id":"{{addin_id}}"};`);
    expect(rest.join("\n")).not.toMatch(/\{\{(base_url|addin_id)\}\}/);
    expect(rest.join("\n")).not.toMatch(/https?:\/\//);
  });

  test("comes to Outlooks with a document by a page that has nothing else, behind Office.js", () => {
    const page = readFileSync(new URL("../public/launchevent.html", import.meta.url), "utf8");
    expect([...page.matchAll(/<script([^>]*)>([^<]*)/g)].map(([, about, inline]) => [about, inline])).toEqual(
      [
        [' src="https://appsforoffice.microsoft.com/lib/1/hosted/office.js"', ""],
        [' src="launchevent.js"', ""],
      ],
    );
  });

  test("hears of what the manifests say, on hosts that are never ready, too", () => {
    const never = new Outlook(served(code), { without: ["onReady"] });
    expect(never.names.sort()).toEqual([...HANDLERS].sort());
  });

  test("hears of it when the host is ready, if not before", async () => {
    const scene: Scene = { throwing: ["actions.associate"] };
    const late = new Outlook(served(code), scene);
    expect(late.names).toEqual([]);
    scene.throwing = [];
    await vi.advanceTimersByTimeAsync(10);
    expect(late.names.sort()).toEqual([...HANDLERS].sort());
  });
});

/** All that the file calls in Office.js, and the way to the service. */
const CALLS = ["getAttachmentsAsync", "to.getAsync", "cc.getAsync", "bcc.getAsync", "from.getAsync"].concat(
  ["subject.getAsync", "body.getAsync", "sessionData.getAsync", "internetHeaders.getAsync", "fetch"],
  ["notificationMessages.replaceAsync", "roamingSettings.saveAsync", "sessionData.setAsync"],
);
const MB = 1_000_000;
const policy = (more: Partial<EventPolicy> = {}) =>
  policyOf({ attachments: { more_than_bytes: 20 * MB, level: "enforce" }, ...more });
const says = (more: Partial<EventPolicy> = {}) => ({
  "/policy": { status: 200, json: policy(more), etag: '"1"' },
});
const big: Scene["attachments"] = [{ id: "a", name: "scan.zip", size: 22 * MB }];
const people = (...addresses: string[]) => addresses.map((emailAddress) => ({ emailAddress }));
const CARD = "4111 1111 1111 1111";

/** Runs one event to its end; what it was completed with, and what else has happened. */
async function happens(
  event: string,
  scene: Scene,
): Promise<{ outlook: Outlook; completed: Record<string, unknown> }> {
  const outlook = new Outlook(served(code), scene);
  outlook.tell(event);
  await vi.advanceTimersByTimeAsync(MOST_MS);
  expect(outlook.completed.length, "completed").toBe(1);
  const [completed = {}] = outlook.completed;
  // Whatever comes late completes nothing a second time.
  await vi.advanceTimersByTimeAsync(60_000);
  expect(outlook.completed.length).toBe(1);
  // A call that is given up is still under way for the host: several of them may take all of its places.
  const { silent = [], delay = 0 } = scene;
  if (silent.length <= 1 && delay < 900) expect(outlook.most).toBeLessThanOrEqual(3);
  const known = [
    "allowEvent",
    "errorMessage",
    ...(buttons(scene) ? ["cancelLabel", "commandId", "contextData", "sendModeOverride"] : []),
  ];
  expect(known).toEqual(expect.arrayContaining(Object.keys(completed)));
  return { outlook, completed: JSON.parse(JSON.stringify(completed)) as Record<string, unknown> };
}
const buttons = ({ set = "1.15" }: Scene) => Number(set.split(".")[1]) >= 14;

describe("sending", () => {
  test("a mail that nothing is said of goes out", async () => {
    const { outlook, completed } = await happens(EVENTS.send, {
      service: says(),
      attachments: [{ ...big[0], size: 1 } as never],
    });
    expect(completed).toEqual({ allowEvent: true });
    expect(outlook.fetched).toEqual([
      {
        address: `${BASE}/api/v1/addin/events/${ADDIN}/policy`,
        headers: { Accept: "application/json" },
        credentials: "omit",
      },
    ]);
  });

  test.each(["1.12", "1.13", "1.14", "1.15"])(
    "what is too big is held, by what Mailbox %s has",
    async (set) => {
      const { completed } = await happens(EVENTS.send, {
        set,
        service: says(),
        attachments: big,
        language: "de-DE",
      });
      expect(completed.allowEvent).toBe(false);
      expect(completed.errorMessage).toContain("22,0\u00a0MB");
      expect("commandId" in completed).toBe(buttons({ set }));
      if (buttons({ set })) {
        expect(completed.cancelLabel).toBe("Sicher senden");
        expect(typeof completed.contextData).toBe("string");
      }
    },
  );

  test.each(["1.5", "1.8"])("a host of Mailbox %s holds nothing that it cannot list", async (set) => {
    const content = [
      { name: "c", find: { number: "payment_card" }, level: "mandatory", text: "A card." },
    ] as never;
    const { completed } = await happens(EVENTS.send, {
      set,
      service: says({ content }),
      attachments: big,
      body: CARD,
    });
    expect(completed.errorMessage).toContain("A card.");
    expect((completed.errorMessage as string).includes("MB")).toBe(set === "1.8");
  });

  test.each<[string, Scene, string]>([
    ["a forbidden type", { attachments: [{ id: "a", name: "a.exe", size: 1 }] }, "a.exe"],
    [
      "a denied recipient",
      { attachments: [{ id: "a", name: "a", size: 1 }], cc: people("x@rival.example") },
      "Not to rivals.",
    ],
    [
      "one whose name is his address",
      {
        attachments: [{ id: "a", name: "a", size: 1 }],
        bcc: [{ emailAddress: "", displayName: "x@rival.example" }],
      },
      "Not to rivals.",
    ],
    ["a card's number", { body: `My card: ${CARD}` }, "A card."],
    ["words in the subject", { subject: "Streng VERTRAULICH" }, "Confidential."],
    [
      "where characters have no properties",
      { subject: "(vertraulich)", oldExpressions: true },
      "Confidential.",
    ],
  ])("%s is held", async (_, scene, expected) => {
    const content = [
      { name: "c", find: { number: "payment_card" }, level: "mandatory", text: "A card." },
      { name: "w", find: { words: ["vertraulich"] }, level: "automatic", text: "Confidential." },
    ] as never;
    const all = says({
      content,
      types: { mode: "deny", extensions: ["exe"], level: "ask" },
      recipients: {
        level: "ask",
        internal: [],
        rules: [{ recipients: ["rival.example"], effect: { deny: "Not to rivals." } }],
      },
    });
    const { completed } = await happens(EVENTS.send, { service: all, own: "anna@st-anna.example", ...scene });
    expect(completed.errorMessage).toContain(expected);
  });

  test("a word within another is none, where characters have no properties, too", async () => {
    const content = [{ name: "w", find: { words: ["art"] }, level: "mandatory", text: "Art." }] as never;
    for (const oldExpressions of [true, false]) {
      const within: Scene = {
        service: says({ content }),
        subject: "Bärart, artähnlich, πart, art日",
        oldExpressions,
      };
      expect((await happens(EVENTS.send, within)).completed).toEqual({ allowEvent: true });
    }
  });

  test("whom Outlook has not resolved is not seen, and his own address is nobody's business", async () => {
    const rules = [{ recipients: ["any"], effect: { deny: "No." } }];
    const service = says({ recipients: { level: "enforce", internal: [], rules } });
    const to = [
      { emailAddress: "half@rival.example", resolved: false },
      { emailAddress: "Anna@St-Anna.example" },
    ];
    const scene: Scene = {
      service,
      own: "anna@st-anna.example",
      to,
      attachments: [{ id: "a", name: "a", size: 1 }],
    };
    expect((await happens(EVENTS.send, scene)).completed).toEqual({ allowEvent: true });
    const more = { ...scene, to: [...to, ...people("x@rival.example")] };
    expect((await happens(EVENTS.send, more)).completed.allowEvent).toBe(false);
  });

  test("what is only asked about is relaxed where the manifest blocks", async () => {
    const ask = says({ attachments: { more_than_bytes: 1, level: "ask" } });
    const newest = await happens(EVENTS.send, { service: ask, attachments: big });
    expect(newest.completed).toMatchObject({ allowEvent: false, sendModeOverride: "promptUser" });
    const older = await happens(EVENTS.send, { set: "1.13", service: ask, attachments: big });
    expect(older.completed).toEqual({ allowEvent: true });
  });
});

const TICKET = `mt_${"t".repeat(43)}`;
const kept = (more: object) => ({ "sealpost.transfer": JSON.stringify({ id: ID, ...more }) });
const GONE = { status: 404, json: { code: "not_found" } };

describe("files of this mail, without the right to let them go", () => {
  const standing = (state: string) => ({ ...says(), [`/transfers/${ID}`]: { status: 200, json: { state } } });
  const header = { "x-sealpost-transfer": ID };
  test.each<[string, Scene, string | undefined]>([
    [
      "come in, as the pane and the service say",
      { session: kept({ state: "uploading" }), service: standing("uploading") },
      "still being uploaded",
    ],
    [
      "have come in, and nobody has let them go",
      { session: kept({ state: "uploading" }), service: standing("complete") },
      "nobody can fetch them yet",
    ],
    [
      "were let go in the pane",
      { session: kept({ state: "complete" }), service: standing("sent") },
      undefined,
    ],
    [
      "come in, as the pane says, and the service does not",
      { session: kept({ state: "uploading" }), service: says() },
      "still being uploaded",
    ],
    [
      "are no longer there",
      { headers: header, service: { ...says(), [`/transfers/${ID}`]: GONE } },
      "no longer stored",
    ],
    [
      "are not known to something that stands before the service",
      { headers: header, service: { ...says(), [`/transfers/${ID}`]: { status: 404, json: {} } } },
      undefined,
    ],
    ["are known by the header alone", { headers: header, service: standing("uploading") }, "still being"],
    ["are known by the header, and nobody says more", { headers: header, service: says() }, undefined],
    [
      "are none: something else is in the header",
      { headers: { "x-sealpost-transfer": "../../x" }, service: says() },
      undefined,
    ],
    [
      "are none: something else is kept",
      { session: { "sealpost.transfer": "{]" }, service: says() },
      undefined,
    ],
  ])("%s", async (_, scene, told) => {
    const { outlook, completed } = await happens(EVENTS.send, scene);
    expect(completed.allowEvent).toBe(told === undefined);
    if (told !== undefined) {
      expect(completed.errorMessage).toContain(told);
      expect(completed.cancelLabel).toBe("Open Sealpost");
      expect(JSON.parse(completed.contextData as string)).toMatchObject({
        view: "transfer",
        reasons: ["upload"],
      });
    }
    expect(outlook.fetched.every(({ address }) => !address.includes(".."))).toBe(true);
  });
});

describe("files of this mail become available with it", () => {
  const session = kept({ state: "complete", ticket: TICKET, recipients: ["bert@example.org"] });
  const scene: Scene = { session, to: people("Bert@example.org", "carla@example.org") };
  const answers = (reply: object, more: Partial<EventPolicy> = {}): Scene => ({
    ...scene,
    service: { ...says(more), [`/transfers/${ID}/send`]: reply as never },
  });
  const ok = { status: 200, json: { state: "available", added: [], removed: [] } };
  const releases = (outlook: Outlook) => outlook.fetched.filter(({ address }) => address.endsWith("/send"));

  test("the service hears whom the mail goes to, and shows its right", async () => {
    const { outlook, completed } = await happens(EVENTS.send, answers(ok));
    expect(completed).toEqual({ allowEvent: true });
    expect(releases(outlook)).toEqual([
      {
        address: `${BASE}/api/v1/addin/events/${ADDIN}/transfers/${ID}/send`,
        method: "POST",
        headers: { Accept: "application/json", "Content-Type": "application/json" },
        credentials: "omit",
        body: JSON.stringify({ ticket: TICKET, recipients: ["bert@example.org", "carla@example.org"] }),
      },
    ]);
  });

  test("the right is found in the mailbox where nothing is kept with the mail", async () => {
    const roaming = { "sealpost.tickets": JSON.stringify({ [ID]: TICKET }) };
    const { session: _, ...rest } = answers(ok);
    const found = await happens(EVENTS.send, { ...rest, roaming, headers: { "x-sealpost-transfer": ID } });
    expect(JSON.parse(releases(found.outlook)[0]?.body ?? "")).toMatchObject({ ticket: TICKET });
    const broken = { ...rest, roaming: { "sealpost.tickets": "{" }, headers: { "x-sealpost-transfer": ID } };
    expect(releases((await happens(EVENTS.send, broken)).outlook)).toEqual([]);
  });

  test("nobody loses what he has because Outlook does not say whom it goes to", async () => {
    const { outlook } = await happens(EVENTS.send, { ...answers(ok), failing: ["cc.getAsync"] });
    expect(JSON.parse(releases(outlook)[0]?.body ?? "")).toMatchObject({ recipients: [] });
  });

  test.each<[string, object, string]>([
    [
      "somebody may not have them",
      {
        status: 403,
        json: {
          code: "recipient_refused",
          recipients: [{ email: "carla@example.org", reason: "Not to Carla." }],
        },
      },
      "Files may not be sent to carla@example.org: Not to Carla.",
    ],
    [
      "somebody has to show something else",
      { status: 400, json: { code: "protection_required", recipients: [{ email: "carla@example.org" }] } },
      "cannot go to carla@example.org like this",
    ],
    ["files are missing", { status: 409, json: { code: "state_conflict" } }, "still being uploaded"],
    ["files are not sealed whole", { status: 409, json: { code: "not_sealed_yet" } }, "still being uploaded"],
    [
      "they are sealed to another key",
      { status: 409, json: { code: "key_changed" } },
      "still being uploaded",
    ],
    ["there is nothing any more", GONE, "no longer stored"],
    [
      "something else is wrong with it",
      { status: 400, json: { code: "invalid" } },
      "nobody can fetch them yet",
    ],
  ])("%s: the sender is told", async (_, reply, told) => {
    const { completed } = await happens(EVENTS.send, answers(reply));
    expect(completed.allowEvent).toBe(false);
    expect(completed.errorMessage).toContain(told);
  });

  test("whom the rules let have them gets them, if the mail may go to another whom they do not", async () => {
    const refusal = {
      status: 403,
      json: { code: "recipient_refused", recipients: [{ email: "Carla@example.org", reason: "No." }] },
    };
    const asked = (outlook: Outlook) =>
      releases(outlook).map(({ body }) => (JSON.parse(body ?? "") as { recipients: string[] }).recipients);
    const both = ["bert@example.org", "carla@example.org"];
    const goes = await happens(EVENTS.send, answers(refusal));
    expect(asked(goes.outlook)).toEqual([both, ["bert@example.org"]]);
    expect(goes.completed.errorMessage).toContain("carla@example.org: No.");
    const enforced = { recipients: { level: "enforce" as const, internal: [], rules: [] } };
    const stays = await happens(EVENTS.send, answers(refusal, enforced));
    expect(asked(stays.outlook)).toEqual([both]);
  });

  test.each<[string, object]>([
    ["the service is out of order", { status: 503, json: {} }],
    ["it was asked too often", { status: 429, json: { code: "too_many_requests" } }],
    ["something before the service answers", { status: 502 }],
  ])("the mail goes out when %s", async (_, reply) => {
    expect((await happens(EVENTS.send, answers(reply))).completed).toEqual({ allowEvent: true });
  });

  test("also where no policy is asked, for a mail without its files is of no use", async () => {
    const { outlook, completed } = await happens(EVENTS.send, answers(ok, { active: false }));
    expect(completed).toEqual({ allowEvent: true });
    expect(releases(outlook)).toHaveLength(1);
  });

  test("not with a mail that stays; but with one that the sender may send anyway", async () => {
    const held = { attachments: big, service: { ...answers(ok).service } };
    const stays = await happens(EVENTS.send, { ...scene, ...held });
    expect([stays.completed.allowEvent, releases(stays.outlook).length]).toEqual([false, 0]);
    const asked = answers(ok, { send_mode: "prompt_user" });
    const may = await happens(EVENTS.send, { ...asked, attachments: big });
    expect([may.completed.allowEvent, releases(may.outlook).length]).toEqual([false, 1]);
  });

  test("whoever is added or taken out is named before", async () => {
    const { outlook } = await happens(EVENTS.recipients, answers(ok));
    expect(outlook.bars.get("sealpost")).toMatchObject({
      message: "carla@example.org can fetch the files of this mail once it is sent.",
      actions: [{ actionText: "Open Sealpost" }],
    });
    expect(releases(outlook)).toEqual([]);
  });
});

describe("a mail goes out", () => {
  const held: Scene = { attachments: big, body: CARD };
  const nothing = { allowEvent: true };
  test.each<[string, Scene]>([
    ["when the service is down", { ...held }],
    ["when the service does not answer", { ...held, silent: ["fetch"] }],
    ["when there is no way to ask", { ...held, throwing: ["fetch"] }],
    ["when the service fails", { ...held, service: { "/policy": { status: 503, json: {} } } }],
    ["when the tenant is not known", { ...held, service: { "/policy": { status: 404, json: {} } } }],
    [
      "when the answer is no policy",
      { ...held, service: { "/policy": { status: 200, json: { format: 2, active: true } } } },
    ],
    ["when the answer is no JSON", { ...held, service: { "/policy": { status: 200 } } }],
    ["without a licence, or by the kill flag", { ...held, service: says({ active: false }) }],
    ["when nothing of Office.js answers", { ...held, service: says(), silent: CALLS }],
    ["when everything fails", { ...held, service: says(), failing: ["*"] }],
    ["when every call throws", { ...held, service: says(), throwing: CALLS }],
    ["when there is no context", { ...held, service: says(), without: ["context"] }],
    ["when nothing that is kept can be read", { ...held, throwing: ["roamingSettings.get"] }],
    [
      "when a rule is broken",
      { ...held, service: says({ content: [{ name: "x", level: "mandatory", text: "x" }] as never }) },
    ],
  ])("%s", async (_, scene) => {
    expect((await happens(EVENTS.send, scene)).completed).toEqual(nothing);
  });

  test("when the host does not understand the answer", async () => {
    const outlook = new Outlook(served(code), { ...held, service: says(), throwing: ["event.completed"] });
    outlook.tell(EVENTS.send);
    await vi.advanceTimersByTimeAsync(MOST_MS).catch(() => undefined);
    expect(outlook.completed.map(({ allowEvent }) => allowEvent)).toEqual([false, true]);
  });
});

describe("in time", () => {
  test.each(HANDLERS)("%s completes, whatever call never answers", async (event) => {
    for (const silent of [[], ...CALLS.map((one) => [one]), CALLS]) {
      await happens(event, { service: says(), attachments: big, silent });
    }
  });

  test.each(CALLS.filter((one) => one !== "fetch" && one !== "getAttachmentsAsync"))(
    "%s that never answers keeps nobody from seeing what is too big",
    async (silent) => {
      const scene = { service: says(), attachments: big, silent: [silent] };
      expect((await happens(EVENTS.send, scene)).completed.allowEvent).toBe(false);
    },
  );

  test("a slow host is waited for only as long as there is time", async () => {
    const { completed } = await happens(EVENTS.send, { service: says(), attachments: big, delay: 400 });
    expect(completed.allowEvent).toBe(false);
    expect(
      (await happens(EVENTS.send, { service: says(), attachments: big, delay: 3000 })).completed.allowEvent,
    ).toBe(true);
  });
});

describe("the policy", () => {
  const keptAt = (at: number, more: Partial<EventPolicy> = {}) =>
    JSON.stringify({ at, etag: '"0"', policy: policy(more) });

  test("is fetched for a new mail and kept with it and the mailbox, and not asked for again while it is fresh", async () => {
    const { outlook } = await happens(EVENTS.composed, { service: says() });
    expect(outlook.session.has("sealpost.policy")).toBe(true);
    expect(outlook.roaming.get("sealpost.policy")).toBe(outlook.session.get("sealpost.policy"));
    expect(outlook.saved).toBe(1);
    vi.setSystemTime(JSON.parse(outlook.session.get("sealpost.policy") ?? "").at + 59_000);
    const session = { "sealpost.policy": outlook.session.get("sealpost.policy") ?? "" };
    const sent = await happens(EVENTS.send, { session, attachments: big });
    expect(sent.outlook.fetched).toEqual([]);
    expect(sent.completed.allowEvent).toBe(false);
  });

  test("that is no longer fresh is asked about, and counts on if nothing has changed", async () => {
    const session = { "sealpost.policy": keptAt(Date.now() - 61_000) };
    const service = {
      "/policy": (headers: Record<string, string>) => ({
        status: headers["If-None-Match"] === '"0"' ? 304 : 500,
      }),
    };
    expect((await happens(EVENTS.send, { session, service, attachments: big })).completed.allowEvent).toBe(
      false,
    );
    const { outlook } = await happens(EVENTS.composed, { session, service });
    expect(outlook.saved).toBe(0);
  });

  test("is heard to be off within the time that it is fresh", async () => {
    const session = { "sealpost.policy": keptAt(Date.now() - 61_000) };
    const off = { session, service: says({ active: false }), attachments: big };
    expect((await happens(EVENTS.send, off)).completed.allowEvent).toBe(true);
  });

  test("counts without the service for as long as it says itself, the youngest that is kept", async () => {
    const hour = 3_600_000;
    const keep = { keep_seconds: 7200 };
    const at = Date.now();
    const cases: [Scene, boolean][] = [
      [{ session: { "sealpost.policy": keptAt(at - hour) } }, true],
      [{ session: { "sealpost.policy": keptAt(at - hour, keep) } }, false],
      [{ roaming: { "sealpost.policy": keptAt(at - hour, keep) } }, false],
      [{ session: { "sealpost.policy": keptAt(at - 3 * hour, keep) } }, true],
      [
        {
          session: { "sealpost.policy": keptAt(at - 3 * hour, keep) },
          roaming: { "sealpost.policy": keptAt(at - hour, keep) },
        },
        false,
      ],
      [{ session: { "sealpost.policy": keptAt(at + 9 * hour, keep) } }, true],
    ];
    for (const [scene, allowed] of cases) {
      vi.setSystemTime(at);
      expect((await happens(EVENTS.send, { ...scene, attachments: big })).completed.allowEvent).toBe(allowed);
    }
  });

  test("that is too long to be kept is asked for each time", async () => {
    const content = [
      { name: "w", find: { words: ["x".repeat(50_000)] }, level: "notify", text: "t" },
    ] as never;
    const { outlook } = await happens(EVENTS.composed, { service: says({ content }) });
    expect([outlook.session.size, outlook.roaming.size]).toEqual([0, 0]);
    expect(
      (await happens(EVENTS.send, { service: says({ content }), attachments: big })).completed.allowEvent,
    ).toBe(false);
  });

  test("has no session and no token in what is kept", async () => {
    const { outlook } = await happens(EVENTS.composed, { service: says() });
    expect(Object.keys(JSON.parse(outlook.session.get("sealpost.policy") ?? "")).sort()).toEqual([
      "at",
      "etag",
      "policy",
    ]);
  });
});

describe("the bar over the mail", () => {
  test.each([
    ["1.8", "informationalMessage"],
    ["1.11", "insightMessage"],
  ])("on Mailbox %s is of type %s", async (set, type) => {
    const { outlook, completed } = await happens(EVENTS.attachments, {
      set,
      service: says(),
      attachments: big,
    });
    expect(completed).toEqual({ allowEvent: true });
    const bar = outlook.bars.get("sealpost");
    expect(bar).toMatchObject({ type, icon: "mark.16" });
    expect(String(bar?.message)).toContain("22.0\u00a0MB");
    if (type === "insightMessage") {
      expect(bar?.actions).toMatchObject([
        { actionType: "showTaskPane", commandId: "SealpostPane", actionText: "Send securely" },
      ]);
    }
  });

  test("goes when its reason goes", async () => {
    const scene: Scene = { service: says(), attachments: big };
    const outlook = new Outlook(served(code), scene);
    outlook.tell(EVENTS.attachments);
    await vi.advanceTimersByTimeAsync(MOST_MS);
    expect(outlook.bars.size).toBe(1);
    scene.attachments = [];
    outlook.tell(EVENTS.attachments);
    await vi.advanceTimersByTimeAsync(MOST_MS);
    expect(outlook.bars.size).toBe(0);
  });

  test("lists attachments anew: of several at once only one is told of", async () => {
    const two = [1, 2].map((n) => ({ id: `${n}`, name: `${n}.zip`, size: 11 * MB }));
    const { outlook } = await happens(EVENTS.attachments, { service: says(), attachments: two });
    expect(outlook.bars.size).toBe(1);
  });

  test("tells of recipients", async () => {
    const rules = [{ recipients: ["rival.example"], effect: { deny: "Not to rivals." } }];
    const service = says({ recipients: { level: "notify", internal: [], rules } });
    const scene: Scene = {
      service,
      to: people("x@rival.example"),
      attachments: [{ id: "a", name: "a", size: 1 }],
    };
    const { outlook } = await happens(EVENTS.recipients, scene);
    expect(outlook.bars.get("sealpost")?.message).toContain("Not to rivals.");
    // To be told is all: it goes out.
    expect((await happens(EVENTS.send, scene)).completed).toEqual({ allowEvent: true });
  });
});

test("the button is one that both manifests have, and the icon one of theirs", () => {
  const folder = new URL("../../../../addin-manifest/", import.meta.url);
  const xml = readFileSync(new URL("manifest.xml", folder), "utf8");
  const json = readFileSync(new URL("manifest.json", folder), "utf8");
  expect(xml).toContain('<Control xsi:type="Button" id="SealpostPane">');
  expect(json).toContain('"id": "SealpostPane"');
  expect(xml).toContain('<bt:Image id="mark.16"');
  for (const language of ["en", "de", "nl"]) {
    const texts = (name: string) =>
      JSON.parse(readFileSync(new URL(`../locales/${language}/${name}.json`, folder), "utf8")) as Record<
        string,
        string
      >;
    // What the words say to choose is called so in the ribbon.
    expect(texts("events")["button.ribbon"]).toBe(texts("manifest")["pane.label"]);
  }
});
