import { Link, MessageBar, MessageBarBody, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { type Bootstrap, Brand, Frame, LanguageSelect, SignOut, usePath, useSpeech } from "@sealpost/ui";
import { type ReactNode, Suspense, useEffect } from "react";

import { StepUpProvider } from "../parts/stepUp/StepUpProvider.tsx";
import { Nav } from "./Nav.tsx";
import { place, SECTIONS } from "./sections.ts";

const useStyles = makeStyles({
  header: {
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    background: tokens.colorNeutralBackground2,
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "0.5rem 1.25rem",
    padding: "0.5rem min(1.5rem, 4vw)",
  },
  who: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.25rem 0.75rem" },
  body: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    "@media (min-width: 60rem)": {
      gridTemplateColumns: "14rem minmax(0, 1fr)",
      minHeight: "calc(100vh - 2.625rem)",
    },
  },
  main: { padding: "1rem min(1.5rem, 4vw) 3rem", maxWidth: "90rem" },
});

const ROLES: readonly string[] = ["owner", "admin", "auditor"];

/** The console, for those who run the tenant; everybody else is told so. */
export function Shell(): ReactNode {
  return (
    <Frame>
      {(bootstrap) => (
        <StepUpProvider>
          <Console bootstrap={bootstrap} />
        </StepUpProvider>
      )}
    </Frame>
  );
}

function Console({ bootstrap: { branding, user } }: { readonly bootstrap: Bootstrap }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const isAllowed = ROLES.includes(user.role);
  const sections = SECTIONS.filter(({ forAuditors }) => forAuditors || user.role !== "auditor");
  const { section, rest } = place(usePath());
  const shown = isAllowed ? sections.find((one) => one === section) : undefined;
  const title = shown ? t(shown.title) : t("shell.admin");

  useEffect(() => {
    document.title = `${title} – ${branding.name}`;
  }, [title, branding.name]);

  return (
    <>
      <header className={styles.header}>
        <a className="skip" href="#main">
          {t("shell.skip")}
        </a>
        <Brand branding={branding} />
        <div className={styles.who}>
          <Link href="/">{t("shell.sending")}</Link>
          <Link href="/account">
            <bdi>{user.name || user.email}</bdi>
          </Link>
          <LanguageSelect />
          <SignOut />
        </div>
      </header>
      <div className={styles.body}>
        {isAllowed && <Nav sections={sections} current={shown} />}
        <main id="main" className={styles.main}>
          {shown ? (
            <Suspense key={shown.word} fallback={<Spinner label={t("shell.loading")} />}>
              <shown.Show rest={rest} />
            </Suspense>
          ) : (
            <MessageBar intent="warning" layout="multiline">
              <MessageBarBody>{t(isAllowed ? "shell.nothing_here" : "shell.not_allowed")}</MessageBarBody>
            </MessageBar>
          )}
        </main>
      </div>
    </>
  );
}
