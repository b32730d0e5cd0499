/** What was sealed for the mail to be sent with: the files and the words that it was, and whether the mail is to have others by now. */
import { needsPassword } from "@sealpost/sending/new/draft.ts";

import type { Transfer } from "../mail/service.ts";
import type { Words } from "./sealedHere.ts";
import type { State } from "./state.ts";
import type { UnderWay } from "./uploads.ts";

interface Mail {
  readonly state: () => State;
  /** Characters that a password has at least. */
  readonly least: number;
  /** A password was made up, which the mail has from now on. */
  readonly madeUp: (password: string | undefined) => void;
  /** Its files and words were sealed; `made` says whether with a password that was made up. */
  readonly sealed: (underWay: UnderWay, made: boolean) => void;
}

export class SealedAs {
  /** What was sealed last; nothing if nothing was yet. */
  #last: string | undefined;

  constructor(private readonly mail: Mail) {}

  /** Whether all that was sealed is what the mail should be sent with; where the service seals, it always is. */
  isCurrent(): boolean {
    const { underWay, transfer } = this.mail.state();
    if (!underWay?.sealed || !transfer) return true;
    const words = this.#words(transfer);
    return words !== undefined && sealingOf(words, underWay) === this.#last;
  }

  /** Seals, where it is sealed here, what the mail is to be sent with; answers whether that is so now. */
  async renew(underWay: UnderWay): Promise<boolean> {
    const { sealed } = underWay;
    if (!sealed) return true;
    // Until nothing has changed while it was sealed.
    while (isWhole(underWay) && !this.isCurrent()) {
      const { transfer: stored } = this.mail.state();
      const words = stored && this.#words(stored);
      if (!words) return false;
      const as = sealingOf(words, underWay);
      const unfit = await sealed.bind(stored, words);
      for (const [id, why] of unfit) underWay.queue.doubt(id, why);
      if (unfit.size > 0) return false;
      this.#last = as;
      this.mail.sealed(underWay, words.password !== undefined && this.mail.state().draft.generate);
    }
    return isWhole(underWay);
  }

  /** Everything was taken back. */
  forget(): void {
    this.#last = undefined;
  }

  /** What is sealed beside the files; nothing as long as the password is none that could be. */
  #words(transfer: Transfer): Words | undefined {
    const { least, state, madeUp } = this.mail;
    const { draft, underWay, password } = state();
    const { recipients, protection } = transfer;
    const asked = recipients.length > 0 ? recipients.map((one) => one.protection) : [protection];
    const subject = draft.subject.trim();
    if (!asked.some(needsPassword)) return { subject, password: undefined };
    if (!draft.generate) {
      const isLong = [...draft.password].length >= least;
      return isLong ? { subject, password: draft.password } : undefined;
    }
    if (!password) madeUp(underWay?.sealed?.makeUp(least));
    return { subject, password: state().password };
  }
}

/** Whether no file is missing any more. */
export function isWhole({ queue }: UnderWay): boolean {
  const { files } = queue.snapshot();
  return files.length > 0 && files.every(({ state }) => state === "done");
}

function sealingOf(words: Words, { notes, queue }: UnderWay): string {
  // By what the service knows its files by.
  const uploads = queue.snapshot().files.flatMap(({ id }) => notes.get(id)?.upload ?? []);
  return JSON.stringify([words.subject, words.password, uploads]);
}
