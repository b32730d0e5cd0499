import { useMe } from "../parts/useMe.ts";
import { ROLES, type Role } from "./find.ts";

/** The roles that who looks may give: owners and admins are made by owners only. */
export function useRoles(): readonly Role[] {
  const { isOwner } = useMe();
  return isOwner ? ROLES : ROLES.filter((role) => role !== "owner" && role !== "admin");
}

/** Whether who looks may change somebody of this role. */
export function useMayChange(role: string): boolean {
  const { isOwner, mayChange } = useMe();
  return isOwner || (mayChange && role !== "owner" && role !== "admin");
}
