import type { Bootstrap } from "@sealpost/ui";

import type { BlockContent } from "../block/content.ts";
import type { State } from "./state.ts";

/** What the block in the mail says; nothing while there is no link yet. */
export function contentOf(
  { transfer, url, underWay, draft }: State,
  { name, accent, on_accent: onAccent }: Bootstrap["branding"],
): BlockContent | undefined {
  if (!transfer || !url) return undefined;
  return {
    url,
    from: name,
    accent,
    onAccent,
    files: underWay
      ? underWay.queue.snapshot().files.map(({ path, size }) => ({ name: path, size }))
      : transfer.files.map(({ name, size }) => ({ name: name ?? "–", size })),
    sealed: transfer.mode === "zero_knowledge",
    until: new Date(transfer.expires_at),
    asked:
      transfer.recipients.length > 0
        ? transfer.recipients.map(({ protection }) => protection)
        : [draft.protection],
  };
}
