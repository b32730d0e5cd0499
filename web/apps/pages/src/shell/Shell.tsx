import { FluentProvider, makeStyles, Spinner } from "@fluentui/react-components";
import { theme, useScheme, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect } from "react";

import { ProblemBar } from "../problem/ProblemBar.tsx";
import { asksToSignIn } from "../problem/told.ts";
import { signInAddress } from "./address.ts";
import { Header } from "./Header.tsx";
import { Pages } from "./Pages.tsx";
import { useBootstrap } from "./useBootstrap.ts";

const useStyles = makeStyles({
  all: { minHeight: "100vh" },
  main: { maxWidth: "52rem", margin: "0 auto", padding: "1rem min(1rem, 4vw) 3rem" },
  waiting: { padding: "4rem 0" },
});

/** Who is here decides what is shown: the page with its frame, or the way to sign in. */
export function Shell(): ReactNode {
  const styles = useStyles();
  const scheme = useScheme();
  const { t } = useSpeech();
  const { data, error, refetch } = useBootstrap();
  const mustSignIn = !data && asksToSignIn(error);

  useEffect(() => {
    if (mustSignIn) window.location.replace(signInAddress(window.location.pathname));
  }, [mustSignIn]);

  return (
    <FluentProvider theme={theme(scheme, data?.branding.accent)} className={styles.all}>
      {data ? (
        <>
          <Header bootstrap={data} />
          <main id="main" className={styles.main}>
            <Pages bootstrap={data} />
          </main>
        </>
      ) : (
        <main id="main" className={styles.main}>
          {error && !mustSignIn ? (
            <ProblemBar error={error} retry={() => void refetch()} />
          ) : (
            <Spinner className={styles.waiting} label={t("shell.loading")} />
          )}
        </main>
      )}
    </FluentProvider>
  );
}
