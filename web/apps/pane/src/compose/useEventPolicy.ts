import { useQuery } from "@tanstack/react-query";

import type { KindRule } from "./attachments.ts";

/** What the pane takes of the policy that Outlook's events have (`EventPolicy` of apps/events). */
interface EventPolicy {
  readonly types?: KindRule;
}

/** The address of the pane names whose add-in this is: `/addin/{addin_id}/pane.html`. */
export function addinId(path: string): string | undefined {
  return /^\/addin\/([0-9a-f-]{36})\//.exec(path)?.[1];
}

/** The kinds of files that the tenant lets nobody send, by their names; nothing if nobody says. The service judges all the same. */
export function useKindRule(): KindRule | undefined {
  const id = addinId(window.location.pathname);
  const { data } = useQuery({
    queryKey: ["event-policy", id],
    enabled: id !== undefined,
    retry: false,
    staleTime: 300_000,
    queryFn: async (): Promise<EventPolicy> => {
      const answer = await fetch(`/api/v1/addin/events/${id}/policy`, { credentials: "omit" });
      return answer.ok ? answer.json() : {};
    },
  });
  const { mode, extensions } = data?.types ?? {};
  return mode && Array.isArray(extensions) ? { mode, extensions } : undefined;
}
