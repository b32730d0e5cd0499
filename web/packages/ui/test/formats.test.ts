import { expect, test } from "vitest";
import de from "../../../../locales/de/ui.json";
import en from "../../../../locales/en/ui.json";
import { formats } from "../src/format/formats.ts";
import { isolate } from "../src/format/isolate.ts";
import { translate } from "../src/language/texts.ts";

const english = formats("en", translate("en", en));
const german = formats("de", translate("de", de));
const plain = (text: string) => text.replaceAll("\u00a0", " ");

test("sizes are those that the service writes", () => {
  const rows: [number, string, string][] = [
    [0, "0 bytes", "0 Bytes"],
    [1, "1 byte", "1 Byte"],
    [999, "999 bytes", "999 Bytes"],
    [1_000, "1.0 kB", "1,0 kB"],
    [1_949, "1.9 kB", "1,9 kB"],
    [999_949, "999.9 kB", "999,9 kB"],
    [999_950, "1.0 MB", "1,0 MB"],
    [10 * 2 ** 30, "10.7 GB", "10,7 GB"],
  ];
  for (const [bytes, inEnglish, inGerman] of rows) {
    expect([plain(english.size(bytes)), plain(german.size(bytes))]).toEqual([inEnglish, inGerman]);
  }
});

test("times are rough, and never nothing", () => {
  expect(english.duration(0)).toBe("1 second");
  expect(english.duration(59)).toBe("59 seconds");
  expect(english.duration(90)).toBe("2 minutes");
  expect(english.duration(7_200)).toBe("2 hours");
  expect(german.duration(14 * 86_400)).toBe("14 Tage");
});

test("only what is complete is at 100 per cent", () => {
  expect(english.percent(0.999_999)).toBe("99%");
  expect(english.percent(1)).toBe("100%");
});

test("a name that turns text around does not turn its sentence around", () => {
  expect(isolate("letter.txt")).toBe("letter.txt");
  expect(isolate("דוח.docx")).toBe("\u2068דוח.docx\u2069");
  expect(isolate("photo\u202egpj.exe")).toBe("\u2068photo\u202egpj.exe\u2069");
});
