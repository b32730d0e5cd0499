import { Problem } from "@sealpost/api-client";
import { createContext, useCallback, useContext } from "react";

/** Asks who is here to prove it; whether he has. */
export type Prove = () => Promise<boolean>;

export const ProveContext = createContext<Prove | undefined>(undefined);

/** Asks for a proof, for what is no request of a script: a download, say. */
export function useProve(): Prove {
  const prove = useContext(ProveContext);
  if (!prove) throw new Error("there is no StepUpProvider around");
  return prove;
}

/** Does what may take a proof of who one is: if it does, asks for one, and does it again. Who gives none gets the refusal. */
export function useGuarded(): <Output>(act: () => Promise<Output>) => Promise<Output> {
  const prove = useProve();
  return useCallback(
    async (act) => {
      try {
        return await act();
      } catch (error) {
        if (!(error instanceof Problem) || error.code !== "step_up_needed") throw error;
        if (!(await prove())) throw error;
        return act();
      }
    },
    [prove],
  );
}
