import { expect, test } from "vitest";

import { forget, HEADER, keep, PROPERTY, recall, SESSION_KEY, TICKETS } from "../src/mail/known.ts";
import { Outlook } from "./outlook.ts";

const ID = "0193a5f0-7c1e-7b2a-9d4e-5f6071829304";
const known = {
  id: ID,
  state: "uploading",
  ticket: `mt_${"x".repeat(43)}`,
  recipients: ["bert@example.org"],
} as const;

test("a mail keeps its transfer for the send event, and its id for good", async () => {
  const outlook = new Outlook();
  expect(await keep(outlook.mail, outlook.host.settings, known)).toEqual({ ticket: true, lasting: true });
  expect(JSON.parse(outlook.session.get(SESSION_KEY) ?? "")).toEqual(known);
  expect([...outlook.headers]).toEqual([[HEADER, ID]]);
  expect(outlook.properties.size).toBe(0);
});

test("what travels with a mail is no secret", async () => {
  for (const set of ["1.5", "1.8", "1.15"]) {
    const outlook = new Outlook({ set });
    await keep(outlook.mail, outlook.host.settings, known);
    const travelling = [...outlook.headers.values(), ...outlook.properties.values()].join();
    expect(travelling).toBe(ID);
  }
});

test("an Outlook without headers keeps the id as a property", async () => {
  const outlook = new Outlook({ set: "1.5" });
  expect(await keep(outlook.mail, outlook.host.settings, known)).toEqual({ ticket: false, lasting: true });
  expect(outlook.properties.get(PROPERTY)).toBe(ID);
  expect(await recall(outlook.mail)).toBe(ID);
});

test("session, header and property are read in this order", async () => {
  const outlook = new Outlook();
  const other = (digit: string) => ID.replace(/.$/, digit);
  outlook.properties.set(PROPERTY, other("1"));
  expect(await recall(outlook.mail)).toBe(other("1"));
  outlook.headers.set(HEADER, other("2"));
  expect(await recall(outlook.mail)).toBe(other("2"));
  outlook.session.set(SESSION_KEY, JSON.stringify({ ...known, id: other("3") }));
  expect(await recall(outlook.mail)).toBe(other("3"));
  outlook.session.set(SESSION_KEY, "{nonsense");
  outlook.headers.set(HEADER, "../admin");
  expect(await recall(outlook.mail)).toBe(other("1"));
});

test("an Outlook that lets nothing be kept says so, and fails nothing", async () => {
  const failing = ["session.set", "headers.set", "properties", "roamingSettings.saveAsync"];
  const outlook = new Outlook({ failing });
  expect(await keep(outlook.mail, outlook.host.settings, known)).toEqual({ ticket: false, lasting: false });
});

test("where the session is lost, the mailbox has the ticket by the header's id", async () => {
  const outlook = new Outlook({ set: "1.8" });
  expect(await keep(outlook.mail, outlook.host.settings, known)).toEqual({ ticket: true, lasting: true });
  expect(JSON.parse(outlook.settings.get(TICKETS) ?? "")).toEqual({ [ID]: known.ticket });
});

test("tickets of the last forty mails are kept", async () => {
  const outlook = new Outlook();
  const id = (at: number) => ID.replace(/..$/, String(10 + at));
  for (let at = 0; at < 45; at += 1)
    await keep(outlook.mail, outlook.host.settings, { ...known, id: id(at) });
  const kept = Object.keys(JSON.parse(outlook.settings.get(TICKETS) ?? ""));
  expect(kept).toHaveLength(40);
  expect(kept.at(-1)).toBe(id(44));
});

test("what is forgotten is nowhere any more", async () => {
  for (const set of ["1.5", "1.15"]) {
    const outlook = new Outlook({ set });
    await keep(outlook.mail, outlook.host.settings, known);
    await forget(outlook.mail, outlook.host.settings, ID);
    const { session, headers, properties, settings } = outlook;
    expect([...session, ...headers, ...properties]).toEqual([]);
    expect(settings.get(TICKETS)).toBe("{}");
    expect(await recall(outlook.mail)).toBeUndefined();
  }
});
