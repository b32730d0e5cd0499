import { FluentProvider, makeStyles, tokens } from "@fluentui/react-components";
import { LockClosedRegular } from "@fluentui/react-icons";
import type { Shape } from "@sealpost/api-client";
import { Brand, LanguageSelect, type TextKey, theme, useScheme, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  all: { display: "flex", flexDirection: "column", minHeight: "100vh" },
  header: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    background: tokens.colorNeutralBackground2,
  },
  inner: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "0.5rem 1.25rem",
    maxWidth: "44rem",
    minHeight: "3.5rem",
    boxSizing: "border-box",
    margin: "0 auto",
    padding: "0.5rem min(1rem, 4vw)",
  },
  main: {
    flexGrow: 1,
    boxSizing: "border-box",
    width: "100%",
    maxWidth: "44rem",
    margin: "0 auto",
    padding: "1.5rem min(1rem, 4vw) 2.5rem",
  },
  footer: {
    display: "flex",
    gap: "0.5rem",
    boxSizing: "border-box",
    width: "100%",
    maxWidth: "44rem",
    margin: "0 auto",
    padding: "0 min(1rem, 4vw) 1.5rem",
    color: tokens.colorNeutralForeground2,
    fontSize: "0.8125rem",
  },
  lock: { flexShrink: 0, marginTop: "0.125rem" },
});

interface Props {
  /** Whose page it is, once that is known. */
  readonly branding: Shape<"Branding"> | undefined;
  /** What becomes of what is on the page; nothing where that is not to be trusted. */
  readonly safe: TextKey | undefined;
  readonly children: ReactNode;
}

/** What is around a page for people without an account. */
export function Outside({ branding, safe, children }: Props): ReactNode {
  const styles = useStyles();
  const scheme = useScheme();
  const { t } = useSpeech();
  return (
    <FluentProvider theme={theme(scheme, branding?.accent)} className={styles.all}>
      <header className={styles.header}>
        <a className="skip" href="#main">
          {t("shell.skip")}
        </a>
        <div className={styles.inner}>
          <Brand branding={branding ?? { name: "Sealpost" }} />
          <div>
            <LanguageSelect />
          </div>
        </div>
      </header>
      <main id="main" className={styles.main}>
        {children}
      </main>
      {safe && (
        <footer className={styles.footer}>
          <LockClosedRegular className={styles.lock} fontSize="1rem" aria-hidden />
          <span>{t(safe)}</span>
        </footer>
      )}
    </FluentProvider>
  );
}
