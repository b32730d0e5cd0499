import { createContext, type ReactNode, useContext, useEffect, useState } from "react";

import type { Compose } from "./compose.ts";
import type { Host } from "./host.ts";
import type { Reading } from "./reading.ts";

const Context = createContext<Host | undefined>(undefined);

/** The Outlook around the pane, for what is inside. */
export function HostProvider({
  host,
  children,
}: {
  readonly host: Host;
  readonly children: ReactNode;
}): ReactNode {
  return <Context value={host}>{children}</Context>;
}

export function useHost(): Host {
  const host = useContext(Context);
  if (!host) throw new Error("there is no HostProvider around");
  return host;
}

/** The mail that is shown, and the next one where the pane is pinned. */
export function useMail(): Compose | Reading | undefined {
  const host = useHost();
  const [mail, setMail] = useState(host.mail);
  useEffect(() => {
    let off = () => {};
    let gone = false;
    const look = () => setMail(host.mail);
    look();
    void host.onMail(look).then((end) => {
      off = end;
      if (gone) off();
    });
    return () => {
      gone = true;
      off();
    };
  }, [host]);
  return mail;
}
