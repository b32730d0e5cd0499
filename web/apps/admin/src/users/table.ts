/** Users from a table: what stands in its lines, and what would come of them. */
import type { Shape } from "@sealpost/api-client";
import type { TextKey } from "@sealpost/ui";

import { rowsOf } from "../parts/csv.ts";
import { faultOf } from "./check.ts";
import { ROLES, type Role } from "./find.ts";

/** The most lines that are taken at once. */
export const MOST_LINES = 5000;

/** What a line asks for, and what is against it. */
export interface Line {
  readonly line: number;
  readonly email: string;
  readonly name: string;
  readonly role: Role;
  /** Why nobody is made of it; absent if somebody is. */
  readonly fault?: TextKey;
}

const HEADER = ["email", "e-mail", "mail", "address"];

/** The lines of a table `email,name,role`, of which only the first is needed. `may` are the roles that may be given. */
export function linesOf(table: string, may: readonly Role[]): readonly Line[] {
  const seen = new Set<string>();
  const rows = rowsOf(table);
  const [first] = rows;
  const hasHeader = first !== undefined && HEADER.includes(first.fields[0]?.toLowerCase() ?? "");
  return rows.slice(hasHeader ? 1 : 0).map(({ line, fields }): Line => {
    const [email = "", name = "", said = ""] = fields;
    const role = said === "" ? "sender" : ROLES.find((one) => one === said.toLowerCase());
    const key = email.toLowerCase();
    const fault =
      fields.length > 3
        ? "users.fault.fields"
        : (faultOf({ email, name })?.text ??
          (role === undefined
            ? "users.fault.role"
            : !may.includes(role)
              ? "users.fault.may_not"
              : seen.has(key)
                ? "users.fault.twice"
                : undefined));
    seen.add(key);
    return { line, email, name, role: role ?? "sender", ...(fault && { fault }) };
  });
}

/** The lines against the users that there are. */
export function against(
  lines: readonly Line[],
  users: readonly Pick<Shape<"User">, "email">[],
): readonly Line[] {
  const known = new Set(users.map(({ email }) => email.toLowerCase()));
  return lines.map((line) =>
    line.fault || !known.has(line.email.toLowerCase()) ? line : { ...line, fault: "users.fault.known" },
  );
}
