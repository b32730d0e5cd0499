import { answer } from "@sealpost/api-client";
import { api } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";

/** The key pair of who sits here, to which others seal; `null` if he has none, nothing while that is asked. */
export function useOwnKey(isAsked: boolean) {
  return useQuery({
    queryKey: ["own-key"],
    enabled: isAsked,
    // Whoever has made one on the other page comes back to this one.
    refetchOnWindowFocus: "always",
    queryFn: async () => {
      const { key_pairs } = await answer(api.GET("/api/v1/account/key-pairs"));
      return key_pairs.find(({ retired_at }) => retired_at === undefined) ?? null;
    },
  });
}
