import { Button } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { api } from "../api.ts";
import { useSpeech } from "../language/LanguageProvider.tsx";

/** Ends the session, and leads to where one can begin another. */
export function SignOut(): ReactNode {
  const { t } = useSpeech();
  const signOut = useMutation({
    mutationFn: () => answer(api.DELETE("/api/v1/session")),
    onSettled: () => window.location.assign("/signin"),
  });
  return (
    <Button size="small" appearance="subtle" disabled={signOut.isPending} onClick={() => signOut.mutate()}>
      {t("shell.sign_out")}
    </Button>
  );
}
