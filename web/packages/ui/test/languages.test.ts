import { expect, test } from "vitest";

import { chosen, keeping, preferred } from "../src/language/languages.ts";

test("what was chosen counts more than what the browser says", () => {
  expect(preferred([chosen("a=b; sealpost-language=nl"), "de-AT", "en"])).toBe("nl");
  expect(preferred([chosen("a=b"), "fr", "de-AT", "en"])).toBe("de");
  expect(preferred([chosen("")])).toBe("en");
});

test("a cookie that holds none of our languages was not chosen", () => {
  for (const cookies of [
    "sealpost-language=fr",
    "sealpost-language",
    "language=de",
    "xsealpost-language=de",
    ";;=",
  ]) {
    expect(chosen(cookies), cookies).toBeUndefined();
  }
  expect(chosen("sealpost-language=fr; __Host-sealpost-language=de")).toBe("de");
});

test("a choice is kept under the name that the service reads, for a year", () => {
  expect(keeping("de", "https:")).toBe(
    "__Host-sealpost-language=de; Path=/; SameSite=Lax; Max-Age=31536000; Secure",
  );
  expect(keeping("nl", "http:")).toBe("sealpost-language=nl; Path=/; SameSite=Lax; Max-Age=31536000");
});
