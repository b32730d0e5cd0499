import { Field, makeStyles, Select, tokens } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { type Draft, offeredToOne, type Protection } from "./draft.ts";

const useStyles = makeStyles({
  summary: { cursor: "pointer", padding: "0.375rem 0", color: tokens.colorBrandForegroundLink },
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
  // More would make the page longer than anybody scrolls.
  many: { maxHeight: "24rem", overflowY: "auto" },
});

interface Props {
  readonly draft: Draft;
  readonly offered: readonly Protection[];
  readonly onChange: (change: Partial<Draft>) => void;
}

/** What single recipients must show, where that is something else than what all others must. */
export function OwnProtections({ draft, offered, onChange }: Props): ReactNode {
  const { recipients, sealed } = draft;
  const single = offeredToOne(draft, offered);
  const styles = useStyles();
  const { t } = useSpeech();
  const [isOpen, setIsOpen] = useState(false);
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary className={styles.summary}>{t("new.protection.own")}</summary>
      {sealed && <div>{t("sealing.all_or_none")}</div>}
      <div className={recipients.length > 8 ? `${styles.all} ${styles.many}` : styles.all}>
        {(isOpen ? recipients : []).map((recipient, at) => (
          <Field key={recipient.email} label={t("new.protection.of", { address: recipient.email })}>
            <Select
              value={recipient.protection ?? ""}
              onChange={(_, { value }) => {
                const protection = single.find((one) => one === value);
                onChange({ recipients: recipients.with(at, { ...recipient, protection }) });
              }}
            >
              <option value="">{t("new.protection.same")}</option>
              {single.map((one) => (
                <option key={one} value={one}>
                  {t(`protection.${one}`)}
                </option>
              ))}
            </Select>
          </Field>
        ))}
      </div>
    </details>
  );
}
