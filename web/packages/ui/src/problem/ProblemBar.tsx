import { Button, Link, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import type { ReactNode } from "react";

import { useSpeech } from "../language/LanguageProvider.tsx";
import { MissingPart } from "../place/MissingPart.ts";
import { useSignInHere } from "../place/SignInHere.tsx";
import { signInAddress } from "../place/signIn.ts";
import { asksToSignIn, told } from "./told.ts";

interface Props {
  readonly error: Error;
  /** Tries again; there is a button if there is this. */
  readonly retry?: (() => void) | undefined;
}

/**
 * What went wrong, and what to do. Whoever has to sign in again does so beside this page: what he has written stays. What
 * the service has no more is in the page anew.
 */
export function ProblemBar({ error, retry }: Props): ReactNode {
  const { t } = useSpeech();
  const signIn = asksToSignIn(error);
  const signInHere = useSignInHere();
  const isOld = error instanceof MissingPart;
  return (
    <MessageBar intent="error" layout="multiline" role="alert">
      <MessageBarBody>{told(error, t)}</MessageBarBody>
      {(signIn || isOld || retry) && (
        <MessageBarActions>
          {signIn && signInHere && <Button onClick={signInHere}>{t("problem.sign_in")}</Button>}
          {signIn && !signInHere && (
            <Link href={signInAddress(window.location.pathname)} target="_blank" rel="opener">
              {t("problem.sign_in")}
            </Link>
          )}
          {retry && <Button onClick={retry}>{t("problem.retry")}</Button>}
          {isOld && <Button onClick={() => window.location.reload()}>{t("problem.reload")}</Button>}
        </MessageBarActions>
      )}
    </MessageBar>
  );
}
