import { Button, makeStyles, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { fileNames } from "./fileNames.ts";
import { useDevices } from "./useRecipient.ts";

const useStyles = makeStyles({
  summary: { cursor: "pointer", padding: "0.25rem 0", color: tokens.colorBrandForegroundLink },
  list: { margin: "0.25rem 0", paddingLeft: "1.25rem" },
});

interface Props {
  readonly transfer: Shape<"Transfer">;
  readonly recipient: Shape<"Recipient">;
}

/** What a recipient has had of it, and where he needs no code. */
export function RecipientMore({ transfer, recipient }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [isOpen, setIsOpen] = useState(false);
  const asksCode = recipient.protection.includes("code");
  if (recipient.downloads.length === 0 && !asksCode) return null;
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary className={styles.summary}>{t("recipient.more")}</summary>
      {isOpen && <Downloads transfer={transfer} recipient={recipient} />}
      {isOpen && asksCode && <Devices transfer={transfer} recipient={recipient} />}
    </details>
  );
}

function Downloads({ transfer, recipient: { downloads } }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const names = fileNames(transfer, t);
  return (
    <ul className={styles.list}>
      {downloads.map(({ file_id, times, last_at }) => (
        <li key={file_id}>
          <bdi>{names.get(file_id) ?? t("detail.sealed_name")}</bdi>
          {": "}
          {t("recipient.fetched", { count: times, time: format.time(new Date(last_at)) })}
        </li>
      ))}
    </ul>
  );
}

function Devices({ transfer, recipient }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { query, forget } = useDevices(transfer.id, recipient.id);
  const devices = query.data?.devices ?? [];
  const error = query.error ?? forget.error;
  return (
    <>
      {query.isSuccess && devices.length === 0 && <div>{t("devices.none")}</div>}
      {devices.length > 0 && (
        <>
          <div>{t("devices.title")}</div>
          <ul className={styles.list}>
            {devices.map(({ channel, remembered_at, expires_at }) => (
              <li key={`${channel}/${remembered_at}`}>
                {t("devices.one", {
                  since: format.time(new Date(remembered_at)),
                  time: format.time(new Date(expires_at)),
                })}
              </li>
            ))}
          </ul>
          <Button size="small" disabledFocusable={forget.isPending} onClick={() => forget.mutate()}>
            {t("devices.forget")}
          </Button>
        </>
      )}
      {error && <ProblemBar error={error} />}
    </>
  );
}
