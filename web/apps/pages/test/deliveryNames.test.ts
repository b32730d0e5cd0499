import { expect, test } from "vitest";

import { attachment, contentType } from "../src/delivery/download/headers.ts";
import { baseOf, distinct, safeName } from "../src/delivery/download/names.ts";

test("a name stays in its folder, says what it is, and fits", () => {
  for (const [name, safe] of [
    ["a/b/c.txt", "a/b/c.txt"],
    ["../../etc/passwd", "etc/passwd"],
    ["/etc/passwd", "etc/passwd"],
    ["C:\\Windows\\x.dll", "C_/Windows/x.dll"],
    ["a/./../.. /b", "a/b"],
    ["photo\u202egpj.exe", "photo_gpj.exe"],
    ["a\r\nb\u0000.txt", "a__b_.txt"],
    ["what?.txt", "what_.txt"],
    ["\ud800.txt", "_.txt"],
    ["", "file"],
    ["..", "file"],
    ["Ro\u0308ntgen.dcm", "Röntgen.dcm"],
  ] as const)
    expect(safeName(name), JSON.stringify(name)).toBe(safe);
  const long = safeName(`${"ü".repeat(300)}.txt`);
  expect(new TextEncoder().encode(long).length).toBeLessThanOrEqual(255);
  expect(long.endsWith("ü.txt")).toBe(true);
  expect(safeName(`${"d/".repeat(100)}f`).split("/").length).toBe(32);
  expect(baseOf("a/b/c.txt")).toBe("c.txt");
});

// The same cases as those of the service's ZIP (crates/transfer/src/zip/names.rs).
test("names that a file system takes for one are told apart", () => {
  expect(distinct(["x/a.tar", "x/A.tar", ".env", ".env", "x/a.tar", "b", "B (2)", "b"])).toEqual([
    "x/a.tar",
    "x/A (2).tar",
    ".env",
    ".env (2)",
    "x/a (3).tar",
    "b",
    "B (2)",
    "b (3)",
  ]);
  expect(distinct(["a", "A/b", "a/b/c", "a/b"])).toEqual(["a (2)", "A/b (2)", "a/b/c", "a/b (3)"]);
  expect(distinct(["a.txt", "a.txt.", "a.txt ", "…"])).toEqual(["a.txt", "a.txt (2).", "a (3).txt ", "…"]);
  const long = `${"ü".repeat(125)}.txt`;
  const second = distinct([long, long])[1] ?? "";
  expect(new TextEncoder().encode(second).length).toBeLessThanOrEqual(255);
  expect(second.endsWith("ü (2).txt")).toBe(true);
  const many = distinct(Array.from({ length: 10_000 }, () => "scan.pdf"));
  expect(new Set(many).size).toBe(10_000);
  expect(many.at(-1)).toBe("scan (10000).pdf");
});

// The same cases as those of the service's downloads (crates/api/src/deliveries/disposition.rs).
test("a name comes in both spellings and writes no header of its own", () => {
  for (const [name, header] of [
    ["a b.pdf", `attachment; filename="a b.pdf"; filename*=UTF-8''a%20b.pdf`],
    ["Röntgen.dcm", `attachment; filename="R_ntgen.dcm"; filename*=UTF-8''R%C3%B6ntgen.dcm`],
    ["记录.docx", `attachment; filename="__.docx"; filename*=UTF-8''%E8%AE%B0%E5%BD%95.docx`],
    ['a"b.txt', `attachment; filename="a_b.txt"; filename*=UTF-8''a%22b.txt`],
    ["50%.txt", `attachment; filename="50_.txt"; filename*=UTF-8''50%25.txt`],
    ["a\r\nx: y", `attachment; filename="a__x: y"; filename*=UTF-8''a%0D%0Ax%3A%20y`],
  ] as const) {
    expect(attachment(name)).toBe(header);
    expect(() => new Headers({ "Content-Disposition": attachment(name) })).not.toThrow();
  }
});

test("nothing is saved as what a browser runs", () => {
  for (const claimed of [
    "text/html",
    "image/svg+xml",
    "video/x+xml",
    "text/javascript",
    "",
    "x",
    "video/a\nb",
  ])
    expect(contentType(claimed), claimed).toBe("application/octet-stream");
  for (const claimed of ["application/pdf", "video/mp4", "image/jpeg"])
    expect(contentType(claimed)).toBe(claimed);
});
