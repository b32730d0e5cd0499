import { makeStyles } from "@fluentui/react-components";
import { Elsewhere, Frame, SignInHere } from "@sealpost/ui";
import { useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useCallback, useState } from "react";
import { HostProvider } from "../office/HostProvider.tsx";
import type { Host } from "../office/host.ts";
import SignIn from "../signin/SignIn.tsx";
import { Tabs } from "./Tabs.tsx";
import { useOutlookScheme } from "./useOutlookScheme.ts";

const useStyles = makeStyles({ signIn: { padding: "0.75rem" } });

/** The pane: who is here, and what he sees beside his mail. */
export function Shell({ host }: { readonly host: Host }): ReactNode {
  const styles = useStyles();
  const queries = useQueryClient();
  const scheme = useOutlookScheme(host);
  // A session has ended while something is on the screen, which stays.
  const [again, setAgain] = useState(false);
  const begin = useCallback(() => setAgain(true), []);
  const done = useCallback(() => {
    setAgain(false);
    void queries.invalidateQueries();
  }, [queries]);
  const signIn = <SignIn host={host} onDone={done} />;

  return (
    <HostProvider host={host}>
      <Elsewhere open={(address) => host.open(address)}>
        <SignInHere begin={begin}>
          <Frame scheme={scheme} signIn={signIn}>
            {(bootstrap) => (
              <>
                {again && <div className={styles.signIn}>{signIn}</div>}
                <div hidden={again}>
                  <Tabs bootstrap={bootstrap} />
                </div>
              </>
            )}
          </Frame>
        </SignInHere>
      </Elsewhere>
    </HostProvider>
  );
}
