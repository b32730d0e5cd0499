/** What the scripts beside this file ask of a page, in a browser: whether everything works there, and how fast. */

import theirs from "../../../../crates/sealed/vectors/zero-knowledge.json?raw";
import type { Bytes } from "../src/bytes.ts";
import { crc32 } from "../src/crc32.ts";
import { SealedError } from "../src/error.ts";
import { sealTo } from "../src/hpke.ts";
import { Key } from "../src/key.ts";
import { openPart } from "../src/part.ts";
import { derivePasswordKey, newPasswordParameters } from "../src/password.ts";
import { type PartSpan, partCount, partSpan } from "../src/range.ts";
import { Readings } from "../src/reading.ts";
import { startSealer } from "../src/start.ts";
import { check, unhex } from "../test/zeroKnowledge.ts";
import ours from "../vectors/zero-knowledge.json?raw";
import type { Part } from "./part.worker.ts";
import partWorker from "./part.worker.ts?worker&url";

const MIB = 2 ** 20;
const KEY = Key.from<"upload">(new Uint8Array(32).fill(7));
const placeOf = (sequence: number) => ({
  tenant: new Uint8Array(16).fill(1),
  upload: new Uint8Array(16).fill(2),
  sequence: BigInt(sequence),
});

/** Points that give everybody the same secret. */
const SMALL = ["00".repeat(32), "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800"];

async function kindOf(doing: Promise<unknown>): Promise<string> {
  return doing.then(
    () => "it works",
    (error: unknown) => (error instanceof SealedError ? error.kind : String(error)),
  );
}

function must(found: unknown, expected: unknown, what: string): void {
  if (found !== expected) throw new Error(`${what}: ${String(found)} is not ${String(expected)}`);
}

/** Fails, in words, unless what is sealed in Node and on the command line opens here, and the worker works; says what was done. */
async function works(): Promise<string[]> {
  const sealer = startSealer();
  // A page's own policy lets nothing compile WebAssembly; the worker's does.
  const derive = sealer.derive.bind(sealer);
  must(
    await kindOf(derivePasswordKey("correct horse", newPasswordParameters())),
    "derivation",
    "Argon2 in the page",
  );
  const said = [
    `${await check(JSON.parse(ours), derive)} of Node`,
    `${await check(JSON.parse(theirs), derive)} of the command line`,
  ];
  for (const point of SMALL)
    must(
      await kindOf(sealTo(unhex(point), new Uint8Array(), new Uint8Array(1))),
      "public_key",
      "a small point",
    );
  const plain = new Uint8Array(3 * MIB + 5).map((_, at) => at % 253);
  const part = await sealer.seal(new Blob([plain]), KEY, placeOf(0));
  must(part.crc32, crc32(plain), "the checksum");
  const { salt, length, bytes } = part;
  const opened = (sequence: number, object: Bytes) => openPart(KEY, placeOf(sequence), salt, length, object);
  must(await kindOf(opened(1, bytes.slice())), "commitment", "elsewhere");
  const damaged = bytes.slice();
  damaged[2 * MIB] = (damaged[2 * MIB] as number) ^ 1;
  must(await kindOf(opened(0, damaged)), "chunk", "a flipped bit");
  must(crc32(await opened(0, bytes)), part.crc32, "what was opened");
  const key = await sealer.derive("correct horse", newPasswordParameters());
  must(key.expose().length, 32, "a password's key");
  const asked = sealer.seal(new Blob([plain]), KEY, placeOf(2));
  sealer.close();
  must(await kindOf(asked), "closed", "what was closed");
  return [...said, "the worker"];
}

function chosen(): File {
  const file = document.querySelector("input")?.files?.[0];
  if (!file) throw new Error("no file is chosen");
  return file;
}

let kept: ReturnType<typeof startSealer> | undefined;

/** Seals one part of the chosen file, by the worker that has sealed the ones before; what it fails with, if it does. */
async function part(index: number): Promise<string> {
  kept ??= startSealer();
  const file = chosen();
  return kindOf(kept.seal(file, KEY, placeOf(index), partSpan(file.size, index)));
}

interface Way {
  /** Workers, and uploads that each has at once. */
  readonly workers: number;
  readonly uploads: number;
}

/** Seals the chosen file: each upload has a share of it, which goes part by part, and forgets the parts. */
async function through({ workers, uploads }: Way): Promise<void> {
  const file = chosen();
  const sealers = Array.from({ length: workers }, () => startSealer(uploads));
  const [count, shares] = [partCount(file.size), workers * uploads];
  const upload = async (share: number) => {
    const sealer = sealers[share % workers] as (typeof sealers)[number];
    const end = Math.floor(((share + 1) * count) / shares);
    for (let index = Math.floor((share * count) / shares); index < end; index += 1) {
      const part = await sealer.seal(file, KEY, placeOf(index), partSpan(file.size, index));
      // As after it was sent.
      sealer.recycle(part);
    }
  };
  await Promise.all(Array.from({ length: shares }, (_, share) => upload(share)));
  for (const sealer of sealers) sealer.close();
}

let policy: ReturnType<Policies["createPolicy"]> | undefined;

interface Policies {
  createPolicy(
    name: string,
    rules: { createScriptURL: (url: string) => string },
  ): {
    createScriptURL(url: string): string;
  };
}

/** The steps of one part by themselves, in a worker, from memory. */
async function steps(wanted: Part): Promise<void> {
  const { trustedTypes } = globalThis as { trustedTypes?: Policies };
  policy ??= trustedTypes?.createPolicy("bench", { createScriptURL: (url) => url });
  const worker = new Worker(policy?.createScriptURL(partWorker) ?? partWorker, { type: "module" });
  await new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve();
    worker.onerror = (event) => reject(new Error(event.message));
    worker.postMessage(wanted);
  });
  worker.terminate();
}

/** What is being read, which something has to hold: see `Readings`. */
const readings = new Readings();

/** Reading alone, in the page. */
async function reading(): Promise<void> {
  const file = chosen();
  for (let index = 0; index < partCount(file.size); index += 1)
    for await (const _ of readings.windows(1, file, partSpan(file.size, index) as PartSpan));
}

/** A password's key with the costs of today: milliseconds, the first of which fetches and compiles. */
async function password(times: number): Promise<number[]> {
  const sealer = startSealer();
  const took = [];
  for (let time = 0; time < times; time += 1) {
    const begun = performance.now();
    await sealer.derive("correct horse battery", newPasswordParameters());
    took.push(performance.now() - begun);
  }
  sealer.close();
  return took;
}

declare global {
  interface Window {
    sealed: {
      works: typeof works;
      part: typeof part;
      through: typeof through;
      steps: typeof steps;
      reading: typeof reading;
      password: typeof password;
    };
  }
}

window.sealed = { works, part, through, steps, reading, password };
