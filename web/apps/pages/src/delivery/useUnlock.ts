import { startSealer } from "@sealpost/sealed/sealer";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { type Half, prove, verify } from "./calls.ts";
import { isUnavailable } from "./told.ts";
import { type Doing, type Opened, parametersOf, unlock } from "./unlock.ts";
import type { Secret } from "./useSecret.ts";

/** What somebody shows. */
export interface Shown {
  readonly code?: string;
  readonly remember?: boolean;
  readonly password?: string;
}

export interface Unlocking {
  readonly show: (shown: Shown) => void;
  /** The half is told, and a password is still to come. */
  readonly passwordNext: boolean;
  /** What takes time now. */
  readonly working: "derive" | "open" | undefined;
  readonly error: Error | null;
  /** Whether a password was shown that did not help. */
  readonly shownPassword: boolean;
  readonly opened: Opened | undefined;
  /** The link was taken back, or has ended, meanwhile. */
  readonly unavailable: boolean;
}

/** Shows what the link asks for, step by step, and opens. */
export function useUnlock(token: string, secret: Secret): Unlocking {
  const [half, setHalf] = useState<Half>();
  const [working, setWorking] = useState<Unlocking["working"]>();
  const doing: Doing = {
    verify,
    prove,
    async derive(password, parameters) {
      setWorking("derive");
      const sealer = startSealer(1);
      try {
        return await sealer.derive(password, parameters);
      } finally {
        sealer.close();
        setWorking("open");
      }
    },
  };
  const { mutate, data, error, isPending, variables } = useMutation({
    mutationFn: async ({ code, remember, password }: Shown): Promise<Opened | undefined> => {
      setWorking("open");
      const told = code === undefined && half ? half : await verify(token, code, remember);
      // Nobody is asked for a password that could be guessed by what comes of it.
      const lacks = parametersOf(told) !== undefined && password === undefined;
      setHalf(told);
      return lacks ? undefined : unlock(token, secret.bytes, told, password, doing);
    },
  });
  return {
    show: mutate,
    passwordNext: half !== undefined && half.sealing.password_parameters !== null,
    working: isPending ? working : undefined,
    error,
    shownPassword: variables?.password !== undefined,
    opened: data,
    unavailable: isUnavailable(error),
  };
}
