import { Button, makeStyles } from "@fluentui/react-components";
import { Heading, useElsewhere, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Link } from "./carried.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem", justifyItems: "start" },
});

/** The way from a mail to where its link leads, in the browser: files are fetched and sent in there. */
export function Way({ link }: { readonly link: Link }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const elsewhere = useElsewhere();
  return (
    <section className={styles.all}>
      <Heading>{t(`read.${link.to}.title`)}</Heading>
      <div>{t(`read.${link.to}.text`)}</div>
      <Button appearance="primary" onClick={() => elsewhere(link.url)}>
        {t(`read.${link.to}.go`)}
      </Button>
    </section>
  );
}
