import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { type ReactNode, useEffect, useRef } from "react";

/**
 * Says that something was done, also to those who do not see it. It stays in the page while it has nothing to say, without
 * taking room: what comes with its text already inside is not read out. If what was pressed is gone, it takes the focus.
 */
export function Done({ children }: { readonly children: ReactNode }): ReactNode {
  const status = useRef<HTMLDivElement>(null);
  const says = Boolean(children);
  useEffect(() => {
    if (says && document.activeElement === document.body) status.current?.focus();
  }, [says]);
  return (
    <div ref={status} role="status" tabIndex={-1} className={says ? undefined : "spoken"}>
      {says && (
        <MessageBar intent="success" layout="multiline">
          <MessageBarBody>{children}</MessageBarBody>
        </MessageBar>
      )}
    </div>
  );
}
