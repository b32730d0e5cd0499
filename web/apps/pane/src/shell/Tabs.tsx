import { Link, makeStyles, tokens } from "@fluentui/react-components";
import { NEW, type Place, REQUESTS, SENT, usePlace } from "@sealpost/sending/shell/address.ts";
import { type Bootstrap, Later, leadingTo, type TextKey, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { useMail } from "../office/HostProvider.tsx";
import Requests from "../requests/Requests.tsx";
import { Standing } from "../signin/Standing.tsx";
import Transfers from "../transfers/Transfers.tsx";

const useStyles = makeStyles({
  // Some languages need two lines for them.
  tabs: {
    display: "flex",
    flexWrap: "wrap",
    gap: "0 1.25rem",
    padding: "0 0.75rem",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  tab: {
    padding: "0.625rem 0",
    "&[aria-current]": { fontWeight: 600, borderBottom: `2px solid ${tokens.colorCompoundBrandStroke}` },
  },
  // Above the forms of a mail there is no room for one that is seen.
  heard: {
    position: "absolute",
    clipPath: "inset(50%)",
    width: "1px",
    height: "1px",
    overflow: "hidden",
    margin: 0,
  },
  main: { padding: "0.75rem 0.75rem 2rem" },
});

// A mail is either written or read: each brings what is for it alone.
const load = {
  send: () => import("../compose/Send.tsx"),
  read: () => import("../read/Read.tsx"),
};

const TABS: Record<Place["page"], string> = {
  new: NEW,
  sent: SENT,
  transfer: SENT,
  requests: REQUESTS,
  "new-request": REQUESTS,
  request: REQUESTS,
};

/** What is for the mail, and what is there besides. What is being sent goes on while something else is looked at. */
export function Tabs({ bootstrap }: { readonly bootstrap: Bootstrap }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const place = usePlace();
  const mail = useMail();
  const writes = mail?.kind !== "reading";
  const tab = (path: string, text: TextKey) => (
    <Link
      className={styles.tab}
      appearance="subtle"
      aria-current={TABS[place.page] === path ? "page" : undefined}
      {...leadingTo(path)}
    >
      {t(text)}
    </Link>
  );
  return (
    <>
      <nav className={styles.tabs} aria-label={t("pane.tabs")}>
        {tab(NEW, writes ? "pane.tab.send" : "pane.tab.mail")}
        {tab(SENT, "pane.tab.transfers")}
        {tab(REQUESTS, "pane.tab.requests")}
      </nav>
      <main id="main" className={styles.main}>
        <Standing bootstrap={bootstrap} />
        <div hidden={place.page !== "new"}>
          {mail?.kind === "compose" && <h1 className={styles.heard}>{t("pane.tab.send")}</h1>}
          {mail?.kind === "compose" && bootstrap.may_send && (
            <Later name="send" load={load.send}>
              {(Send) => <Send key={keyOf(mail)} mail={mail} bootstrap={bootstrap} />}
            </Later>
          )}
          {mail?.kind === "reading" && (
            <Later name="read" load={load.read}>
              {(Read) => <Read key={keyOf(mail)} mail={mail} bootstrap={bootstrap} />}
            </Later>
          )}
          {!mail && (
            <>
              <h1 className={styles.heard}>{t("pane.tab.mail")}</h1>
              <p>{t("pane.no_mail")}</p>
            </>
          )}
        </div>
        {TABS[place.page] === SENT && <Transfers place={place} bootstrap={bootstrap} />}
        {TABS[place.page] === REQUESTS && <Requests place={place} bootstrap={bootstrap} mail={mail} />}
      </main>
    </>
  );
}

const keys = new WeakMap<object, number>();
let last = 0;

/** Another mail begins anew: nothing of the one before is shown with it. */
function keyOf(mail: object): number {
  const known = keys.get(mail) ?? ++last;
  keys.set(mail, known);
  return known;
}
