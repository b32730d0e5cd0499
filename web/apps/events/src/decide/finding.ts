import type { Level } from "../policy.ts";
import type { TextKey } from "../words/words.ts";

/** What a finding is about. The pane is told, too. */
export type Reason = "access" | "attachments" | "content" | "recipients" | "types" | "upload";

/** Something that a policy has to say about a mail. */
export interface Finding {
  readonly reason: Reason;
  readonly level: Level;
  /** One of our texts, or what the policy says to the sender. */
  readonly text:
    | { readonly key: TextKey; readonly values?: Readonly<Record<string, string | number>> }
    | string;
}
