import { describe, expect, test } from "vitest";

import { idIn, linkIn } from "../src/read/carried.ts";

const ORIGIN = "https://files.st-anna.example";
const TOKEN = "A".repeat(43);
const ID = "0191d4a0-0000-7000-8000-000000000001";

describe("the id in a mail's headers", () => {
  test.each([
    ["as it was written", `Subject: x\r\nx-sealpost-transfer: ${ID}\r\nDate: y\r\n`],
    ["in another case, and as the last", `Date: y\nX-Sealpost-Transfer:${ID.toUpperCase()}`],
    ["folded", `X-Sealpost-Transfer:\r\n ${ID}\r\n`],
  ])("is found: %s", (_, headers) => expect(idIn(headers)).toBe(ID));

  test.each([
    ["nothing", ""],
    ["another header that ends alike", `x-other-x-sealpost-transfer: ${ID}`],
    ["what is no id", "x-sealpost-transfer: ../admin"],
    ["a subject that quotes it", `Subject: x-sealpost-transfer: ${ID}`],
  ])("is not: %s", (_, headers) => expect(idIn(headers)).toBeUndefined());
});

describe("the link in a mail", () => {
  test.each([
    ["of a mail", `<a href="${ORIGIN}/m/${TOKEN}">here</a>`, "files", "m"],
    ["of a recipient", `${ORIGIN}/t/${TOKEN}`, "files", "t"],
    ["of a request", `<p>${ORIGIN}/r/${TOKEN}</p>`, "request", "r"],
    [
      "within that of a mail server",
      `<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ffiles.st-anna.example%2Fm%2F${TOKEN}&amp;data=05">`,
      "files",
      "m",
    ],
  ])("is found: %s", (_, html, to, kind) =>
    expect(linkIn(html, ORIGIN)).toEqual({ to, url: `${ORIGIN}/${kind}/${TOKEN}` }),
  );

  const second = "b-C_".repeat(11).slice(0, 43);
  const wrapped = (hash: string) =>
    `<a href="https://eur01.safelinks.protection.outlook.com/?url=https%3A%2F%2Ffiles.st-anna.example%2Fm%2F${TOKEN}${hash}${second}&amp;data=05">`;
  test.each([
    ["as it stands in a mail", `<a href="${ORIGIN}/m/${TOKEN}#${second}">here</a>`],
    ["within that of a mail server", wrapped("%23")],
    ["within that of one which escapes twice", wrapped("%2523")],
  ])("keeps its second part: %s", (_, html) =>
    expect(linkIn(html, ORIGIN)).toEqual({ to: "files", url: `${ORIGIN}/m/${TOKEN}#${second}` }),
  );

  test("with something else behind # is the link alone", () =>
    expect(linkIn(`<a href="${ORIGIN}/t/${TOKEN}#top">`, ORIGIN)).toEqual({
      to: "files",
      url: `${ORIGIN}/t/${TOKEN}`,
    }));

  test.each([
    ["of another host", `https://files.example/m/${TOKEN}`],
    ["of a host that begins alike", `${ORIGIN}.evil.example/m/${TOKEN}`],
    ["to another page", `${ORIGIN}/admin/${TOKEN}`],
    ["that is too long", `${ORIGIN}/m/${TOKEN}A`],
    ["that is cut", `${ORIGIN}/m/AAAA`],
    ["with broken escapes", "https%3A%2F%2Ffiles.st-anna.example%2Fm%2F%E0%A4%A"],
  ])("is not: %s", (_, html) => expect(linkIn(html, ORIGIN)).toBeUndefined());
});
