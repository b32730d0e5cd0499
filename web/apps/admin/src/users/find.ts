/** Users, found by what is known of them: the service lists them, and they are looked through here. */
import type { Shape } from "@sealpost/api-client";
import type { Filters } from "@sealpost/ui";

type User = Shape<"User">;
type Page = Shape<"UserList">;

export const ROLES = ["owner", "admin", "auditor", "sender"] as const;
export type Role = (typeof ROLES)[number];
export const STANDINGS = ["active", "suspended", "disabled", "no_seat"] as const;
export type Standing = (typeof STANDINGS)[number];

/** The filters, by their names in the address. */
export const NAMES = ["find", "role", "state"] as const;

/** How many there are on a page, and how many pages are looked through for one. */
const WANTED = 50;
const MOST_PAGES = 10;
/** The most that the service lists at once. */
const PAGE = 200;

/** The role of this name. */
export function roleOf(name: string): Role {
  return ROLES.find((role) => role === name) ?? "sender";
}

/** Where a user stands, the gravest alone. */
export function standingOf({ disabled_at, sending_suspended_at }: User): "active" | "suspended" | "disabled" {
  if (disabled_at) return "disabled";
  return sending_suspended_at ? "suspended" : "active";
}

/** Whether these filters find a user. */
export function fits(user: User, { find, role, state }: Filters): boolean {
  const text = `${user.email} ${user.name}`.toLocaleLowerCase();
  const words = (find ?? "").toLocaleLowerCase().split(/\s+/);
  if (!words.every((word) => text.includes(word))) return false;
  if (role && user.role !== role) return false;
  if (state === "no_seat") return !user.seat_at && !user.disabled_at;
  return !state || standingOf(user) === state;
}

/**
 * A page of those who fit: from `after` on as many pages of the service are looked through as it takes, within bounds. It may be
 * short, or empty, although there are more: `next` says so.
 */
export async function look(
  list: (after: string | undefined, limit: number) => Promise<Page>,
  filters: Filters,
  after: string | undefined,
): Promise<Page> {
  if (Object.keys(filters).length === 0) return list(after, WANTED);
  const users: User[] = [];
  let next = after;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const found = await list(next, PAGE);
    users.push(...found.users.filter((user) => fits(user, filters)));
    next = found.next;
    if (next === undefined || users.length >= WANTED) break;
  }
  return { users, ...(next !== undefined && { next }) };
}
