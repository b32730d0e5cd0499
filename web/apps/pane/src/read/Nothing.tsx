import { Button, makeStyles } from "@fluentui/react-components";
import { NEW_REQUEST, SENT } from "@sealpost/sending/shell/address.ts";
import { type Bootstrap, go, Heading, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Link } from "./carried.ts";
import { Way } from "./Way.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem", justifyItems: "start" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

interface Props {
  readonly link: Link | undefined;
  readonly bootstrap: Bootstrap;
}

/** A mail with nothing of the reader's own: the way to files of others, or what he can do instead. */
export function Nothing({ link, bootstrap }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  if (link) return <Way link={link} />;
  return (
    <section className={styles.all}>
      <Heading>{t("read.none")}</Heading>
      <div>{t("read.none.text")}</div>
      <div className={styles.buttons}>
        {bootstrap.may_send && <Button onClick={() => go(NEW_REQUEST)}>{t("ask.heading")}</Button>}
        <Button onClick={() => go(SENT)}>{t("sent.title")}</Button>
      </div>
    </section>
  );
}
