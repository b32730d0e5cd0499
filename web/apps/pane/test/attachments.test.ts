import { expect, test } from "vitest";

import { again, EmptyContent, fileOf, offered, StrangeContent, unfit } from "../src/compose/attachments.ts";
import type { Attachment } from "../src/office/compose.ts";

const one: Attachment = { id: "1", name: "Plan.pdf", size: 5, kind: "file", inline: false };

test("pictures within the text and links to files are not offered", () => {
  const all: Attachment[] = [one, { ...one, id: "2", inline: true }, { ...one, id: "3", kind: "cloud" }];
  expect(offered(all).map(({ id }) => id)).toEqual(["1"]);
});

test("size, kind and name are looked at before anything is read", () => {
  const deny = { mode: "deny", extensions: ["exe"] } as const;
  const allow = { mode: "allow", extensions: ["pdf"] } as const;
  expect(unfit(one, 100, deny)).toBeUndefined();
  expect(unfit({ ...one, name: "Setup.EXE" }, 100, deny)).toBe("kind");
  expect(unfit({ ...one, name: "a.docx" }, 100, allow)).toBe("kind");
  expect(unfit(one, 100, allow)).toBeUndefined();
  expect(unfit({ ...one, size: 200 }, 100, undefined)).toBe("big");
  expect(unfit({ ...one, size: 36e6 }, 1e9, undefined)).toBe("too_big_here");
  expect(unfit({ ...one, name: "a\u202efdp.exe" }, 100, undefined)).toBe("name");
});

test("files come out as they went in, whatever form Outlook hands them over in", async () => {
  const bytes = new Uint8Array([0, 255, 128, 10, 13]);
  const file = fileOf(one, { content: btoa(String.fromCharCode(...bytes)), format: "base64" });
  expect([file.name, new Uint8Array(await file.arrayBuffer())]).toEqual(["Plan.pdf", bytes]);
  const mail: Attachment = { ...one, name: "Re: a/b", kind: "item" };
  expect(fileOf(mail, { content: "Subject: x", format: "eml" })).toMatchObject({
    name: "Re: a-b.eml",
    type: "message/rfc822",
  });
  expect(fileOf(mail, { content: "BEGIN:VCALENDAR", format: "iCalendar" }).name).toBe("Re: a-b.ics");
});

test("content that is empty or none is refused", () => {
  expect(() => fileOf(one, { content: "", format: "base64" })).toThrow(EmptyContent);
  expect(fileOf({ ...one, size: 0 }, { content: "", format: "base64" }).size).toBe(0);
  expect(() => fileOf(one, { content: "%%%", format: "base64" })).toThrow(StrangeContent);
  expect(() => fileOf(one, { content: "https://x", format: "url" })).toThrow(StrangeContent);
});

test("an attachment is known again by its id, or alone by name and size", () => {
  const twins = [one, { ...one, id: "2" }];
  expect(again(twins, { id: "2", name: one.name, size: 5 })?.id).toBe("2");
  expect(again(twins, { name: one.name, size: 5 })).toBeUndefined();
  expect(again([{ ...one, id: "7" }], { id: "1", name: one.name, size: 5 })?.id).toBe("7");
  expect(again([{ ...one, size: 6 }], { id: "1", name: one.name, size: 5 })).toBeUndefined();
});
