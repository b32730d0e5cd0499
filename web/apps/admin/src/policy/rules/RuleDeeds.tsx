import { Button, makeStyles } from "@fluentui/react-components";
import { ArrowDownRegular, ArrowUpRegular } from "@fluentui/react-icons";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({ deeds: { display: "flex", flexWrap: "wrap" } });

interface Props {
  readonly name: string;
  readonly isOpen: boolean;
  /** Of rules in an order: where it stands, where the last one does, and what moves it. */
  readonly place?: number;
  readonly last?: number;
  readonly onMove?: (to: number, deed: "up" | "down") => void;
  readonly onOpen: () => void;
  readonly onRemove: () => void;
}

/** What can be done with a rule. `data-deed` is what the focus is looked for by when it goes along. */
export function RuleDeeds({ name, isOpen, place = 0, last = 0, onMove, onOpen, onRemove }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <div className={styles.deeds}>
      {onMove && (
        <>
          <Button
            appearance="subtle"
            icon={<ArrowUpRegular />}
            data-deed="up"
            aria-label={t("order.up", { name })}
            disabledFocusable={place === 0}
            onClick={() => onMove(place - 1, "up")}
          />
          <Button
            appearance="subtle"
            icon={<ArrowDownRegular />}
            data-deed="down"
            aria-label={t("order.down", { name })}
            disabledFocusable={place === last}
            onClick={() => onMove(place + 1, "down")}
          />
        </>
      )}
      <Button
        appearance="subtle"
        data-deed="edit"
        aria-expanded={isOpen}
        aria-label={t(isOpen ? "rule.close.named" : "rule.edit.named", { name })}
        onClick={onOpen}
      >
        {t(isOpen ? "rule.close" : "rule.edit")}
      </Button>
      <Button appearance="subtle" aria-label={t("order.remove", { name })} onClick={onRemove}>
        {t("rule.remove")}
      </Button>
    </div>
  );
}
