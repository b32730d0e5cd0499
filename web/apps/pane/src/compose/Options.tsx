import { MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import type { ContentFinding } from "@sealpost/content";
import type { Faults } from "@sealpost/sending/new/checks.ts";
import type { Protection } from "@sealpost/sending/new/draft.ts";
import { LifetimeField } from "@sealpost/sending/new/LifetimeField.tsx";
import { NumberField } from "@sealpost/sending/new/NumberField.tsx";
import { ProtectionField } from "@sealpost/sending/new/ProtectionField.tsx";
import { RepliesField } from "@sealpost/sending/new/RepliesField.tsx";
import { type Bootstrap, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import type { Sending } from "./sending.ts";
import type { State } from "./state.ts";

const useStyles = makeStyles({
  summary: { cursor: "pointer", padding: "0.375rem 0", color: tokens.colorBrandForegroundLink },
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem", paddingTop: "0.25rem" },
});

interface Props {
  readonly sending: Sending;
  readonly state: State;
  readonly bootstrap: Bootstrap;
  readonly findings: readonly ContentFinding[];
  readonly offered: readonly Protection[];
  readonly faults: Faults;
}

/** How the files are protected, and until when they are there: within what the organisation lets senders choose. */
export function Options({ sending, state, bootstrap, findings, offered, faults }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { policy } = bootstrap;
  const { draft, transfer } = state;
  const [wanted, setWanted] = useState(false);
  const usual = policy.max_downloads_default;
  const { protection, password, phones, expiry, downloads, replies } = faults;
  const isWrong = [protection, password, phones, expiry, downloads, replies].some((fault) => fault);
  const ends = transfer ? new Date(transfer.expires_at) : new Date(Date.now() + draft.lifetime * 1000);
  return (
    <>
      {findings.map(({ number, rule }) => (
        <MessageBar key={number} intent={rule.level === "mandatory" ? "warning" : "info"} layout="multiline">
          <MessageBarBody>{rule.text}</MessageBarBody>
        </MessageBar>
      ))}
      <details open={wanted || isWrong} onToggle={({ currentTarget }) => setWanted(currentTarget.open)}>
        <summary className={styles.summary}>
          {t("compose.options", {
            protection: t(`protection.${draft.protection}`),
            time: format.time(ends),
          })}
        </summary>
        <div className={styles.all}>
          <ProtectionField
            draft={draft}
            offered={offered}
            locked={policy.locked.includes("protection")}
            faults={faults}
            onChange={(changed) => sending.change(changed)}
          />
          {!policy.locked.includes("expiry") && (
            <LifetimeField
              label={t("new.lifetime")}
              value={draft.lifetime}
              usual={policy.retention_default_seconds}
              most={policy.retention_max_seconds}
              fault={faults.expiry}
              onChange={(lifetime) => sending.change({ lifetime })}
            />
          )}
          {!policy.locked.includes("max_downloads") && (
            <NumberField
              label={t("new.downloads")}
              hint={usual ? t("new.downloads.usual", { count: usual }) : t("new.downloads.hint")}
              value={draft.downloads}
              fault={faults.downloads}
              onChange={(changed) => sending.change({ downloads: changed })}
            />
          )}
          <RepliesField
            draft={draft}
            policy={policy}
            fault={faults.replies}
            onChange={(changed) => sending.change(changed)}
          />
        </div>
      </details>
    </>
  );
}
