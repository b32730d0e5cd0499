import { useEffect, useState } from "react";

import { secretIn, takeBack } from "./secondPart.ts";

export type Secret = NonNullable<ReturnType<typeof secretIn>>;

/** What stands behind `#` in the address now, and when somebody has put the whole link there. It stays there, so that a reload works. */
export function useSecret(token: string): {
  readonly secret: Secret | undefined;
  /** Puts it into the address, as if the link had been whole. */
  readonly complete: (written: string) => void;
} {
  const [secret, setSecret] = useState(() => {
    // Whoever comes back from signing in has it in this tab, and not in the address any more.
    const kept = takeBack(token);
    if (kept && !secretIn(location.hash)) place(kept);
    return secretIn(location.hash);
  });
  useEffect(() => {
    const look = () => setSecret(secretIn(location.hash));
    window.addEventListener("hashchange", look);
    return () => window.removeEventListener("hashchange", look);
  }, []);
  const complete = (written: string) => {
    place(written);
    setSecret(secretIn(location.hash));
  };
  return { secret, complete };
}

/** In the place of the address without it, which leads nowhere: no entry more in the history. */
function place(written: string): void {
  history.replaceState(history.state, "", `${location.pathname}#${written}`);
}
