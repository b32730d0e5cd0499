import { Link } from "@fluentui/react-components";
import type { leadingTo } from "@sealpost/ui";
import type { ReactNode } from "react";

/** The way back from a page to the list that it is in. */
export function BackLink({
  children,
  ...link
}: ReturnType<typeof leadingTo> & { children: ReactNode }): ReactNode {
  return (
    <div>
      <Link {...link}>{children}</Link>
    </div>
  );
}
