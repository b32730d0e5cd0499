import { answer, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";
import { type InfiniteData, type UseMutationResult, useQueryClient } from "@tanstack/react-query";

import { useAct } from "../parts/useAct.ts";

type Line = Shape<"TransferLogLine">;

/** Under which everything about transfers is remembered. */
export const TRANSFERS = ["admin", "transfers"] as const;
export const LOG = [...TRANSFERS, "log"] as const;
export const recordKey = (id: string) => [...TRANSFERS, "record", id] as const;

/** What can be done to a transfer, or to one recipient of it. */
export interface Deed {
  readonly do: "block" | "unblock";
  readonly transfer: string;
  readonly recipient?: string;
}

async function perform({ do: deed, transfer, recipient }: Deed): Promise<void> {
  const path = { transfer_id: transfer };
  if (recipient !== undefined) {
    const params = { path: { ...path, recipient_id: recipient } };
    await (deed === "block"
      ? answer(api.POST("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/block", { params }))
      : answer(api.POST("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/unblock", { params })));
    return;
  }
  await (deed === "block"
    ? answer(api.POST("/api/v1/transfers/{transfer_id}/block", { params: { path } }))
    : answer(api.POST("/api/v1/transfers/{transfer_id}/unblock", { params: { path } })));
}

/**
 * Blocks and unblocks. The log is changed where it stands, and not asked for anew: it may be long, and a line that goes out of
 * a filter under somebody's hands is not there to be given back.
 */
export function useDeed(): UseMutationResult<void, Error, Deed> {
  const queries = useQueryClient();
  return useAct(
    async (deed: Deed) => {
      await perform(deed);
      if (deed.recipient === undefined) {
        queries.setQueriesData<InfiniteData<Shape<"TransferLog">>>(
          { queryKey: LOG },
          (log) => log && after(log, deed),
        );
      }
    },
    [[...TRANSFERS, "record"]],
  );
}

/** The log after a deed. */
export function after(
  log: InfiniteData<Shape<"TransferLog">>,
  deed: Deed,
): InfiniteData<Shape<"TransferLog">> {
  const state = deed.do === "block" ? "blocked" : "available";
  const line = (one: Line): Line => (one.id === deed.transfer ? { ...one, state } : one);
  return { ...log, pages: log.pages.map((page) => ({ ...page, transfers: page.transfers.map(line) })) };
}
