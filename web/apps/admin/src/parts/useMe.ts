import { type Bootstrap, useBootstrap } from "@sealpost/ui";

/** Who looks at the console, and whether he changes anything in it. */
export interface Me {
  readonly user: Bootstrap["user"];
  readonly isOwner: boolean;
  /** Owners and admins; auditors look. */
  readonly mayChange: boolean;
}

/** Who is here. Inside of the frame, which shows nothing before that is known. */
export function useMe(): Me {
  const { data } = useBootstrap();
  if (!data) throw new Error("there is no frame around");
  const { role } = data.user;
  return { user: data.user, isOwner: role === "owner", mayChange: role === "owner" || role === "admin" };
}
