import { FluentProvider, makeStyles, Spinner } from "@fluentui/react-components";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";

import { carried, onCarried } from "../bearer.ts";
import { useSpeech } from "../language/LanguageProvider.tsx";
import { signInAddress } from "../place/signIn.ts";
import { ProblemBar } from "../problem/ProblemBar.tsx";
import { asksToSignIn } from "../problem/told.ts";
import { type Scheme, theme } from "../theme/theme.ts";
import { useScheme } from "../theme/useScheme.ts";
import { type Bootstrap, useBootstrap } from "./useBootstrap.ts";

const useStyles = makeStyles({
  all: { minHeight: "100vh" },
  main: { maxWidth: "52rem", margin: "0 auto", padding: "1rem min(1rem, 4vw) 3rem" },
  waiting: { padding: "4rem 0" },
});

interface Props {
  /** How it looks where the reader's system is not what says so. */
  readonly scheme?: Scheme | undefined;
  /** The way to sign in of an app that nobody leaves for that. */
  readonly signIn?: ReactNode;
  readonly children: (bootstrap: Bootstrap) => ReactNode;
}

/** Who is here decides what is shown: what is for users who have signed in, or the way to do so. */
export function Frame({ scheme: given, signIn, children }: Props): ReactNode {
  const styles = useStyles();
  const asked = useScheme();
  const scheme = given ?? asked;
  const { t } = useSpeech();
  const session = useSyncExternalStore(onCarried, carried);
  // Without a session of its own such an app has nothing to ask with.
  const asks = !signIn || session !== undefined;
  const { data, error, refetch } = useBootstrap(asks);
  const mustSignIn = !data && (!asks || asksToSignIn(error));

  useEffect(() => {
    const { pathname, search } = window.location;
    if (mustSignIn && !signIn) window.location.replace(signInAddress(pathname + search));
  }, [mustSignIn, signIn]);

  return (
    <FluentProvider theme={theme(scheme, data?.branding.accent)} className={styles.all}>
      {data ? (
        children(data)
      ) : (
        <main id="main" className={styles.main}>
          {mustSignIn && signIn ? (
            signIn
          ) : error && !mustSignIn ? (
            <ProblemBar error={error} retry={() => void refetch()} />
          ) : (
            <Spinner className={styles.waiting} label={t("shell.loading")} />
          )}
        </main>
      )}
    </FluentProvider>
  );
}
