/** Mailboxes and who may send for them, from a table: what stands in its lines, and what would come of them. */
import type { TextKey } from "@sealpost/ui";

import { rowsOf } from "../parts/csv.ts";
import { faultOf } from "../users/check.ts";

/** The most lines that the service takes at once. */
export const MOST_LINES = 20_000;

export interface Line {
  readonly line: number;
  readonly mailbox: string;
  readonly user: string;
  /** What would come of it: a mailbox and the right to send for it, the right alone, or nothing, as it is so already. */
  readonly would: "add" | "delegate" | "nothing";
  /** Why nothing would come of it. */
  readonly fault?: TextKey;
}

/** What there is, with addresses in lower case. */
export interface Known {
  readonly users: ReadonlySet<string>;
  /** Who may send for each mailbox. */
  readonly mailboxes: ReadonlyMap<string, ReadonlySet<string>>;
}

/** What would come of a table `mailbox,user`. */
export function trial(table: string, known: Known): readonly Line[] {
  const seen = new Set<string>();
  return pairsOf(table).map(({ line, fields }): Line => {
    const [mailbox = "", user = ""] = fields;
    const [box, who] = [mailbox.toLowerCase(), user.toLowerCase()];
    const delegates = known.mailboxes.get(box);
    const would = delegates === undefined ? "add" : delegates.has(who) ? "nothing" : "delegate";
    const fault = faultIn(fields, known, seen.has(`${box},${who}`));
    seen.add(`${box},${who}`);
    return { line, mailbox, user, would, ...(fault && { fault }) };
  });
}

/** The addresses of mailboxes in a table, in lower case, each once. */
export function mailboxesIn(table: string): ReadonlySet<string> {
  return new Set(pairsOf(table).map(({ fields }) => (fields[0] ?? "").toLowerCase()));
}

/** The good lines as the service takes them. */
export function written(lines: readonly Line[]): string {
  return lines
    .filter(({ fault }) => !fault)
    .map(({ mailbox, user }) => `${mailbox},${user}\n`)
    .join("");
}

function pairsOf(table: string): ReturnType<typeof rowsOf> {
  const rows = rowsOf(table);
  return rows[0]?.fields.join(",").toLowerCase() === "mailbox,user" ? rows.slice(1) : rows;
}

function faultIn(fields: readonly string[], known: Known, isTwice: boolean): TextKey | undefined {
  const [mailbox = "", user = ""] = fields;
  if (fields.length !== 2) return "mailboxes.fault.fields";
  if (fields.some((one) => /^[=+\-@]/.test(one))) return "mailboxes.fault.formula";
  if (faultOf({ email: mailbox, name: "" })) return "mailboxes.fault.mailbox";
  if (faultOf({ email: user, name: "" })) return "mailboxes.fault.user";
  if (isTwice) return "mailboxes.fault.twice";
  if (!known.users.has(user.toLowerCase())) return "mailboxes.fault.unknown";
  return known.users.has(mailbox.toLowerCase()) ? "mailboxes.fault.is_user" : undefined;
}
