/** What there is to do for the transfer of a mail that is sealed in the pane. What does it is fetched when there is one. */
import type { Carries } from "@sealpost/sending/upload/carrier.ts";
import type { FileNote, FileNotes } from "@sealpost/sending/upload/notes.ts";
import type { FileProgress } from "@sealpost/sending/upload/queue.ts";

import type { Transfer } from "../mail/service.ts";

/** What is sealed beside the files. */
export interface Words {
  readonly subject: string;
  /** If recipients are asked for one. */
  readonly password: string | undefined;
}

export interface SealedHere {
  /** What stands behind `#` in the mail's link. Another one after `bind` may have said so. */
  readonly secondPart: string;
  /** The one that was sealed with last. */
  readonly password: string | undefined;
  /** Whether the browser has kept what it takes to go on. */
  readonly isKept: boolean;
  /** A password of at least so many characters. */
  readonly makeUp: (least: number) => string;
  readonly carrier: (notes: FileNotes) => Carries & { readonly kept: () => ReadonlySet<string> };
  /** Where files stand that were begun before: what nobody can name in a manifest any more begins anew. */
  readonly standing: (begun: readonly FileProgress[], notes: readonly FileNote[]) => Promise<FileProgress[]>;
  /**
   * Seals what the transfer is made of as it is now, so that it can be sent, with another second part than before: of two lists of files
   * under one the service could show the first. Gives the ids of files that cannot go as they are, and why. Fails as calls of the service
   * do, and with `NoSealer`.
   */
  readonly bind: (stored: Transfer, words: Words) => Promise<ReadonlyMap<string, Error>>;
  /** It was sent: the second part of the link is known until it ends, and nothing else. */
  readonly sent: (endsAt: string) => Promise<void>;
  /** It is gone: nothing of it is known any more. */
  readonly forget: () => Promise<void>;
}

/** The files of a mail were sealed by another pane, and this one does not know how. */
export class SealedElsewhere extends Error {
  override readonly name = "SealedElsewhere";
}

/** The service names a link that leads elsewhere: whoever opened it there would tell the other the second part. */
export class StrangeLink extends Error {
  override readonly name = "StrangeLink";
}
