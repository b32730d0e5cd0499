/** Where a request stands. */
import type { Shape } from "@sealpost/api-client";

export type Stand = "open" | "used_up" | "closed" | "over";

/** By what the service says of it, and not by the clock of whoever reads it. */
export function stand({ open, closed_at, uses, max_uses }: Shape<"UploadRequest">): Stand {
  if (open) return "open";
  if (closed_at) return "closed";
  return uses >= max_uses ? "used_up" : "over";
}
