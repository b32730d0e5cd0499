/// <reference types="office-js" />
import { expect, test, vi } from "vitest";

import type {
  ComposeItem,
  CustomProperties,
  Mailbox,
  OfficeApi,
  OfficeTheme,
  ReadItem,
  Settings,
  Ui,
} from "../src/office/api.ts";
import { ask, CALL_MS, OfficeFault } from "../src/office/call.ts";
import { schemeOf } from "../src/shell/useOutlookScheme.ts";
import { Outlook } from "./outlook.ts";

// That these compile is the proof: what the pane takes for Office.js is what Microsoft says it is.
const compose = (real: Office.MessageCompose): ComposeItem => real;
const read = (real: Office.MessageRead): ReadItem => real;
const mailbox = (real: Omit<Office.Mailbox, "item">): Mailbox => real;
const properties = (real: Office.CustomProperties): CustomProperties => real;
const settings = (real: Office.RoamingSettings): Settings => real;
const ui = (real: Office.UI): Ui => real;
const theme = (real: Office.OfficeTheme): OfficeTheme => real;
const requirements = (
  real: Office.RequirementSetSupport,
): NonNullable<OfficeApi["context"]>["requirements"] => real;

test("what is used of Office.js is there", () => {
  const all = [compose, read, mailbox, properties, settings, ui, theme, requirements];
  expect(all.every((one) => typeof one === "function")).toBe(true);
});

test("everybody in To, Cc and Bcc is a recipient, once, and the sender is not", async () => {
  const outlook = new Outlook({
    own: "Anna@example.org",
    from: "team@example.org",
    to: [{ emailAddress: "Bert@Example.org", displayName: "Bert" }, { emailAddress: "" }],
    cc: [{ emailAddress: "anna@example.org" }, { emailAddress: "bert@example.org" }],
    bcc: [{ emailAddress: "Cleo", displayName: "cleo@example.org" }, { emailAddress: "team@example.org" }],
  });
  expect(await outlook.mail.recipients()).toEqual([
    { email: "bert@example.org", name: "Bert" },
    { email: "cleo@example.org", name: "" },
  ]);
});

test("a field that cannot be read is no empty one", async () => {
  await expect(new Outlook({ failing: ["cc"] }).mail.recipients()).rejects.toBeInstanceOf(OfficeFault);
});

test("what an Outlook does not know, fails, or does not answer is told apart", async () => {
  await expect(new Outlook({ set: "1.5" }).mail.attachments()).rejects.toMatchObject({ why: "missing" });
  await expect(new Outlook({ failing: ["subject"] }).mail.subject()).rejects.toMatchObject({ why: "failed" });
  vi.useFakeTimers();
  const late = expect(new Outlook({ silent: ["subject"] }).mail.subject()).rejects.toMatchObject({
    why: "late",
  });
  await vi.advanceTimersByTimeAsync(CALL_MS);
  await late;
  vi.useRealTimers();
});

test("no more than three calls run at once, and all of them end", async () => {
  let running = 0;
  let most = 0;
  const call = () =>
    ask<object, void>("x", {}, (_, callback) => {
      running += 1;
      most = Math.max(most, running);
      setTimeout(() => {
        running -= 1;
        callback({ status: "succeeded", value: undefined });
      }, 1);
    });
  await Promise.all(Array.from({ length: 10 }, call));
  expect(most).toBe(3);
});

test("what the pane was opened for is read from what is told, and from nothing else", async () => {
  const host = new Outlook().host;
  const told: unknown[] = [];
  const outlook = new Outlook();
  await outlook.host.onArrival((arrival) => told.push(arrival));
  const fire = (data: unknown) =>
    outlook.fire("olkInitializationContextChanged", { initializationContextData: data });
  fire('{"format":1,"view":"take_over","reasons":["attachments",3],"protection":"password"}');
  fire('{"format":2,"view":"take_over","reasons":[]}');
  fire('{"format":1,"view":"elsewhere"}');
  fire("nonsense");
  fire(undefined);
  expect(told).toEqual([{ view: "take_over", reasons: ["attachments"], protection: "password" }]);
  expect(host.mail?.kind).toBe("compose");
});

test("Outlook tells us of sending from Mailbox 1.12 on, but for telephones", () => {
  expect(new Outlook({ set: "1.11" }).host.hasSendEvent).toBe(false);
  expect(new Outlook({ set: "1.12" }).host.hasSendEvent).toBe(true);
  expect(new Outlook({ set: "1.12", platform: "iOS" }).host.hasSendEvent).toBe(false);
});

test("dark is what white is read on better", () => {
  expect([schemeOf("#292929"), schemeOf("#FFFFFF"), schemeOf("white"), schemeOf(undefined)]).toEqual([
    "dark",
    "light",
    undefined,
    undefined,
  ]);
});
