import { expect, test } from "vitest";

import { Rewriter, recallFromMail, UPLOADS_KEY, written } from "../src/compose/mailNotes.ts";
import { Outlook } from "./outlook.ts";

const file = { id: "1", path: "a.txt", size: 5, lastModified: 0, upload: "u", marks: [1, 2], crc: 3 };
const told = { transfer: "t", about: { language: "de", password: "secret-word", taken: {} }, files: [file] };

test("a mail remembers uploads where the browser keeps nothing, and no password", async () => {
  const outlook = new Outlook();
  await outlook.mail.session.set(UPLOADS_KEY, written(told) ?? "");
  expect(outlook.session.get(UPLOADS_KEY)).not.toContain("secret-word");
  expect(await recallFromMail(outlook.mail, "t")).toEqual({
    transfer: "t",
    about: { language: "de", taken: {} },
    files: [file],
  });
  expect(await recallFromMail(outlook.mail, "another")).toBeUndefined();
  outlook.session.set(UPLOADS_KEY, "{");
  expect(await recallFromMail(outlook.mail, "t")).toBeUndefined();
});

test("what does not fit into a mail is left out, marks first", () => {
  const many = { ...told, files: [{ ...file, marks: Array.from({ length: 9000 }, () => 4_000_000_000) }] };
  expect(JSON.parse(written(many) ?? "").files).toEqual([{ ...file, marks: [] }]);
  const endless = { ...told, files: Array.from({ length: 2000 }, () => file) };
  expect(written(endless)).toBeUndefined();
});

test("what has ended is not remembered", async () => {
  const outlook = new Outlook();
  const rewriter = new Rewriter(outlook.mail, () => told);
  await outlook.mail.session.set(UPLOADS_KEY, written(told) ?? "");
  rewriter.soon();
  await rewriter.end();
  await new Promise((done) => setTimeout(done, 1100));
  expect(outlook.session.has(UPLOADS_KEY)).toBe(false);
});
