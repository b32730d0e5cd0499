import { answer, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";
import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";

type Transfer = Shape<"Transfer">;

/** What can be done to a transfer: `send` to one that is a draft still, the others to one that was sent. */
export type Deed =
  | { readonly do: "send" }
  | { readonly do: "block" | "unblock"; readonly recipient?: string }
  | { readonly do: "extend"; readonly to: Date };

function perform(id: string, deed: Deed): Promise<unknown> {
  const path = { transfer_id: id };
  if (deed.do === "send")
    return answer(api.POST("/api/v1/transfers/{transfer_id}/send", { params: { path } }));
  if (deed.do === "extend") {
    const body = { expires_at: deed.to.toISOString() };
    return answer(api.POST("/api/v1/transfers/{transfer_id}/extend", { params: { path }, body }));
  }
  if (deed.recipient !== undefined) {
    const params = { path: { ...path, recipient_id: deed.recipient } };
    return deed.do === "block"
      ? answer(api.POST("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/block", { params }))
      : answer(api.POST("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/unblock", { params }));
  }
  return deed.do === "block"
    ? answer(api.POST("/api/v1/transfers/{transfer_id}/block", { params: { path } }))
    : answer(api.POST("/api/v1/transfers/{transfer_id}/unblock", { params: { path } }));
}

interface OneTransfer {
  readonly query: UseQueryResult<Transfer>;
  readonly change: UseMutationResult<unknown, Error, Deed>;
  readonly purge: UseMutationResult<unknown, Error, void>;
}

/** A transfer, and what can be done to it; whatever shows it is up to date afterwards. */
export function useTransfer(id: string): OneTransfer {
  const queries = useQueryClient();
  const key = ["transfers", id];
  const query = useQuery({
    queryKey: key,
    queryFn: () =>
      answer(api.GET("/api/v1/transfers/{transfer_id}", { params: { path: { transfer_id: id } } })),
    // Recipients open and fetch while it is looked at.
    refetchInterval: ({ state }) => (state.status === "error" ? false : 30_000),
  });
  const change = useMutation({
    mutationFn: (deed: Deed) => perform(id, deed),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["transfers"] }),
  });
  const purge = useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/v1/transfers/{transfer_id}", { params: { path: { transfer_id: id } } })),
    // Its page says from now on that it is removed.
    onSuccess: () => queries.resetQueries({ queryKey: ["transfers"] }),
  });
  return { query, change, purge };
}
