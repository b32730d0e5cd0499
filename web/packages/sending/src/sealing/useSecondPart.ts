import { toBase64url } from "@sealpost/sealed";
import { useQuery, useQueryClient } from "@tanstack/react-query";

import { forgetSecrets, keepSecrets, recallSecrets, sweepSecrets } from "./vault.ts";

interface SecondPart {
  /** Nothing where this browser does not know it. */
  readonly secondPart: string | undefined;
  readonly isPending: boolean;
  readonly forget: () => void;
}

/** What this browser has kept of the links of a transfer, as long as that lasts: its end may have been moved. */
export function useSecondPart(transfer: string, endsAt: string): SecondPart {
  const queries = useQueryClient();
  const queryKey = ["second-part", transfer, endsAt];
  const { data, isPending } = useQuery({
    queryKey,
    queryFn: async () => {
      const secrets = await recallSecrets(transfer);
      if (secrets) await keepSecrets(transfer, endsAt, secrets);
      await sweepSecrets(new Date());
      return secrets ? toBase64url(secrets.fragment) : "";
    },
    staleTime: 0,
    gcTime: 0,
    networkMode: "always",
  });
  const forget = () => void forgetSecrets(transfer).then(() => queries.setQueryData(queryKey, ""));
  return { secondPart: data || undefined, isPending, forget };
}
