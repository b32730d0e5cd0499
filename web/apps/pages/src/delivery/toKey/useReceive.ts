import { Problem } from "@sealpost/api-client";
import { useMutation } from "@tanstack/react-query";
import { useState } from "react";

import { ownPairs } from "../../keys/calls.ts";
import type { OpenedLink } from "../calls.ts";
import type { Shown } from "../useUnlock.ts";
import { type Received, receive } from "./receive.ts";

interface Receiving {
  readonly show: (shown: Shown) => void;
  readonly received: Received | undefined;
  /** Somebody with keys has signed in, and a code is still to come. */
  readonly codeNext: boolean;
  readonly isBusy: boolean;
  readonly error: Error | null;
}

/** Shows what the link asks for. Who opens it signs in first: a code counts once, and would be lost on the way there and back. */
export function useReceive(token: string, { needed }: OpenedLink): Receiving {
  const [asksCode, setAsksCode] = useState(needed === "code");
  const [signedIn, setSignedIn] = useState(false);
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: async ({ code, remember }: Shown): Promise<Received | undefined> => {
      const own = await ownPairs();
      setSignedIn(true);
      return asksCode && code === undefined ? undefined : receive(token, own, code, remember);
    },
    // A browser that was remembered may be so no more.
    onError: (error) =>
      setAsksCode((asks) => asks || (error instanceof Problem && error.code === "code_needed")),
  });
  return { show: mutate, received: data, codeNext: asksCode && signedIn, isBusy: isPending, error };
}
