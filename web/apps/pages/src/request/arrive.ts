/** Where somebody stands who comes to the page: for the first time, again, or too late. Asking changes nothing. */
import { Problem } from "@sealpost/api-client";

import type { FileNote } from "@sealpost/sending/upload/notes.ts";
import { forget, forgetFiles, keepTransfer, recall, sweep } from "@sealpost/sending/upload/store.ts";
import { clock } from "../shell/clock.ts";
import { open, submission } from "./calls.ts";
import { type About, type Note, named, type Opened, type Submission, sentNote, type Who } from "./note.ts";
import type { OutsidePlace } from "./place.ts";
import { type Begun, begunBefore, forgetWishes, wishesOf } from "./wish.ts";

/** Why nothing can be sent in: nobody says more, or only to who has begun. */
export type Over = "unavailable" | "closed";

export type Arrival =
  /** `said`: what was said before, and never answered. */
  | { readonly step: "asked"; readonly opened: Opened; readonly said?: Who | undefined }
  | {
      readonly step: "files";
      readonly note: Note;
      readonly stored: Submission;
      readonly files: readonly FileNote[];
      /** Whether it was begun before the page was opened. */
      readonly again: boolean;
    }
  /** `more`: the link takes another. */
  | { readonly step: "receipt"; readonly note: Note; readonly more: Opened | undefined }
  | { readonly step: "over"; readonly why: Over };

export async function arrive(place: OutsidePlace): Promise<Arrival> {
  const kept = await recall<About>(place.path);
  const arrival = (kept && (await goOn(kept.note, kept.files))) ?? (await first(place));
  await sweep(clock.now());
  return arrival;

  async function goOn(note: Note, files: readonly FileNote[]): Promise<Arrival | undefined> {
    if (note.about.receipt) {
      const more = await open(place).catch(() => undefined);
      return clock.until(note.endsAt) > 0 ? { step: "receipt", note, more } : undefined;
    }
    try {
      const stored = await submission(note);
      if (!stored.sent_at) return { step: "files", note, stored, files, again: true };
      // It was sent, and the answer never came.
      const sent = await keepSent(note, named(stored, files), stored.sent_at);
      return { step: "receipt", note: sent, more: undefined };
    } catch (error) {
      if (!hasEnded(error)) throw error;
      await forget(note);
      return isClosed(error) ? { step: "over", why: "closed" } : undefined;
    }
  }
}

async function first(place: OutsidePlace): Promise<Arrival> {
  try {
    const opened = await open(place);
    return { step: "asked", opened, said: (await wishesOf(place.path))?.wishes[0]?.who };
  } catch (error) {
    if (!isUnavailable(error)) throw error;
    const before = await begunBefore(place);
    return before ? await justBegun(place, before) : { step: "over", why: "unavailable" };
  }
}

/** Keeps what was begun a moment ago, or would have been had the answer come. */
export async function justBegun(place: OutsidePlace, { opened, who, begun }: Begun): Promise<Arrival> {
  const { submission_id: transfer, grant, expires_at: endsAt } = begun;
  const note: Note = { place: place.path, transfer, endsAt, about: { opened, who, grant } };
  await keepTransfer(note);
  await forgetWishes(place.path);
  return { step: "files", note, stored: await nothingYet(note), files: [], again: false };
}

/** What has just begun is empty; if the service does not say so now, it does when it is sent. */
function nothingYet(note: Note): Promise<Submission> {
  const { maxFiles, maxBytes, maxFileBytes } = note.about.opened;
  return submission(note).catch(() => ({
    id: note.transfer,
    mode: "standard" as const,
    files: [],
    uploads: [],
    files_left: maxFiles,
    bytes_left: maxBytes,
    max_file_bytes: maxFileBytes,
    expires_at: note.endsAt,
  }));
}

/** Keeps what was sent until the request ends, and no longer the right to send. */
export async function keepSent(note: Note, stored: Submission, sentAt: string): Promise<Note> {
  const sent = sentNote(note, stored, sentAt);
  await keepTransfer(sent);
  await forgetFiles(note.transfer);
  return sent;
}

/** Whether the link takes nothing, for whatever reason. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && error.code === "link_unavailable";
}

/** Whether the request takes nothing more of somebody who had begun. */
export function isClosed(error: unknown): boolean {
  return error instanceof Problem && error.code === "request_closed";
}

/** Whether what somebody had begun is no more, for whatever reason. */
export function hasEnded(error: unknown): boolean {
  return isClosed(error) || (error instanceof Problem && [401, 404, 410].includes(error.status));
}
