import { type ReactNode, useCallback, useRef, useState } from "react";

import { type Prove, ProveContext } from "./context.ts";
import { StepUp } from "./StepUp.tsx";

/** Where acts inside ask who is here to prove it. */
export function StepUpProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const [asks, setAsks] = useState(false);
  const waiting = useRef<((proved: boolean) => void)[]>([]);

  const prove = useCallback<Prove>(
    () =>
      new Promise((answer) => {
        waiting.current.push(answer);
        setAsks(true);
      }),
    [],
  );
  const settle = useCallback((proved: boolean) => {
    setAsks(false);
    for (const answer of waiting.current.splice(0)) answer(proved);
  }, []);

  return (
    <ProveContext value={prove}>
      {children}
      {asks && <StepUp onSettled={settle} />}
    </ProveContext>
  );
}
