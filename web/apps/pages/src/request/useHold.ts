import { useCallback, useEffect, useState } from "react";

/** Whether this tab may go on with a transfer: two that upload the same files would be in each other's way. */
export type Hold = "asking" | "here" | "elsewhere";

/** Holds a transfer as long as the page shows it. `take` takes it from the tab that has it, which is told. */
export function useHold(transfer: string): { readonly hold: Hold; readonly take: () => void } {
  const [hold, setHold] = useState<Hold>("asking");
  const [taken, setTaken] = useState(0);

  useEffect(() => {
    // Only old browsers have no locks; then there is nobody to ask.
    if (!navigator.locks) {
      setHold("here");
      return;
    }
    let release = () => {};
    const until = new Promise<void>((done) => {
      release = done;
    });
    const options = taken > 0 ? { steal: true } : { ifAvailable: true };
    navigator.locks
      .request(`sealpost.${transfer}`, options, (lock) => {
        setHold(lock ? "here" : "elsewhere");
        return lock ? until : undefined;
      })
      // Another tab has taken it.
      .catch(() => setHold("elsewhere"));
    return release;
  }, [transfer, taken]);

  return { hold, take: useCallback(() => setTaken((before) => before + 1), []) };
}
