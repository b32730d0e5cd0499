/** What the log of transfers is asked by: in the page's address, and to the service. */
import type { Shape } from "@sealpost/api-client";
import { dayBegins, dayEnds, type Filters, filtered } from "@sealpost/ui";

/** The filters, by the names that they have in the address; the service knows them by the same. */
export const NAMES = [
  "sender",
  "recipient",
  "state",
  "kind",
  "rule",
  "request",
  "portal",
  "from",
  "to",
] as const;

/** The states that the service finds transfers by. */
export const STATES = [
  "draft",
  "sealed",
  "available",
  "blocked",
  "purged",
] as const satisfies readonly Shape<"TransferState">[];

/** Filters as the service takes them: a day `from` is the moment at which it begins here, a day `to` that at which it is over. */
export function asked({ from, to, ...others }: Filters): Filters {
  const [begins, ends] = [dayBegins(from), dayEnds(to)];
  return { ...others, ...(begins && { from: begins }), ...(ends && { to: ends }) };
}

/** Where the service hands out all that these filters find. */
export function exportAddress(filters: Filters, format: "csv" | "jsonl"): string {
  return filtered("/api/v1/admin/transfers/export", { ...asked(filters), format });
}
