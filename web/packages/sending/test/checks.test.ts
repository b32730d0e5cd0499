import { Problem } from "@sealpost/api-client";
import { type Bootstrap, formats, translate } from "@sealpost/ui";
import { expect, test } from "vitest";
import own from "../../../../locales/en/senders.json";
import shared from "../../../../locales/en/ui.json";
import { faults } from "../src/new/checks.ts";
import { asRequest, type Draft, empty, offeredToOne, within } from "../src/new/draft.ts";
import { lifetimes } from "../src/new/LifetimeField.tsx";
import { nameFault } from "../src/new/names.ts";
import { refusal } from "../src/new/refusal.ts";
import { isSealed, isSealedAtFirst } from "../src/new/sealingChoice.ts";
import { NoSealer } from "../src/sealing/NoSealer.ts";
import { bootstrap } from "./bootstrap.ts";

const t = translate("en", { ...shared, ...own });
const format = formats("en", t);

const recipient = (email: string, phone = "") => ({ email, phone });
const file = (path: string, bytes: number) => ({ id: path, path, file: new File(["x".repeat(bytes)], path) });
const draft = (more: Partial<Draft>): Draft => ({
  ...empty(bootstrap),
  recipients: [recipient("anna@example.org")],
  files: [file("a", 1)],
  ...more,
});
const wrong = (more: Partial<Draft>) => Object.keys(faults(draft(more), bootstrap, t, format));

test("what keeps a draft from being sent is said of its field", () => {
  expect(wrong({})).toEqual([]);
  expect(wrong({ recipients: [], files: [] })).toEqual(["recipients", "files"]);
  expect(wrong({ recipients: [recipient("anna")] })).toEqual(["recipients"]);
  expect(wrong({ files: [file("a", 11)] })).toEqual(["files"]);
  expect(wrong({ files: [file("a", 7), file("b", 7)] })).toEqual(["files"]);
  expect(wrong({ files: [file("a", 1), file("b", 1), file("c", 1)] })).toEqual(["files"]);
  expect(wrong({ protection: "password", generate: false, password: "short" })).toEqual(["password"]);
  expect(wrong({ protection: "sms_code" })).toEqual(["phones"]);
  expect(
    wrong({ protection: "sms_code", recipients: [recipient("a@b.example", "+49 151 23456789")] }),
  ).toEqual([]);
});

test("what the tenant does not let senders choose is not said", () => {
  const now = new Date("2026-01-01T00:00:00Z");
  const said = asRequest(draft({ subject: " Scans " }), bootstrap, now);
  expect(said).toMatchObject({
    subject: "Scans",
    protection: "email_code",
    expires_at: "2026-01-02T00:00:00.000Z",
  });
  expect(said).not.toHaveProperty("message");
  const locked = {
    ...bootstrap,
    policy: { ...bootstrap.policy, locked: ["expiry", "protection"] },
  } as Bootstrap;
  const silent = asRequest(draft({}), locked, now);
  expect(silent).not.toHaveProperty("expires_at");
  expect(silent).not.toHaveProperty("protection");
});

test("a name that the service does not take is told before anything is sent", () => {
  const fine = ["letter.txt", "Scans/2026/דוח שנתי.pdf", ".profile", "a..b", `${"ä".repeat(125)}.txt`];
  for (const name of fine) expect(nameFault(name), name).toBeUndefined();
  for (const name of ["photo\u202egpj.exe", "a\u200bb", "a\nb"])
    expect(nameFault(name), name).toBe("character");
  for (const name of ["../a", "a/./b", "a//b", "C:a", "a\\b", " . "])
    expect(nameFault(name), name).toBe("path");
  const deep = `${"a/".repeat(32)}a`;
  const wide = ["a", "b", "c", "d", "e"].map((letter) => letter.repeat(250)).join("/");
  for (const name of ["ä".repeat(128), deep, wide]) expect(nameFault(name), name).toBe("long");
  const found = faults(draft({ files: [file("photo\u202egpj.exe", 1)] }), bootstrap, t, format);
  expect(found.files).toContain("\u2068photo\u202egpj.exe\u2069");
});

test("what one recipient must show counts for him, and one password is for all who need one", () => {
  const [anna, bert] = [recipient("anna@example.org"), recipient("bert@example.org", "+49 151 23456789")];
  const some = draft({
    protection: "none",
    recipients: [
      { ...anna, protection: "password" },
      { ...bert, protection: "sms_code" },
    ],
  });
  expect(faults(some, bootstrap, t, format)).toEqual({});
  const said = asRequest(some, bootstrap, new Date());
  expect(said.recipients).toEqual([
    { email: "anna@example.org", protection: "password" },
    { email: "bert@example.org", protection: "sms_code", phone: "+4915123456789" },
  ]);
  expect(said.password).toEqual({ generate: true });
  const wanted = [{ ...anna, protection: "sms_code" as const }];
  expect(wrong({ recipients: wanted })).toEqual(["phones"]);
  // What is not offered any more is not asked of anybody.
  expect(within(some, ["email_code", "password"])).toMatchObject({
    protection: "email_code",
    recipients: [{ protection: "password" }, { protection: undefined }],
  });
});

test("who sends for a mailbox says so, and how often it may be fetched goes along unless it is locked", () => {
  const more = { sendAs: "office@example.org", downloads: " 3 " };
  expect(asRequest(draft(more), bootstrap, new Date())).toMatchObject({
    send_as: "office@example.org",
    max_downloads: 3,
  });
  const policy = { ...bootstrap.policy, locked: ["max_downloads"] };
  const silent = asRequest(draft({ downloads: "3" }), { ...bootstrap, policy }, new Date());
  expect(silent).not.toHaveProperty("max_downloads");
  expect(silent).not.toHaveProperty("send_as");
  expect(wrong({ downloads: "0" })).toEqual(["downloads"]);
});

test("a refusal of the service stands next to its field, with the reason", () => {
  const of = (body: Problem["body"]) => refusal(new Problem(403, body, undefined, undefined), t, format);
  const refused = { email: "eve@example.org", reason: "Only to partners." };
  expect(of({ code: "recipient_refused", recipients: [refused] })).toEqual({
    recipients: "eve@example.org: Only to partners.",
  });
  const asked = { email: "eve@example.org", protections: ["email_code" as const] };
  expect(of({ code: "protection_required", recipients: [asked] }).protection).toContain("A code by e-mail");
  expect(of({ code: "choice_locked", detail: "expiry" })).toHaveProperty("expiry");
  expect(of({ code: "internal" })).toEqual({});
});

test("lifetimes lie within the tenant's bounds, with its own among them", () => {
  expect(lifetimes(5 * 86_400, 10 * 86_400)).toEqual([3600, 86_400, 259_200, 432_000, 604_800, 864_000]);
  expect(lifetimes(60, 60)).toEqual([60]);
});

test("whether recipients may answer is said by whoever may choose it", () => {
  const said = (more: Partial<Draft>, policy: Partial<Bootstrap["policy"]> = {}) =>
    asRequest(draft(more), { ...bootstrap, policy: { ...bootstrap.policy, ...policy } }, new Date())
      .allow_reply;
  expect([said({}), said({ replies: false })]).toEqual([true, false]);
  expect(said({ sendAs: "office@example.org" })).toBeUndefined();
  expect(said({ replies: false }, { replies: "forbid" })).toBeUndefined();
  expect(said({ replies: false }, { locked: ["reply"] })).toBeUndefined();
  const refused = new Problem(403, { code: "choice_locked", detail: "reply" }, undefined, undefined);
  expect(refusal(refused, t, format)).toHaveProperty("replies");
});

test("of what is sealed here nothing is said in the clear, and all are asked for the password or nobody", () => {
  const words = { subject: "Scans", message: "Dear Anna", generate: false, password: "correct horse" };
  const now = new Date("2026-01-01T00:00:00Z");
  const offered: Draft["protection"][] = ["email_code", "password", "email_code_and_password"];
  const own = { ...recipient("bert@example.org"), protection: "email_code" as const };
  const written = within(
    draft({
      ...words,
      sealed: true,
      protection: "password",
      recipients: [recipient("anna@example.org"), own],
    }),
    offered,
  );
  expect(written.recipients.map(({ protection }) => protection)).toEqual([undefined, undefined]);
  expect(offeredToOne(written, offered)).toEqual(["password", "email_code_and_password"]);
  const said = asRequest(written, bootstrap, now);
  expect(said).toMatchObject({ mode: "zero_knowledge", protection: "password" });
  for (const unsaid of ["subject", "message", "password"]) expect(said).not.toHaveProperty(unsaid);
  // Of others each may be asked for something of his own.
  expect(within({ ...written, sealed: false, recipients: [own] }, offered).recipients).toEqual([own]);
  expect(asRequest({ ...written, sealed: false }, bootstrap, now)).not.toHaveProperty("mode");
});

test("what is sealed here is as large as the service counts it", () => {
  expect(wrong({ files: [file("a", 10)] })).toEqual([]);
  expect(wrong({ files: [file("a", 10)], sealed: true })).toEqual(["files"]);
});

test("what the tenant requires is sealed, and what was to be sealed is never sent otherwise by itself", () => {
  const policy = (zero_knowledge: string) => ({ ...bootstrap.policy, zero_knowledge });
  const first = ["forbid", "allow", "prefer", "require"].map((said) =>
    isSealedAtFirst({ policy: policy(said) }),
  );
  expect(first).toEqual([false, false, true, true]);
  expect(isSealed(false, policy("require"))).toBe(true);
  expect(isSealed(false, policy("prefer"))).toBe(false);
  expect(isSealed(true, policy("forbid"))).toBe(true);
});

test("that nothing can be sealed, or may not be, is told beside the choice", () => {
  const locked = new Problem(403, { code: "choice_locked", detail: "mode" }, undefined, undefined);
  expect(Object.keys(refusal(locked, t, format))).toEqual(["sealing"]);
  expect(refusal(new NoSealer(), t, format).sealing).toMatch(/could not start/);
});
