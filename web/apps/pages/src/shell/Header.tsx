import { Button, Link, makeStyles, Select, tokens } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { LANGUAGES, NAMES, useSpeech } from "@sealpost/ui";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { api } from "../api.ts";
import { NEW, SENT } from "./address.ts";
import type { Bootstrap } from "./useBootstrap.ts";
import { leadingTo, usePlace } from "./usePlace.ts";

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
  brand: { display: "flex", alignItems: "center", gap: "0.5rem", fontSize: "1.125rem", fontWeight: 600 },
  // Where colours are dark, a logo that was drawn for paper stands on paper.
  logo: {
    height: "2.25rem",
    maxWidth: "12rem",
    padding: "0.125rem",
    background: "#fff",
    borderRadius: "0.25rem",
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
  const { t, language, speak } = useSpeech();
  const current = usePlace().page;
  const { branding, user } = bootstrap;
  const signOut = useMutation({
    mutationFn: () => answer(api.DELETE("/api/v1/session")),
    onSettled: () => window.location.assign("/signin"),
  });
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
        <div className={styles.brand}>
          {branding.logo ? (
            <img className={styles.logo} src={branding.logo} alt={branding.name} />
          ) : (
            <bdi>{branding.name}</bdi>
          )}
        </div>
        <nav className={styles.nav} aria-label={t("shell.nav")}>
          {link(NEW, t("new.title"), current === "new")}
          {link(SENT, t("sent.title"), current !== "new")}
        </nav>
        <div className={styles.who}>
          <Link href="/account">
            <bdi>{user.name || user.email}</bdi>
          </Link>
          <Select
            size="small"
            aria-label={t("shell.language")}
            value={language}
            onChange={(_, { value }) => speak(LANGUAGES.find((known) => known === value) ?? "en")}
          >
            {LANGUAGES.map((known) => (
              <option key={known} value={known} lang={known}>
                {NAMES[known]}
              </option>
            ))}
          </Select>
          <Button
            size="small"
            appearance="subtle"
            disabled={signOut.isPending}
            onClick={() => signOut.mutate()}
          >
            {t("shell.sign_out")}
          </Button>
        </div>
      </div>
    </header>
  );
}
