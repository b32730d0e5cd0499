/**
 * What the browser keeps of transfers under way: IndexedDB of this origin, `transfers` by the place that leads back to them,
 * `files` beside them. A browser that keeps nothing (by its settings, or for want of room) is no fault: then nothing is
 * there again after the page was closed, and everything else goes on.
 */
import type { FileNote } from "./notes.ts";

export interface TransferNote<About = unknown> {
  /** Where one comes back to it: the path of the page. */
  readonly place: string;
  readonly transfer: string;
  /** RFC 3339; nothing is kept longer. */
  readonly endsAt: string;
  /** What the page has to know besides. */
  readonly about: About;
}

const NAME = "sealpost";

function opened(): Promise<IDBDatabase> {
  return new Promise((done, failed) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => {
      asked.result.createObjectStore("transfers", { keyPath: "place" });
      asked.result.createObjectStore("files", { keyPath: ["transfer", "id"] });
    };
    asked.onsuccess = () => done(asked.result);
    asked.onerror = () => failed(asked.error);
    asked.onblocked = () => failed(new Error("another page holds an older database"));
  });
}

let database: Promise<IDBDatabase> | undefined;

/** Runs in a transaction over both stores; `undefined` where nothing can be kept. */
async function run<Result>(
  mode: IDBTransactionMode,
  act: (transfers: IDBObjectStore, files: IDBObjectStore) => IDBRequest<Result>,
): Promise<Result | undefined> {
  try {
    database ??= opened();
    const transaction = (await database).transaction(["transfers", "files"], mode);
    const asked = act(transaction.objectStore("transfers"), transaction.objectStore("files"));
    return await new Promise((done, failed) => {
      transaction.oncomplete = () => done(asked.result);
      transaction.onabort = () => failed(transaction.error);
    });
  } catch {
    return undefined;
  }
}

function filesOf(transfer: string): IDBKeyRange {
  return IDBKeyRange.bound([transfer], [transfer, []]);
}

/** What was kept for a place, with its files. */
export async function recall<About>(
  place: string,
): Promise<{ note: TransferNote<About>; files: readonly FileNote[] } | undefined> {
  const note: TransferNote<About> | undefined = await run("readonly", (transfers) => transfers.get(place));
  if (!note) return undefined;
  const files: FileNote[] | undefined = await run("readonly", (_, all) => all.getAll(filesOf(note.transfer)));
  return { note, files: files ?? [] };
}

/** What was kept for all places whose names begin so, with its files. */
export async function recallBelow<About>(
  prefix: string,
): Promise<{ note: TransferNote<About>; files: readonly FileNote[] }[]> {
  const places = IDBKeyRange.bound(prefix, `${prefix}\uffff`);
  const notes: TransferNote<About>[] | undefined = await run("readonly", (transfers) =>
    transfers.getAll(places),
  );
  const found = await Promise.all((notes ?? []).map(({ place }) => recall<About>(place)));
  return found.filter((one) => one !== undefined);
}

export async function keepTransfer(note: TransferNote): Promise<void> {
  await run("readwrite", (transfers) => transfers.put(note));
}

export async function keepFile(transfer: string, note: FileNote): Promise<void> {
  await run("readwrite", (_, files) => files.put({ ...note, transfer }));
}

export async function forgetFile(transfer: string, id: string): Promise<void> {
  await run("readwrite", (_, files) => files.delete([transfer, id]));
}

/** Forgets the files of a transfer; what is kept of the transfer itself stays. */
export async function forgetFiles(transfer: string): Promise<void> {
  await run("readwrite", (_, files) => files.delete(filesOf(transfer)));
}

/** Forgets a transfer with its files. */
export async function forget({ place, transfer }: TransferNote): Promise<void> {
  await run("readwrite", (transfers, files) => {
    transfers.delete(place);
    return files.delete(filesOf(transfer));
  });
}

/** Forgets what has ended by `now`. */
export async function sweep(now: Date): Promise<void> {
  const all: TransferNote[] | undefined = await run("readonly", (transfers) => transfers.getAll());
  for (const note of all ?? []) if (Date.parse(note.endsAt) <= now.getTime()) await forget(note);
}
