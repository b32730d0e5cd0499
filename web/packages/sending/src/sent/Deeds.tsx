import { Button, makeStyles } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { type Bootstrap, Question, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { LifetimeField } from "../new/LifetimeField.tsx";
import { goesWithMail } from "./inMail.ts";
import type { Deed } from "./useTransfer.ts";

const useStyles = makeStyles({
  all: { display: "flex", flexWrap: "wrap", alignItems: "end", gap: "0.75rem" },
  extend: { display: "flex", flexWrap: "wrap", alignItems: "start", gap: "0.75rem" },
  // Beside the field, not its label; below it, where there is no room beside.
  button: { "@media (min-width: 30rem)": { marginTop: "1.625rem" } },
});

interface Props {
  readonly transfer: Shape<"Transfer">;
  readonly bootstrap: Bootstrap;
  readonly busy: boolean;
  readonly onDeed: (deed: Deed) => void;
  readonly onPurge: () => void;
}

/** What its sender can do to a transfer, as far as its state and the tenant's rules let him. */
export function Deeds({ transfer, bootstrap: { policy }, busy, onDeed, onPurge }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [lifetime, setLifetime] = useState(policy.retention_default_seconds);
  const { state } = transfer;
  const isThere = state === "available" || state === "blocked";
  const mayExtend = isThere && !policy.locked.includes("expiry");
  const waits = state === "draft" && goesWithMail(transfer);
  if (state === "purged") return null;

  return (
    <>
      {waits && <div>{t("detail.in_mail")}</div>}
      <div className={styles.all}>
        {waits && (
          <Button appearance="primary" disabledFocusable={busy} onClick={() => onDeed({ do: "send" })}>
            {t("detail.release")}
          </Button>
        )}
        {isThere && (
          <Button
            disabledFocusable={busy}
            onClick={() => onDeed({ do: state === "blocked" ? "unblock" : "block" })}
          >
            {t(state === "blocked" ? "detail.unblock_all" : "detail.block_all")}
          </Button>
        )}
        <Question
          button={t("detail.purge")}
          title={t("detail.purge.title")}
          text={t("detail.purge.text")}
          no={t("detail.purge.no")}
          yes={t("detail.purge.yes")}
          busy={busy}
          onYes={onPurge}
        />
      </div>
      {mayExtend && (
        <div className={styles.extend}>
          <LifetimeField
            label={t("detail.extend_to")}
            value={lifetime}
            usual={policy.retention_default_seconds}
            most={policy.retention_max_seconds}
            onChange={setLifetime}
          />
          <Button
            className={styles.button}
            disabledFocusable={busy}
            onClick={() => onDeed({ do: "extend", to: new Date(Date.now() + lifetime * 1000) })}
          >
            {t("detail.extend")}
          </Button>
        </div>
      )}
    </>
  );
}
