import { makeStyles } from "@fluentui/react-components";
import { Frame } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Header } from "./Header.tsx";
import { Pages } from "./Pages.tsx";

const useStyles = makeStyles({
  main: { maxWidth: "52rem", margin: "0 auto", padding: "1rem min(1rem, 4vw) 3rem" },
});

/** A sender's pages, with what is around each of them. */
export function Shell(): ReactNode {
  const styles = useStyles();
  return (
    <Frame>
      {(bootstrap) => (
        <>
          <Header bootstrap={bootstrap} />
          <main id="main" className={styles.main}>
            <Pages bootstrap={bootstrap} />
          </main>
        </>
      )}
    </Frame>
  );
}
