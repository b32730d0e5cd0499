import { useSpeech } from "@sealpost/ui";

import type { Filter } from "../parts/FilterBar.tsx";
import { KINDS, type NAMES, STATES } from "./query.ts";

/** Roughly an address; the service looks closer. */
const ADDRESS = /^[^\s@]+@[^\s@]+$/;

/** The filters of the log, in the reader's language. */
export function useFilters(): readonly (Filter & { readonly name: (typeof NAMES)[number] })[] {
  const { t } = useSpeech();
  const wrong = (value: string) => (ADDRESS.test(value) ? undefined : t("transfers.whole_address"));
  const kinds = KINDS.map((value) => ({ value, text: t(`kind.${value}`) }));
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
    { name: "from", label: t("transfers.from"), day: true },
    { name: "to", label: t("transfers.to"), day: true },
  ];
}
