import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
} from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { CopyButton, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useRef } from "react";

import { Facts } from "../parts/Facts.tsx";

const useStyles = makeStyles({
  one: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.25rem 0.75rem" },
});

interface Props {
  readonly made: Shape<"ApiClientSecret">;
  /** Told when it has been put away. */
  readonly onSeen: () => void;
}

/** A secret, this once. It takes the focus: nobody is to leave without it. */
export function Secret({ made, onSeen }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const box = useRef<HTMLElement>(null);
  useEffect(() => box.current?.focus(), []);
  return (
    <section ref={box} tabIndex={-1} aria-label={t("clients.secret_shown")}>
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          {t("clients.secret_text")}
          <Facts
            facts={[
              [
                t("clients.client_id"),
                <span key="id" className={styles.one}>
                  <code>{made.client.id}</code>
                  <CopyButton text={made.client.id} what={t("clients.copy_id")} />
                </span>,
              ],
              [
                t("clients.secret"),
                <span key="secret" className={styles.one}>
                  <code>{made.secret}</code>
                  <CopyButton text={made.secret} what={t("clients.copy_secret")} />
                </span>,
              ],
            ]}
          />
        </MessageBarBody>
        <MessageBarActions>
          <Button onClick={onSeen}>{t("clients.seen")}</Button>
        </MessageBarActions>
      </MessageBar>
    </section>
  );
}
