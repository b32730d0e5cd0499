import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";

import { reason } from "../abuse/reason.ts";
import { useFileRule } from "../parts/useFileRule.ts";
import { kindsIn } from "./kinds.ts";
import type { Step } from "./steps.ts";

const INSPECTIONS: readonly Shape<"Inspection">["state"][] = [
  "clean",
  "infected",
  "listed",
  "not_inspected",
  "refused",
  "sealed_by_sender",
  "waiting",
];

/** What there is to say of a step beside who and where; nothing for most. */
export function useMore({ kind, details }: Step): string | undefined {
  const { t, format } = useSpeech();
  const fileRule = useFileRule();
  const count = (name: string) => (typeof details[name] === "number" ? details[name] : undefined);
  const word = (name: string) => (typeof details[name] === "string" ? details[name] : undefined);

  switch (kind) {
    case "abuse.reported":
      return t(`abuse.reason.${reason(word("reason"))}`);
    case "file.downloaded": {
      const times = count("times");
      return times === undefined ? undefined : t("transfers.more.times", { count: times });
    }
    case "file.stated":
      return t("transfers.more.stated", { kinds: format.list(kindsIn(details.kinds, t)) });
    case "file.refused":
    case "transfer.sent":
    case "transfer.purged":
      return kind === "file.refused"
        ? t("transfers.more.rule", { rule: fileRule(word("rule") ?? "–") })
        : t("transfers.more.counts", {
            files: count("files") ?? 0,
            size: format.size(count("bytes") ?? 0),
            recipients: count("recipients") ?? 0,
          });
    case "transfer.extended": {
      const to = count("to");
      return to === undefined ? undefined : t("transfers.more.end", { time: format.time(new Date(to)) });
    }
    case "transfer.inspected": {
      const state = INSPECTIONS.find((known) => known === word("inspection"));
      const said = state ? t(`inspection.${state}`) : word("inspection");
      return [said, word("finding")].filter(Boolean).join(" ");
    }
    case "transfer.purge_started":
      return t(word("reason") === "deleted" ? "transfers.more.deleted" : "transfers.more.over");
    default:
      return undefined;
  }
}
