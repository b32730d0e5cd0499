/** What is known of the transfer of a mail, and what it takes to go on with it. */
import type { ChosenFile, Draft } from "@sealpost/sending/new/draft.ts";
import type { Language } from "@sealpost/ui";

import { NO_VERDICTS, type Verdicts } from "../mail/agree.ts";
import type { Kept } from "../mail/known.ts";
import type { Service, Transfer } from "../mail/service.ts";
import type { Compose } from "../office/compose.ts";
import type { MailboxSettings } from "../office/kept.ts";
import type { BlockKeeper, BlockState } from "./blockKeeper.ts";
import type { UnderWay, Uploads } from "./uploads.ts";

/**
 * `looking`: the mail is asked whether it has one. `none`: it has none. `creating`: it is being made. `draft`: it waits for files,
 * or for the mail to be sent. `elsewhere`: another pane works on it. `foreign`: it was sealed by another, and this one does not know how. `available`: recipients can fetch. `over`: it has ended, was
 * blocked, or is gone.
 */
export type Stage =
  | "looking"
  | "none"
  | "creating"
  | "draft"
  | "elsewhere"
  | "foreign"
  | "available"
  | "over";

export interface State {
  readonly stage: Stage;
  /** What has failed of the step that it stands at; `retry` does it again. */
  readonly error: Error | undefined;
  readonly draft: Draft;
  readonly transfer: Transfer | undefined;
  readonly url: string | undefined;
  readonly underWay: UnderWay | undefined;
  /** Whether every file has arrived, and is what was read here. */
  readonly complete: boolean;
  readonly verdicts: Verdicts;
  /** Why the service does not take what was changed last. */
  readonly refusal: Error | undefined;
  readonly changing: boolean;
  /** One that was made up. */
  readonly password: string | undefined;
  readonly language: Language;
  readonly block: BlockState;
  /** Why the block is not in the mail as it should be. */
  readonly blockError: Error | undefined;
  readonly kept: Kept | undefined;
  /** Files that wait for the transfer to be made. */
  readonly waiting: readonly ChosenFile[];
  readonly removing: boolean;
  /** The link stands in the mail by itself after everything else was taken back. */
  readonly leftLink: boolean;
}

export interface World {
  readonly mail: Compose;
  readonly settings: MailboxSettings;
  readonly service: Service;
  readonly uploads: Uploads;
  readonly block: BlockKeeper;
  /** Where the service is: nothing that opens files is put behind links to elsewhere. */
  readonly origin: string;
  readonly now: () => Date;
  /** Milliseconds after which what was changed is told the service: nobody waits for each letter. */
  readonly patience: number;
}

/** Nothing is there, and nobody has looked for it yet. */
export function nothing(draft: Draft, language: Language): State {
  return {
    stage: "looking",
    error: undefined,
    draft,
    transfer: undefined,
    url: undefined,
    underWay: undefined,
    complete: false,
    verdicts: NO_VERDICTS,
    refusal: undefined,
    changing: false,
    password: undefined,
    language,
    block: "absent",
    blockError: undefined,
    kept: undefined,
    waiting: [],
    removing: false,
    leftLink: false,
  };
}
