import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { type ProtectionsField as Of, PROTECTIONS } from "../fields.ts";
import { texts } from "../useShown.ts";
import { type FieldProps, useGroup } from "./FieldView.tsx";
import { OrderedWords } from "./OrderedWords.tsx";

/** What recipients may be asked for: the first is what counts when a sender says nothing. */
export function ProtectionsField({ field, draft }: FieldProps<Of>): ReactNode {
  const { t } = useSpeech();
  return (
    <OrderedWords
      {...useGroup({ field, draft })}
      words={PROTECTIONS.map((word) => ({ word, text: t(`protection.${word}`) }))}
      chosen={texts(draft.value(field.path))}
      onChange={(chosen) =>
        chosen.length > 0
          ? draft.edit(field.path, chosen)
          : draft.find(field.path, { text: t("policy.fault.one_needed") })
      }
    />
  );
}
