import { Link, makeStyles, tokens } from "@fluentui/react-components";
import { NEW, REQUESTS, SENT, usePlace } from "@sealpost/sending/shell/address.ts";
import { type Bootstrap, Brand, LanguageSelect, leadingTo, SignOut, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  header: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    background: tokens.colorNeutralBackground2,
  },
  inner: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "0.5rem 1.25rem",
    maxWidth: "52rem",
    margin: "0 auto",
    padding: "0.5rem min(1rem, 4vw)",
  },
  nav: { display: "flex", flexWrap: "wrap", gap: "0.25rem 1.25rem", flexGrow: 1 },
  link: {
    padding: "0.5rem 0",
    "&[aria-current]": { fontWeight: 600, borderBottom: `2px solid ${tokens.colorCompoundBrandStroke}` },
  },
  who: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.25rem 0.75rem" },
});

/** Whose page it is, where one can go, and who is here. */
export function Header({ bootstrap }: { readonly bootstrap: Bootstrap }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const current = usePlace().page;
  const { branding, user } = bootstrap;
  const link = (path: string, text: string, here: boolean) => (
    <Link
      className={styles.link}
      appearance="subtle"
      aria-current={here ? "page" : undefined}
      {...leadingTo(path)}
    >
      {text}
    </Link>
  );

  return (
    <header className={styles.header}>
      <a className="skip" href="#main">
        {t("shell.skip")}
      </a>
      <div className={styles.inner}>
        <Brand branding={branding} />
        <nav className={styles.nav} aria-label={t("shell.nav")}>
          {link(NEW, t("new.title"), current === "new")}
          {link(SENT, t("sent.title"), current === "sent" || current === "transfer")}
          {link(REQUESTS, t("requests.title"), ["requests", "new-request", "request"].includes(current))}
        </nav>
        <div className={styles.who}>
          {user.role !== "sender" && <Link href="/admin">{t("shell.admin")}</Link>}
          <Link href="/account">
            <bdi>{user.name || user.email}</bdi>
          </Link>
          <LanguageSelect />
          <SignOut />
        </div>
      </div>
    </header>
  );
}
