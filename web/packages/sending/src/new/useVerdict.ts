import { type Bootstrap, part } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";

import type { Verdict } from "../sealing/verdict.ts";
import type { Draft } from "./draft.ts";

/** What the tenant's rules say of who seals this; nothing as long as nobody knows. In the name of a mailbox the service says it. */
export function useVerdict(draft: Draft, bootstrap: Bootstrap): Verdict | undefined {
  const { recipients, files, sendAs } = draft;
  const { data } = useQuery({
    queryKey: [
      "verdict",
      bootstrap.policy.version,
      recipients.map(({ email }) => email),
      files.map(({ id }) => id),
    ],
    queryFn: async () => {
      const { verdictOf } = await part(() => import("../sealing/verdict.ts"));
      return verdictOf({ recipients, files }, bootstrap);
    },
    enabled: !sendAs && (recipients.length > 0 || files.length > 0),
    // What was said of fewer files and recipients counts until more is known.
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    networkMode: "always",
  });
  return sendAs || (recipients.length === 0 && files.length === 0) ? undefined : data;
}
