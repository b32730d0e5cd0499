import { Button, Link, MessageBar, MessageBarBody, makeStyles, Subtitle1 } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { Heading, leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { transferAddress } from "../shell/address.ts";
import { CopiedLine } from "../shell/CopiedLine.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", marginTop: "1rem" },
  list: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "1rem",
    margin: 0,
    padding: 0,
    listStyle: "none",
  },
  line: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem" },
});

interface Props {
  readonly sent: Shape<"SentTransfer">;
  /** One that the service has made up; nobody sees it again. */
  readonly password: string | undefined;
  readonly onAgain: () => void;
}

/** It is sent: a link for each recipient, and the password this once. */
export default function Links({ sent: { transfer, links }, password, onAgain }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();

  return (
    <section className={styles.all}>
      <Heading>{t("links.title")}</Heading>
      <div>
        {t(transfer.state === "sealed" ? "links.inspected" : "links.mailed", { count: links.length })}
      </div>
      <div>{t("links.end", { time: format.time(new Date(transfer.expires_at)) })}</div>
      {transfer.notices?.map(({ rule, text }) => (
        <MessageBar key={rule} layout="multiline">
          <MessageBarBody>{text}</MessageBarBody>
        </MessageBar>
      ))}
      {password && (
        <>
          <Subtitle1 as="h2">{t("links.password")}</Subtitle1>
          <div>{t("links.password.hint")}</div>
          <CopiedLine text={password} what={t("links.password.copy")} />
        </>
      )}
      <Subtitle1 as="h2">{t("links.links")}</Subtitle1>
      <ul className={styles.list}>
        {links.map(({ recipient_id, email, url }) => (
          <li key={recipient_id}>
            <bdi>{email}</bdi>
            <CopiedLine text={url} what={t("links.copy", { address: email })} />
          </li>
        ))}
      </ul>
      <div className={styles.line}>
        <Button appearance="primary" onClick={onAgain}>
          {t("links.again")}
        </Button>
        <Link {...leadingTo(transferAddress(transfer.id))}>{t("links.detail")}</Link>
      </div>
    </section>
  );
}
