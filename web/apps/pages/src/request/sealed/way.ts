/** How files that are sealed in the uploader's browser go up, go on after the page was closed, and are handed over. */
import { type BoundFile, Key, SealedError } from "@sealpost/sealed";
import { SealedCarrier } from "@sealpost/sending/sealing/carrier.ts";
import { NoSealer } from "@sealpost/sending/sealing/NoSealer.ts";
import { Sealers } from "@sealpost/sending/sealing/sealers.ts";
import { Lost, plainBytes } from "@sealpost/sending/sealing/standing.ts";
import { forgetUploads } from "@sealpost/sending/sealing/vault.ts";
import { begun, strange } from "@sealpost/sending/upload/again.ts";
import { type FileProgress, UploadQueue } from "@sealpost/sending/upload/queue.ts";

import { keepSent } from "../arrive.ts";
import { leaveOut, send, submission } from "../calls.ts";
import { type Note, named } from "../note.ts";
import { type Begun, notesOf, type Way } from "../useSubmission.ts";
import { SealedIn } from "./sealedIn.ts";

export interface SealedWay extends Way {
  readonly into: SealedIn;
}

/**
 * Tries what seals, and looks which of the files that were begun can go on. Fails with `NoSealer` where nothing can be sealed, and as a
 * `SealedError` with `public_key` where the key that was told is not the one of its fingerprint.
 */
export async function prepare(arrival: Begun): Promise<SealedWay> {
  const { note, stored, files } = arrival;
  const { sealing } = note.about.opened;
  if (!sealing) throw new Error("nobody seals this here");
  const into = new SealedIn(note, sealing, new Sealers());
  await tryOut(into);
  const carrier = new SealedCarrier(into, notesOf(arrival));
  const standing = await Promise.all(begun(files, stored).map((file) => standingOf(file, carrier, into)));
  const queue = new UploadQueue(carrier, standing);
  return { into, carrier, queue, handOver: (now) => handOver(note, into, carrier, queue, now) };
}

async function tryOut(into: SealedIn): Promise<void> {
  const nowhere = new Uint8Array(16);
  const place = { tenant: nowhere, upload: nowhere, sequence: 0n };
  await into.sealers.seal(new Blob(), Key.generate<"upload">(), place);
  await into.contentKeys().catch((error: unknown) => {
    // Browsers that are too old for it have words of their own for that.
    throw error instanceof SealedError ? error : new NoSealer();
  });
}

/** What has arrived and cannot be named in a manifest any more begins anew. */
async function standingOf(file: FileProgress, carrier: SealedCarrier, into: SealedIn): Promise<FileProgress> {
  if (file.state !== "done") return { ...file, sent: plainBytes(file.sent, file.size) };
  const note = carrier.notes.get(file.id);
  if (!note) return file;
  try {
    await carrier.arrived(note);
    return file;
  } catch (error) {
    if (!(error instanceof Lost)) throw error;
    if (note.upload) await into.remove(note.upload);
    return { ...file, state: "missing", sent: 0 };
  }
}

/** As the hand-over of plain files; fails with [`KeyChanged`] where another key counts than the one that was shown. */
async function handOver(
  note: Note,
  into: SealedIn,
  carrier: SealedCarrier,
  queue: UploadQueue,
  now: Date,
): Promise<Note | undefined> {
  const stored = await submission(note);
  if (!stored.sent_at) {
    for (const id of strange(carrier.kept(), stored)) await leaveOut(note, id);
    if (stored.sealing) into.meet(stored.sealing);
    const files: BoundFile[] = [];
    for (const one of carrier.notes.all()) {
      try {
        files.push(await into.sealFile(await carrier.arrived(one)));
      } catch (error) {
        if (!(error instanceof Lost)) throw error;
        queue.doubt(one.id);
        return undefined;
      }
    }
    await into.bind(files);
  }
  const sent = await into.counting(() => send(note));
  into.sealers.close();
  await forgetUploads(note.transfer);
  return keepSent(note, named(sent, carrier.notes.all()), sent.sent_at ?? now.toISOString());
}
