/** Transfers under way, as the browser keeps them: they can go on after the page was closed, until they are sent. */
import { answer, Problem, type Shape } from "@sealpost/api-client";
import { api, part } from "@sealpost/ui";

import { begun, differing, strange } from "../upload/again.ts";
import { Carrier, type Carries, remove } from "../upload/carrier.ts";
import { held, hold } from "../upload/hold.ts";
import { type FileNote, FileNotes } from "../upload/notes.ts";
import { type FileProgress, UploadQueue } from "../upload/queue.ts";
import {
  forget,
  forgetFile,
  keepFile,
  keepTransfer,
  recallBelow,
  type TransferNote,
} from "../upload/store.ts";
import type { Draft } from "./draft.ts";

type Transfer = Shape<"Transfer">;

interface About {
  readonly subject: string;
  readonly recipients: readonly string[];
  /** One that the service has made up, and said this once: whoever goes on later has to hear it, too. */
  readonly password?: string | undefined;
  /** Whether it is sealed here: then what opens it is kept apart, the password too. */
  readonly sealed?: boolean | undefined;
}

/** What brings files up, and knows which of them are to be sent. */
interface Carrying extends Carries {
  readonly notes: FileNotes;
  readonly kept: () => ReadonlySet<string>;
}

/** What there is to do besides for a transfer that is sealed here. It is fetched when there is one. */
export interface SealedHere {
  /** What stands behind `#` in all links. */
  readonly secondPart: string;
  /** One that was made up here. */
  readonly password: string | undefined;
  /** Whether the browser has kept what it takes to go on. */
  readonly isKept: boolean;
  readonly carrier: (notes: FileNotes) => Carrying;
  readonly standing: (begun: readonly FileProgress[], notes: readonly FileNote[]) => Promise<FileProgress[]>;
  readonly finish: () => Promise<ReadonlyMap<string, Error>>;
  readonly sent: (endsAt: string) => Promise<boolean>;
  readonly close: () => void;
}

export interface UnderWay {
  readonly note: TransferNote<About>;
  readonly carrier: Carrying;
  readonly queue: UploadQueue;
  readonly sealed?: SealedHere | undefined;
  /** Lets other tabs have it. */
  readonly release: () => void;
}

/** What has become of it, and what nobody is told again. */
export interface Sent {
  readonly sent: Shape<"SentTransfer">;
  readonly password: string | undefined;
  /** Of a transfer that was sealed here. */
  readonly sealed?: { readonly secondPart: string; readonly isKept: boolean } | undefined;
}

/** What was begun and is neither sent nor under way in a tab. */
export interface Unfinished {
  readonly note: TransferNote<About>;
  readonly files: readonly FileNote[];
  readonly stored: Transfer;
}

/** Several people may use a browser, and several tabs. */
function placeOf(user: string, transfer = ""): string {
  return `/#${user}/${transfer}`;
}

function notesOf(transfer: string, files: readonly FileNote[]): FileNotes {
  return new FileNotes(files, {
    keep: (file) => void keepFile(transfer, file),
    forget: (id) => void forgetFile(transfer, id),
  });
}

function sealing(): Promise<typeof import("../sealing/sealedDraft.ts")> {
  return part(() => import("../sealing/sealedDraft.ts"));
}

/** Begins to bring up the files of a draft that was created. */
export async function begin(
  user: string,
  created: Transfer,
  draft: Draft,
  sealed?: SealedHere,
): Promise<UnderWay> {
  const { id: transfer, expires_at: endsAt, generated_password: password } = created;
  const recipients = draft.recipients.map(({ email }) => email);
  const about = { subject: draft.subject.trim(), recipients, password, sealed: sealed !== undefined };
  const note = { place: placeOf(user, transfer), transfer, endsAt, about };
  const release = (await hold(transfer)) ?? (() => {});
  const isKept = sealed?.isKept ?? true;
  if (isKept) await keepTransfer(note);
  const notes = isKept ? notesOf(transfer, []) : new FileNotes();
  // All of them: what has not begun when the page is closed belongs to it as well.
  for (const { id, path, file } of draft.files)
    notes.set({ id, path, size: file.size, lastModified: file.lastModified, marks: [] });
  const carrier = sealed?.carrier(notes) ?? new Carrier({ transfer }, notes);
  const queue = new UploadQueue(carrier);
  queue.add(draft.files);
  return { note, carrier, queue, sealed, release };
}

/** Goes on with what was begun; nothing if another tab does already. */
export async function goOn({ note, files, stored }: Unfinished): Promise<UnderWay | undefined> {
  const release = await hold(note.transfer);
  if (!release) return undefined;
  const notes = notesOf(note.transfer, files);
  const sealed = note.about.sealed ? await (await sealing()).recallSealed(stored) : undefined;
  const carrier = sealed?.carrier(notes) ?? new Carrier({ transfer: note.transfer }, notes);
  const before = begun(files, stored);
  const queue = new UploadQueue(carrier, (await sealed?.standing(before, files)) ?? before);
  return { note, carrier, queue, sealed, release };
}

/** What a user has begun in this browser, and can go on with. What is no draft any more is forgotten. */
export async function unfinished(user: string): Promise<readonly Unfinished[]> {
  const busy = await held();
  const kept = await recallBelow<About>(placeOf(user));
  const found = await Promise.all(
    kept.map(async ({ note, files }) => {
      if (busy.has(note.transfer)) return [];
      const stored = await draftOf(note.transfer);
      const mayGoOn = stored && (!note.about.sealed || (await (await sealing()).recallSealed(stored)));
      if (stored && mayGoOn) return [{ note, files, stored }];
      await forget(note);
      return [];
    }),
  );
  return found.flat();
}

async function draftOf(id: string): Promise<Transfer | undefined> {
  const params = { path: { transfer_id: id } };
  try {
    const transfer = await answer(api.GET("/api/v1/transfers/{transfer_id}", { params }));
    return transfer.state === "draft" ? transfer : undefined;
  } catch (error) {
    if (error instanceof Problem && [404, 410].includes(error.status)) return undefined;
    throw error;
  }
}

/**
 * Sends what has arrived, and nothing else; `undefined` if a file has to be uploaded again, which the queue then says. What
 * somebody has removed while it came in is there in part, which keeps the draft from being sent, or whole, if its last
 * answer was lost.
 */
export async function send(underWay: UnderWay): Promise<Sent | undefined> {
  try {
    return await trySending(underWay);
  } catch (error) {
    // What was sealed was of other files by the time that it came, or to another recovery key: it is sealed anew, of those that are
    // there now, and to the one that counts now.
    const isOther = error instanceof Problem && ["not_sealed_yet", "key_changed"].includes(error.code ?? "");
    if (!(underWay.sealed && isOther)) throw error;
    return trySending(underWay);
  }
}

async function trySending(underWay: UnderWay): Promise<Sent | undefined> {
  const { note, carrier, queue, sealed, release } = underWay;
  const params = { path: { transfer_id: note.transfer } };
  const stored = await answer(api.GET("/api/v1/transfers/{transfer_id}", { params }));
  const doubtful = differing(carrier.notes.all(), stored);
  for (const id of doubtful) queue.doubt(id);
  if (doubtful.length > 0) return undefined;
  for (const id of strange(carrier.kept(), stored)) await remove(id);
  // It was sent already if that answer was lost; then there is nothing more to be sealed.
  const unfit = stored.state === "draft" ? await sealed?.finish() : undefined;
  for (const [id, why] of unfit ?? []) queue.doubt(id, why);
  if (unfit?.size) return undefined;
  const sent = await answer(api.POST("/api/v1/transfers/{transfer_id}/send", { params }));
  await forget(note);
  const isKept = await sealed?.sent(sent.transfer.expires_at);
  release();
  if (!sealed) return { sent, password: note.about.password };
  const { password, secondPart } = sealed;
  return { sent, password, sealed: { secondPart, isKept: isKept ?? false } };
}

/** Removes a draft that nobody wants. One that stays behind has no link, and ends by itself. */
export async function discard(note: TransferNote<About>): Promise<void> {
  await forget(note);
  if (note.about.sealed) await (await sealing()).forgetSecrets(note.transfer);
  const params = { path: { transfer_id: note.transfer } };
  await answer(api.DELETE("/api/v1/transfers/{transfer_id}", { params }));
}
