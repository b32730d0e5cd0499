import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import type { ReactNode } from "react";

/**
 * Says that something was done, also to those who do not see it. It stays in the page while it has nothing to say, without
 * taking room: what comes with its text already inside is not read out.
 */
export function Done({ children }: { readonly children: ReactNode }): ReactNode {
  return (
    <div role="status" className={children ? undefined : "spoken"}>
      {children && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>{children}</MessageBarBody>
        </MessageBar>
      )}
    </div>
  );
}
