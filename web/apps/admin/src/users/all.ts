import type { Shape } from "@sealpost/api-client";

import { users } from "./api.ts";

/** All users of the tenant, page by page. */
export async function allUsers(): Promise<readonly Shape<"User">[]> {
  const all: Shape<"User">[] = [];
  let after: string | undefined;
  do {
    const page = await users.list(after, 200);
    all.push(...page.users);
    after = page.next;
  } while (after !== undefined);
  return all;
}

/** The user with this address, if there is one. */
export async function userOf(email: string): Promise<Shape<"User"> | undefined> {
  const wanted = email.trim().toLowerCase();
  return (await allUsers()).find((one) => one.email.toLowerCase() === wanted);
}
