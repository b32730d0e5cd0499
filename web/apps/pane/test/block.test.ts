import { formats, type Language, translate } from "@sealpost/ui";
import { expect, test } from "vitest";

import de from "../../../../locales/de/pane.json" with { type: "json" };
import deUi from "../../../../locales/de/ui.json" with { type: "json" };
import en from "../../../../locales/en/pane.json" with { type: "json" };
import enUi from "../../../../locales/en/ui.json" with { type: "json" };
import { type BlockContent, linesOf } from "../src/block/content.ts";
import { inHtml, inText, replaced } from "../src/block/find.ts";
import { html } from "../src/block/html.ts";
import { text } from "../src/block/text.ts";
import { put, renew, standing, takeOut } from "../src/block/write.ts";
import { Outlook } from "./outlook.ts";

const URL = `https://files.st-anna.example/m/${"aB3-_xYz9".repeat(5).slice(0, 43)}`;
const content: BlockContent = {
  url: URL,
  from: "St. Anna",
  accent: "#7a1f5c",
  onAccent: "#ffffff",
  files: [
    { name: "Plan.pdf", size: 1_250_000 },
    { name: "Fotos/Haus.jpg", size: 80 },
  ],
  until: new Date("2026-12-01T12:00:00Z"),
  asked: ["email_code"],
};
function words(language: Language = "en") {
  const t = translate(language, language === "de" ? { ...deUi, ...de } : { ...enUi, ...en });
  return { t, format: formats(language, t) };
}
const as = (one: BlockContent, language: Language = "en") => {
  const { t, format } = words(language);
  const lines = linesOf(one, t, format);
  return { html: html(lines, one), text: text(lines), lines };
};
/** What is left where no tag means anything. */
const bare = (markup: string) =>
  markup
    .replace(/<\/(td|tr)>/g, "\n")
    .replace(/<[^>]*>/g, "")
    .replace(/\n+/g, "\n")
    .trim();

test("a block is one table whose look is in attributes, and fetches nothing", () => {
  const { html: block } = as(content);
  expect(block.match(/<table/g)).toHaveLength(1);
  expect(block).not.toMatch(/style=|<img|<svg|<link|<script|class=/);
  expect(block).toContain('bgcolor="#7a1f5c"');
  expect(block).toContain(`<a id="LPNoLP" href="${URL}">`);
  // Each cell says what it stands on, and each text its colour.
  expect(block.match(/<td/g)?.length).toBe(block.match(/<td bgcolor=/g)?.length);
  expect(block.match(/<font/g)?.length).toBe(block.match(/<font [^>]*color="#/g)?.length);
});

test("without any look a block reads as lines", () => {
  expect(bare(as(content).html).split("\n")).toEqual([
    "St. Anna: files for you",
    "Fetch the 2 files here:",
    URL,
    "Plan.pdf",
    "1.3\u00a0MB",
    "Fotos/Haus.jpg",
    "80 bytes",
    expect.stringContaining("Available until"),
    "You will be asked for a code that is sent to your address.",
  ]);
});

test("the first ten files are named, and the others counted", () => {
  const files = Array.from({ length: 12 }, (_, at) => ({ name: `${at}.txt`, size: 1 }));
  const { lines } = as({ ...content, files }, "de");
  expect(lines.files).toHaveLength(10);
  expect(lines.more).toBe("und 2 weitere Dateien");
  expect(as({ ...content, files: files.slice(0, 10) }).lines.more).toBeUndefined();
});

test("what is asked of recipients is said, and that it differs", () => {
  const terms = (asked: BlockContent["asked"]) => as({ ...content, asked }).lines.terms.slice(1);
  expect(terms(["none", "none"])).toEqual([]);
  expect(terms(["password"])).toEqual([
    "You will be asked for a password that the sender tells you in another way.",
  ]);
  expect(terms(["none", "email_code"])).toEqual([expect.stringContaining("You may be asked")]);
});

test("names of others are text, and never markup or lines of their own", () => {
  const hostile = '"><script>alert(1)</script><table>\r\n=====\n';
  const { html: block, text: plain } = as({
    ...content,
    from: hostile,
    accent: '#fff" onload="x',
    files: [{ name: hostile, size: 1 }],
  });
  expect(block).not.toMatch(/<script|onload/);
  expect(block.match(/<table/g)).toHaveLength(1);
  expect(inHtml(`<p>x</p>${block}<p>y</p>`, URL).blocks).toHaveLength(1);
  expect(plain.split("\n").filter((line) => line === "=====")).toHaveLength(1);
  const body = `Hi\n${plain}\nBye`;
  expect(replaced(body, inText(body, URL).blocks, "")).toBe("Hi\n\nBye");
});

test("a block without form has lines that nobody breaks, and its link alone in one", () => {
  const files = [{ name: `${"long name ".repeat(12)}.pdf`, size: 1 }];
  const from = "An organisation whose name is longer than a line of a mail may be in any case";
  const lines = as({ ...content, files, from }).text.split("\n");
  expect(lines).toContain(URL);
  expect(lines.filter((line) => line !== URL && line.length > 72)).toEqual([]);
  const body = ["Hello", ...lines, "Yours"].join("\r\n");
  expect(replaced(body, inText(body, URL).blocks, "")).toBe("Hello\r\n\r\nYours");
});

const rewritings: Record<string, (block: string) => string> = {
  "as it was": (block) => block,
  "without attributes": (block) => block.replace(/<(table|tbody|tr|td|font) [^>]*>/g, "<$1>"),
  "with styles of its own": (block) =>
    block.replace(/<td /g, '<td style="padding:0; font-family:&quot;Segoe UI&quot;" '),
  "with other quotes": (block) => block.replace(/"/g, "'"),
  "in capitals": (block) => block.replace(/<(\/?)(\w+)/g, (_, end, name) => `<${end}${name.toUpperCase()}`),
  "wrapped in divs": (block) => `<div class="x_elementToProof"><div>${block}</div></div>`,
  "with a link that leads by way of others": (block) =>
    block.replace(
      `href="${URL}"`,
      `href="https://eur01.safelinks.example/?url=${encodeURIComponent(URL)}&amp;data=05"`,
    ),
  "without its link's element": (block) => block.replace(/<\/?a[^>]*>/g, ""),
  "with comments of Word": (block) =>
    block.replace("<tbody>", "<!--[if mso]><table><tr><td><![endif]--><tbody>"),
};

test.each(Object.entries(rewritings))("a block is found again %s", (_, rewrite) => {
  const before = '<html><body><p>Dear all,</p><table><tr><td title="a > b">mine</td></tr></table>';
  const after = "<p>Yours <o:p></o:p></p></body></html>";
  const body = before + rewrite(as(content).html) + after;
  const found = inHtml(body, URL);
  expect(found).toMatchObject({ bare: false });
  expect(found.blocks).toHaveLength(1);
  // Nothing else of the mail is touched.
  expect(replaced(body, found.blocks, "").replace(/<\/?div[^>]*>/g, "")).toBe(before + after);
});

test("a link in somebody else's table, or by itself, is no block", () => {
  const layout = `<table><tr><td>${as(content).html.replace(/<\/?(table|tbody|tr|td)[^>]*>/g, "")}</td></tr></table>`;
  expect(inHtml(layout, URL)).toEqual({ blocks: [], bare: true });
  const long = `<table>${"<tr><td>x</td></tr>".repeat(40)}<tr><td>${URL}</td></tr></table>`;
  expect(inHtml(long, URL)).toEqual({ blocks: [], bare: true });
  expect(inHtml(`<p>${URL}</p>`, URL)).toEqual({ blocks: [], bare: true });
  expect(inText(`look: ${URL}`, URL)).toEqual({ blocks: [], bare: true });
  expect(inHtml("<p>nothing</p>", URL)).toEqual({ blocks: [], bare: false });
});

test("a block of another mail that is quoted below stays as it is", () => {
  const other = as({ ...content, url: URL.replace("aB3", "xxx") });
  const body = `${as(content).html}<hr>${other.html}`;
  expect(replaced(body, inHtml(body, URL).blocks, "")).toBe(`<hr>${other.html}`);
  const plain = `${as(content).text}\n\n> quoted\n${other.text}`;
  expect(replaced(plain, inText(plain, URL).blocks, "")).toBe(`\n\n> quoted\n${other.text}`);
});

test.each(["html", "text"] as const)(
  "a block comes to the cursor once, and then in its own place (%s)",
  async (kind) => {
    const outlook = new Outlook({ kind, body: "before | after" });
    await put(outlook.mail, content, words());
    expect(outlook.body).toMatch(/^before [\s\S]*St\. Anna[\s\S]* after$/);
    expect(await standing(outlook.mail, URL)).toBe("block");
    await put(outlook.mail, { ...content, files: [{ name: "Neu.pdf", size: 5 }] }, words("de"));
    expect(outlook.body.match(/St\. Anna/g)).toHaveLength(1);
    expect(outlook.body).toContain("Neu.pdf");
    expect(outlook.body).not.toContain("Plan.pdf");
    expect(await takeOut(outlook.mail, URL)).toBe(false);
    expect(outlook.body.replace(/<br>|\n/g, "")).toBe("before  after");
    expect(await standing(outlook.mail, URL)).toBe("absent");
    expect(await renew(outlook.mail, content, words())).toBe(false);
  },
);

test("where nothing can be put at the cursor, the block comes first", async () => {
  const outlook = new Outlook({ body: "<p>x</p>", failing: ["body.insert"] });
  await put(outlook.mail, content, words());
  expect(outlook.body).toMatch(/^<table[\s\S]*<p>x<\/p>$/);
});

test("the block of what is sealed is found by its link, whatever its second part was", async () => {
  const [first, second] = ["1", "2"].map((letter) => ({
    ...content,
    sealed: true,
    url: `${URL}#${letter.repeat(43)}`,
  }));
  if (!first || !second) throw new Error("there are two");
  for (const kind of ["html", "text"] as const) {
    const outlook = new Outlook({ body: "Dear all, | Yours", kind });
    await put(outlook.mail, first, words());
    expect(outlook.body).toContain(first.url);
    expect(outlook.body).not.toContain("Plan.pdf");
    expect(await renew(outlook.mail, second, words())).toBe(true);
    expect(outlook.body).toContain(second.url);
    expect(outlook.body).not.toContain(first.url);
    expect(await takeOut(outlook.mail, first.url)).toBe(false);
    expect(outlook.body).not.toContain("/m/");
  }
});

test("a link that stands by itself counts only with the second part that it has now", async () => {
  const [first, second] = ["1", "2"].map((letter) => `${URL}#${letter.repeat(43)}`);
  const outlook = new Outlook({ body: `see ${first} |` });
  expect(await standing(outlook.mail, first ?? "")).toBe("bare");
  expect(await standing(outlook.mail, second ?? "")).toBe("absent");
});
