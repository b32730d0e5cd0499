import { useCallback, useEffect, useRef, useState } from "react";

/** What a mail says now, read anew whenever it may be something else. */
export interface Live<Value> {
  readonly value: Value | undefined;
  /** Why it could not be read the last time. */
  readonly error: Error | undefined;
  readonly look: () => void;
}

/**
 * Reads at once, when `listen` tells, and when somebody comes back to the pane: not every Outlook tells of everything. Both
 * functions have to stay the same from one picture to the next.
 */
export function useLive<Value>(
  read: () => Promise<Value>,
  listen?: (changed: () => void) => Promise<() => void>,
): Live<Value> {
  const [seen, setSeen] = useState<{ value: Value | undefined; error: Error | undefined }>({
    value: undefined,
    error: undefined,
  });
  const turn = useRef(0);
  const look = useCallback(() => {
    turn.current += 1;
    const mine = turn.current;
    // What was asked later has the last word, whichever is answered first.
    const counts = () => turn.current === mine;
    read().then(
      (value) => counts() && setSeen({ value, error: undefined }),
      (error) => counts() && setSeen((before) => ({ value: before.value, error })),
    );
  }, [read]);

  useEffect(() => {
    look();
    let off = () => {};
    let gone = false;
    void listen?.(look).then((end) => {
      off = end;
      if (gone) off();
    });
    const seenAgain = () => {
      if (document.visibilityState === "visible") look();
    };
    window.addEventListener("focus", look);
    document.addEventListener("visibilitychange", seenAgain);
    return () => {
      gone = true;
      turn.current += 1;
      off();
      window.removeEventListener("focus", look);
      document.removeEventListener("visibilitychange", seenAgain);
    };
  }, [look, listen]);
  return { ...seen, look };
}
