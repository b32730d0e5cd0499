/** What the browser keeps of what somebody sends in, and where. */
import type { Shape } from "@sealpost/api-client";

import type { FileNote } from "@sealpost/sending/upload/notes.ts";
import type { TransferNote } from "@sealpost/sending/upload/store.ts";

export type Submission = Shape<"Submission">;
export type Choice = Shape<"PortalChoice">;

/** What a request or a portal says, and what it takes. */
export interface Opened {
  readonly kind: "request" | "portal";
  readonly branding: Shape<"Branding">;
  readonly title: string;
  readonly message?: string | undefined;
  /** Who asks; nobody by name where it is a portal. */
  readonly requester?: Shape<"Requester"> | undefined;
  /** When it ends; a portal does not. */
  readonly expiresAt?: string | undefined;
  readonly asksCode: boolean;
  /** Who alone may use it. */
  readonly addressHint?: string | undefined;
  readonly maxFiles: number;
  readonly maxBytes: number;
  readonly maxFileBytes: number;
  readonly types: Shape<"TakenTypes">;
  /** Among whom the uploader chooses, and of which domains he may name somebody. */
  readonly choices: readonly Choice[];
  readonly domains: readonly string[];
  readonly several: boolean;
  /** To whose key it is sealed, if the uploader's browser seals it. */
  readonly sealing?: Shape<"SubmissionSealing"> | undefined;
}

/** Who sends in, by his own words, and what he says with it at a portal. */
export interface Who {
  readonly name: string;
  readonly email: string;
  /** Ids of choices, and addresses. */
  readonly recipients: readonly string[];
  readonly subject: string;
  readonly message: string;
}

export const NOBODY: Who = { name: "", email: "", recipients: [], subject: "", message: "" };

/** To whom it goes, in words: nobody by name where nobody was chosen. */
export function toWhom({ choices }: Opened, { recipients }: Who): string[] {
  return recipients.map((one) => choices.find(({ id }) => id === one)?.label ?? one);
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

/** What was sent, with the names that were sealed: who has sent it knows them. */
export function named(submission: Submission, notes: readonly FileNote[]): Submission {
  const files = submission.files.map((file) => {
    const note = notes.find(({ upload }) => upload === file.id);
    return note ? { ...file, name: note.path, size: note.size, crc32: note.crc ?? null } : file;
  });
  return { ...submission, files };
}

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
