import { type ReactNode, useEffect, useMemo, useSyncExternalStore } from "react";

import type { Host } from "../office/host.ts";
import { Attempt } from "./attempt.ts";
import { CodeStep } from "./CodeStep.tsx";
import { nested } from "./entra.ts";
import { addinOf, Service } from "./service.ts";
import { hold } from "./session.ts";
import { EndedStep, FirstStep, RefusedStep, SuspendedStep, WaitingStep, WindowStep } from "./steps.tsx";

interface Props {
  readonly host: Host;
  /** Somebody has signed in, and his session is carried (`carry` of `@sealpost/ui`). */
  readonly onDone: () => void;
}

/** How one signs in within Outlook: one step at a time, each with what to do. */
export default function SignIn({ host, onDone }: Props): ReactNode {
  const attempt = useMemo(() => attemptIn(host), [host]);
  const state = useSyncExternalStore(attempt.subscribe, () => attempt.state);

  useEffect(() => {
    void attempt.begin();
    return () => attempt.leave();
  }, [attempt]);
  useEffect(() => {
    if (state.at === "done") onDone();
  }, [state, onDone]);

  switch (state.at) {
    case "beginning":
    case "done":
      return <WaitingStep text="signin.beginning" />;
    case "stranded":
      return <EndedStep error={state.error} again={() => void attempt.begin()} />;
    case "suspended":
      return <SuspendedStep ways={state.ways} />;
    case "ready":
      return <FirstStep ways={state.ways} press={() => void attempt.press(state.ways)} />;
    case "microsoft":
      return <WaitingStep text="signin.microsoft" leave={() => attempt.leave()} />;
    case "opening":
      return <WaitingStep text="signin.opening" leave={() => attempt.leave()} />;
    case "refused":
      return <RefusedStep state={state} attempt={attempt} />;
    case "window":
      return <WindowStep state={state} attempt={attempt} />;
    case "code":
      return <CodeStep state={state} attempt={attempt} open={(address) => host.open(address)} />;
    case "over":
      return <EndedStep ways={state.ways} again={() => void attempt.press(state.ways)} />;
    case "failed":
      return <EndedStep ways={state.ways} error={state.error} again={() => void attempt.press(state.ways)} />;
  }
}

function attemptIn(host: Host): Attempt {
  return new Attempt({
    addin: addinOf(window.location.pathname),
    service: Service,
    entra: async (application) => (host.getsTokens ? nested(application) : undefined),
    open: (address, closed) => host.openWindow(address, closed),
    hold,
    wait: (ms) => new Promise((done) => setTimeout(done, ms)),
    now: () => Date.now(),
  });
}
