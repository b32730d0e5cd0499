/** What the browser keeps of what somebody sends in, and where. */
import type { Shape } from "@sealpost/api-client";

import type { TransferNote } from "../upload/store.ts";

export type Opened = Shape<"OpenedRequest">;
export type Submission = Shape<"Submission">;

/** Who sends in, by his own words. */
export interface Who {
  readonly name: string;
  readonly email: string;
}

/** What was sent, as the uploader sees it again until the request ends. */
export interface Receipt {
  readonly sentAt: string;
  readonly files: readonly { readonly name: string; readonly size: number; readonly crc32: number | null }[];
}

export interface About {
  readonly opened: Opened;
  readonly who: Who;
  /** The right to send in: there from the beginning until it was sent, or has ended. */
  readonly grant?: string | undefined;
  /** There once it was sent. */
  readonly receipt?: Receipt | undefined;
}

export type Note = TransferNote<About>;

export function receiptOf({ files }: Submission, sentAt: string): Receipt {
  return { sentAt, files: files.map(({ name, size, crc32 }) => ({ name: name ?? "–", size, crc32 })) };
}

/** A note once it was sent: with what was sent, and without the right to send. */
export function sentNote(note: Note, submission: Submission, sentAt: string): Note {
  const { opened, who } = note.about;
  return { ...note, about: { opened, who, receipt: receiptOf(submission, sentAt) } };
}

/** What waits for a code, as long as the tab lives: who looks into his mail on a phone may come back to a page loaded anew. */
export interface Pending extends Who {
  readonly challenge: string;
  readonly resendAt: string;
  readonly expiresAt: string;
  /** Wrong codes so far. */
  readonly wrong: number;
}

function pendingKey(path: string): string {
  return `sealpost.code:${path}`;
}

export function recallPending(path: string): Pending | undefined {
  const kept = sessionStorage.getItem(pendingKey(path));
  return kept ? (JSON.parse(kept) as Pending) : undefined;
}

export function keepPending(path: string, pending: Pending | undefined): void {
  if (pending) sessionStorage.setItem(pendingKey(path), JSON.stringify(pending));
  else sessionStorage.removeItem(pendingKey(path));
}
