/**
 * What the browser keeps of transfers that were sealed in it, so that sealing goes on after the page was closed, and the links can be
 * shown again: IndexedDB of this origin, beside `upload/store.ts`. Secrets are sealed under a key of this browser that no script can
 * read; docs/sending.md says what that is worth. A browser that keeps nothing is no fault: then nothing is there again.
 */
import type { Findings } from "@sealpost/content/files";
import { type Bytes, fromBase64url, toBase64url } from "@sealpost/sealed";

/** What somebody has written, and is sealed when all files have arrived. */
export interface Written {
  readonly subject: string;
  readonly message: string;
  /** The key that was made of the password, if recipients are asked for one, and how; base64url. */
  readonly password?: { readonly key: string; readonly parameters: string };
}

/** What opens a transfer. */
export interface Secrets {
  /** The second part of its links. */
  readonly fragment: Bytes;
  /** One that was made up here; until it was sent. */
  readonly password?: string | undefined;
  /** Until it was sent. */
  readonly written?: Written | undefined;
}

/** An upload of a file. */
export interface KeptUpload {
  readonly key: Bytes;
  /** What the file is, as the device says. */
  readonly type: string;
  /** What it is, as it was looked at here. */
  readonly findings: Findings | undefined;
}

/** A try at a part, noted before it goes out: the service has one of them. */
export interface Attempt {
  readonly salt: Bytes;
  /** CRC-32 of the plaintext. */
  readonly crc32: number;
}

interface Row {
  readonly transfer: string;
}

const NAME = "sealpost-sealed";
const STORES = ["device", "secrets", "uploads", "parts"] as const;
type Stores = Record<(typeof STORES)[number], IDBObjectStore>;

function opened(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("device");
      asked.result.createObjectStore("secrets", { keyPath: "transfer" });
      asked.result.createObjectStore("uploads", { keyPath: ["transfer", "upload"] });
      asked.result.createObjectStore("parts", { keyPath: ["transfer", "upload", "part"] });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
    asked.onblocked = () => failed(new Error("another page holds an older database"));
  });
}

let database: Promise<IDBDatabase> | undefined;

/** Runs in a transaction over all stores, and throws where nothing can be kept. What was written has reached the disk. */
async function certainly<Result>(
  mode: IDBTransactionMode,
  act: (stores: Stores) => IDBRequest<Result>,
): Promise<Result> {
  database ??= opened();
  const transaction = (await database).transaction([...STORES], mode, { durability: "strict" });
  const stores = Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)])) as Stores;
  const asked = act(stores);
  return new Promise((done, failed) => {
    transaction.oncomplete = () => done(asked.result);
    transaction.onabort = () => failed(transaction.error);
  });
}

/** The same; `undefined` where nothing can be kept. */
async function run<Result>(
  mode: IDBTransactionMode,
  act: (stores: Stores) => IDBRequest<Result>,
): Promise<Result | undefined> {
  try {
    return await certainly(mode, act);
  } catch {
    return undefined;
  }
}

/** All rows of a transfer, or of one of its uploads. */
function rowsOf(...place: string[]): IDBKeyRange {
  return IDBKeyRange.bound(place, [...place, []]);
}

/** The key of this browser. Of two tabs that make one at once, one wins. */
async function deviceKey(): Promise<CryptoKey> {
  const kept: CryptoKey | undefined = await certainly("readonly", ({ device }) => device.get("key"));
  if (kept) return kept;
  const made = await crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
  return certainly("readwrite", ({ device }) => {
    // There already: nothing is done, and the other one is read.
    device.add(made, "key").onerror = (event) => event.preventDefault();
    return device.get("key");
  });
}

/** For one place: what is moved to another does not open there. */
function algorithm(iv: Bytes, place: string): AesGcmParams {
  return { name: "AES-GCM", iv, additionalData: new TextEncoder().encode(place) };
}

async function seal(place: string, value: object): Promise<Bytes> {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const plain = new TextEncoder().encode(JSON.stringify(value));
  const sealed = new Uint8Array(await crypto.subtle.encrypt(algorithm(iv, place), await deviceKey(), plain));
  const both = new Uint8Array(iv.length + sealed.length);
  both.set(iv);
  both.set(sealed, iv.length);
  return both;
}

async function open<Value>(place: string, both: Bytes): Promise<Value | undefined> {
  try {
    const algo = algorithm(both.slice(0, 12), place);
    const plain = await crypto.subtle.decrypt(algo, await deviceKey(), both.slice(12));
    return JSON.parse(new TextDecoder().decode(plain));
  } catch {
    // The key is another one, or gone: browsers clear what they keep as they like.
    return undefined;
  }
}

interface SecretsRow extends Row {
  readonly endsAt: string;
  readonly sealed: Bytes;
}

/** What stands in a sealed row. */
interface Sealed {
  readonly fragment: string;
  readonly password?: string | undefined;
  readonly written?: Written | undefined;
}

/** Keeps, in place of what was kept before; nothing is kept longer than until `endsAt` (RFC 3339). Says whether it could. */
export async function keepSecrets(
  transfer: string,
  endsAt: string,
  { fragment, password, written }: Secrets,
): Promise<boolean> {
  const kept: Sealed = {
    fragment: toBase64url(fragment),
    ...(password !== undefined && { password }),
    ...(written && { written }),
  };
  try {
    const row: SecretsRow = { transfer, endsAt, sealed: await seal(`secrets/${transfer}`, kept) };
    await certainly("readwrite", ({ secrets }) => secrets.put(row));
    return true;
  } catch {
    return false;
  }
}

export async function recallSecrets(transfer: string): Promise<Secrets | undefined> {
  const row: SecretsRow | undefined = await run("readonly", ({ secrets }) => secrets.get(transfer));
  const kept = row && (await open<Sealed>(`secrets/${transfer}`, row.sealed));
  const fragment = kept && fromBase64url(kept.fragment);
  return fragment && { fragment, password: kept.password, written: kept.written };
}

/** Forgets how a transfer's parts were sealed. What opens it stays. */
export async function forgetUploads(transfer: string): Promise<void> {
  await run("readwrite", ({ uploads, parts }) => {
    uploads.delete(rowsOf(transfer));
    return parts.delete(rowsOf(transfer));
  });
}

/** Forgets all of a transfer. */
export async function forgetSecrets(transfer: string): Promise<void> {
  await forgetUploads(transfer);
  await run("readwrite", ({ secrets }) => secrets.delete(transfer));
}

/** Forgets what has ended by `now`. */
export async function sweepSecrets(now: Date): Promise<void> {
  const rows: SecretsRow[] | undefined = await run("readonly", ({ secrets }) => secrets.getAll());
  for (const { transfer, endsAt } of rows ?? [])
    if (Date.parse(endsAt) <= now.getTime()) await forgetSecrets(transfer);
}

interface UploadRow extends Row {
  readonly upload: string;
  readonly type: string;
  readonly sealed: Bytes;
}

export async function keepUpload(
  transfer: string,
  upload: string,
  { key, type, findings }: KeptUpload,
): Promise<void> {
  try {
    const sealed = await seal(`upload/${transfer}/${upload}`, { key: toBase64url(key), findings });
    const row: UploadRow = { transfer, upload, type, sealed };
    await certainly("readwrite", ({ uploads }) => uploads.put(row));
  } catch {
    // Then this file begins anew when the page was closed.
  }
}

export async function recallUpload(transfer: string, upload: string): Promise<KeptUpload | undefined> {
  const row: UploadRow | undefined = await run("readonly", ({ uploads }) => uploads.get([transfer, upload]));
  const place = `upload/${transfer}/${upload}`;
  const opened = row && (await open<{ key: string; findings?: Findings }>(place, row.sealed));
  const key = opened && fromBase64url(opened.key);
  return key && { key, type: row.type, findings: opened.findings };
}

export async function forgetUpload(transfer: string, upload: string): Promise<void> {
  await run("readwrite", ({ uploads, parts }) => {
    parts.delete(rowsOf(transfer, upload));
    return uploads.delete([transfer, upload]);
  });
}

interface PartRow extends Row {
  readonly upload: string;
  readonly part: number;
  readonly attempts: readonly Attempt[];
}

/** Keeps the tries at a part; says whether it could. Salts are no secret: the service has them, too. */
export async function keepAttempts(
  transfer: string,
  upload: string,
  part: number,
  attempts: readonly Attempt[],
): Promise<boolean> {
  const row: PartRow = { transfer, upload, part, attempts };
  try {
    await certainly("readwrite", ({ parts }) => parts.put(row));
    return true;
  } catch {
    return false;
  }
}

/** The tries at each part of an upload, as far as there were any. */
export async function recallAttempts(transfer: string, upload: string): Promise<(readonly Attempt[])[]> {
  const rows: PartRow[] | undefined = await run("readonly", ({ parts }) =>
    parts.getAll(rowsOf(transfer, upload)),
  );
  const found: (readonly Attempt[])[] = [];
  for (const { part, attempts } of rows ?? []) found[part] = attempts;
  return found;
}
