import { answer } from "@sealpost/api-client";
import { FILE_KINDS } from "@sealpost/content/kinds";
import { api, type Filter, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";

import { type NAMES, STATES } from "./query.ts";

/** Roughly an address; the service looks closer. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Portals by their titles; the one that is asked for also if it was removed. */
function usePortals(asked: string | undefined): readonly { readonly value: string; readonly text: string }[] {
  const { t } = useSpeech();
  const { data } = useQuery({
    queryKey: ["portals", "list"],
    queryFn: () => answer(api.GET("/api/v1/admin/portals")),
  });
  const known = data?.portals.map(({ id, title }) => ({ value: id, text: title })) ?? [];
  if (!asked || known.some(({ value }) => value === asked)) return known;
  // Before the list is there nobody knows whether it was removed.
  return [...known, { value: asked, text: data ? t("transfers.portal_gone") : "…" }];
}

/** The filters of the log, in the reader's language; `portal` is the one that is asked for. */
export function useFilters(
  portal: string | undefined,
): readonly (Filter & { readonly name: (typeof NAMES)[number] })[] {
  const { t } = useSpeech();
  const portals = usePortals(portal);
  const wrong = (value: string) => (ADDRESS.test(value) ? undefined : t("transfers.whole_address"));
  const kinds = FILE_KINDS.map((value) => ({ value, text: t(`kind.${value}`) }));
  return [
    { name: "sender", label: t("transfers.sender"), wrong },
    { name: "recipient", label: t("transfers.recipient"), wrong },
    {
      name: "state",
      label: t("transfers.state"),
      choices: STATES.map((value) => ({ value, text: t(`state.${value}`) })),
    },
    { name: "kind", label: t("transfers.kind"), choices: kinds.sort((a, b) => a.text.localeCompare(b.text)) },
    { name: "rule", label: t("transfers.rule") },
    {
      name: "request",
      label: t("transfers.by_request"),
      hint: t("transfers.request.hint"),
      wrong: (value) => (UUID.test(value) ? undefined : t("transfers.request.wrong")),
    },
    { name: "portal", label: t("transfers.by_portal"), choices: portals },
    { name: "from", label: t("transfers.from"), day: true },
    { name: "to", label: t("transfers.to"), day: true },
  ];
}
