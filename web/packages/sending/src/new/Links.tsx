import { Button, Link, MessageBar, MessageBarBody, makeStyles, Subtitle1 } from "@fluentui/react-components";
import { CopyButton, Heading, leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { wholeLink } from "../sealing/letter.ts";
import { SealedLink } from "../sealing/SealedLink.tsx";
import { transferAddress } from "../shell/address.ts";
import { CopiedLine } from "../shell/CopiedLine.tsx";
import type { Sent } from "./underWay.ts";

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

interface Props extends Sent {
  readonly onAgain: () => void;
}

/** It is sent: a link for each recipient, and the password this once. */
export default function Links({ sent: { transfer, links }, password, sealed, onAgain }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const inspected = transfer.state === "sealed";
  const lines = sealed
    ? links.map(({ email, url }) => ({ email, link: wholeLink(url, sealed.secondPart) }))
    : [];
  const all = lines.map(({ email, link }) => `${email} ${link}`).join("\n");

  return (
    <section className={styles.all}>
      <Heading>{t("links.title")}</Heading>
      {!sealed && <div>{t(inspected ? "links.inspected" : "links.mailed", { count: links.length })}</div>}
      {sealed && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>
            {t("sealing.give", { count: links.length })}{" "}
            {t(sealed.isKept ? "sealing.kept" : "sealing.not_kept")}
          </MessageBarBody>
        </MessageBar>
      )}
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
            {sealed ? (
              <SealedLink
                transfer={transfer}
                recipient={recipient_id}
                url={url}
                secondPart={sealed.secondPart}
              />
            ) : (
              <CopiedLine text={url} what={t("links.copy", { address: email })} />
            )}
          </li>
        ))}
      </ul>
      {links.length > 1 && lines.length > 0 && lines.every(({ link }) => link) && (
        <div className={styles.line}>
          {t("sealing.all", { count: links.length })} <CopyButton text={all} what={t("sealing.copy_all")} />
        </div>
      )}
      <div className={styles.line}>
        <Button appearance="primary" onClick={onAgain}>
          {t("links.again")}
        </Button>
        <Link {...leadingTo(transferAddress(transfer.id))}>{t("links.detail")}</Link>
      </div>
    </section>
  );
}
