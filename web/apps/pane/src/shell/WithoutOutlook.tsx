import { FluentProvider, Link, makeStyles, Title2 } from "@fluentui/react-components";
import { theme, useScheme, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  all: { minHeight: "100vh" },
  main: { display: "grid", gap: "1rem", maxWidth: "40rem", margin: "0 auto", padding: "1rem" },
});

/** What is said to whoever opens the pane's address in a browser, or where Office.js has not come. */
export function WithoutOutlook(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <FluentProvider theme={theme(useScheme())} className={styles.all}>
      <main className={styles.main}>
        <Title2 as="h1">{t("pane.without.title")}</Title2>
        <div>{t("pane.without.text")}</div>
        <Link href="/">{t("pane.without.page")}</Link>
      </main>
    </FluentProvider>
  );
}
