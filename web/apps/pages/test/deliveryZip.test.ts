import { execFileSync } from "node:child_process";
import {
  closeSync,
  ftruncateSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { crc32 } from "@sealpost/sealed";
import { expect, test } from "vitest";

import { opened } from "../src/delivery/download/opened.ts";
import { layout } from "../src/delivery/download/zip.ts";
import { orderOfAll } from "../src/delivery/orders.ts";
import type { Opened } from "../src/delivery/unlock.ts";
import { content, sealedFile, serving, TENANT } from "./deliveryKit.ts";

const WHEN = new Date("2026-11-21T18:44:05Z");

function inFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "sealpost-zip-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test("all files as one ZIP unpack to what was sealed, each under a name of its own", async () => {
  const plains = [content(70_001, 1), content(0), content(50_000, 3)];
  const names = ["Pläne/a.txt", "empty", "pläne/A.TXT"];
  const made = await Promise.all(plains.map((plain, at) => sealedFile(plain, 40_000, names[at] as string)));
  const files = made.map(({ manifest }, at) => ({ id: `f${at}`, name: manifest.name, manifest, stated: [] }));
  const delivery = { id: "d" } as Opened["delivery"];
  const all = { delivery, transfer: "t", grant: "g", place: { tenant: TENANT } } as unknown as Opened;
  globalThis.location ??= { origin: "http://localhost" } as Location;
  const order = orderOfAll(all, files, WHEN);
  expect(order.name).toBe("sealpost-t.zip");
  const services = new Map(made.map(({ sealed }, at) => [`f${at}`, serving(sealed).asking]));
  const asking = {
    ...serving(new Uint8Array()).asking,
    fetch: (url: string, init: RequestInit) => {
      const of = services.get(url.split("/").at(-2) ?? "");
      if (!of) throw new Error(url);
      return of.fetch(url, init);
    },
  };
  const pieces = [];
  for await (const window of opened(order, new AbortController().signal, asking)) pieces.push(window.slice());
  const archive = new Uint8Array(await new Blob(pieces).arrayBuffer());
  expect(archive.length).toBe(order.length);
  inFolder((folder) => {
    const path = join(folder, "all.zip");
    writeFileSync(path, archive);
    expect(execFileSync("unzip", ["-tqq", path]).toString()).toBe("");
    execFileSync("unzip", ["-qq", path, "-d", folder], { env: { ...process.env, LC_ALL: "C.UTF-8" } });
    for (const [at, name] of ["Pläne/a.txt", "empty", "pläne/A (2).TXT"].entries())
      expect(new Uint8Array(readFileSync(join(folder, name))), name).toEqual(plains[at]);
  });
});

test("files over 4 GiB and what lies behind them are found by other programs", () => {
  const big = 5 * 2 ** 30;
  const small = content(3);
  const entries = [
    { name: "big.bin", size: big, crc32: 7 },
    { name: "small.txt", size: small.length, crc32: crc32(small) },
  ];
  const made = layout(entries, WHEN);
  inFolder((folder) => {
    const path = join(folder, "big.zip");
    const file = openSync(path, "w");
    let at = 0;
    for (const [index, header] of made.before.entries()) {
      writeSync(file, header, 0, header.length, at);
      at += header.length + (entries[index]?.size ?? 0);
    }
    writeSync(file, small, 0, small.length, at - small.length);
    writeSync(file, made.behind, 0, made.behind.length, at);
    ftruncateSync(file, made.length);
    closeSync(file);
    const listed = execFileSync("unzip", ["-l", path]).toString();
    expect(listed).toMatch(/5368709120 +2026-11-21 18:44 +big\.bin/);
    expect(new Uint8Array(execFileSync("unzip", ["-p", path, "small.txt"]))).toEqual(small);
  });
});

test("as many files as no short record counts are counted", () => {
  const entries = Array.from({ length: 70_000 }, (_, at) => ({ name: `${at}`, size: 0, crc32: 0 }));
  const made = layout(entries, WHEN);
  inFolder((folder) => {
    const path = join(folder, "many.zip");
    writeFileSync(path, Buffer.concat([...made.before, made.behind]));
    expect(execFileSync("unzip", ["-l", path], { maxBuffer: 2 ** 26 }).toString()).toMatch(/70000 files/);
  });
});
