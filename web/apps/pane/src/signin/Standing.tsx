import { MessageBar, MessageBarBody, makeStyles, Text } from "@fluentui/react-components";
import { type Bootstrap, type TextKey, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { SupportLine } from "./SupportLine.tsx";

type Stopped = Exclude<Bootstrap["state"], "active" | "grace">;

const TITLES: Readonly<Record<Stopped, TextKey>> = {
  expired: "signin.state.expired",
  no_seat: "signin.state.no_seat",
  not_activated: "signin.state.not_activated",
  sending_suspended: "signin.state.sending_suspended",
  suspended: "signin.suspended.title",
};

const useStyles = makeStyles({
  screen: { display: "grid", gap: "1rem", padding: "1.5rem 0.25rem", maxWidth: "28rem" },
  title: { margin: 0, fontSize: "1.25rem", lineHeight: 1.3 },
});

/** How the licence stands: nothing while it counts, a line while it ends, otherwise why nothing can be sent and whom to ask. */
export function Standing({ bootstrap }: { readonly bootstrap: Bootstrap }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { state, message, branding } = bootstrap;
  if (state === "active") return null;
  if (state === "grace")
    return (
      <MessageBar intent="info" layout="multiline">
        <MessageBarBody>{message}</MessageBarBody>
      </MessageBar>
    );
  return (
    <section className={styles.screen} aria-labelledby="standing">
      <h1 id="standing" className={styles.title}>
        {t(TITLES[state])}
      </h1>
      {message && <Text>{message}</Text>}
      {branding.support && <SupportLine support={branding.support} />}
      <Text>{t("signin.state.mail")}</Text>
    </section>
  );
}
