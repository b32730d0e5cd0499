import { Link, MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import {
  type Bootstrap,
  Brand,
  Frame,
  LanguageSelect,
  Later,
  SignOut,
  usePath,
  useSpeech,
} from "@sealpost/ui";
import { StepUpProvider } from "@sealpost/ui/stepUp";
import { type ReactNode, useEffect } from "react";
import { SectionHead } from "../parts/SectionHead.tsx";
import { Nav } from "./Nav.tsx";
import { isFor, place, SECTIONS } from "./sections.ts";

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
  const isAllowed = isFor(user.role);
  const { section, rest } = place(usePath());
  const shown = isAllowed ? section : undefined;
  const title = t(shown?.title ?? "shell.admin");

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
        {isAllowed && <Nav sections={SECTIONS.filter((one) => isFor(user.role, one))} current={shown} />}
        <main id="main" className={styles.main}>
          {shown && !isFor(user.role, shown) ? (
            <SectionHead
              title={title}
              text={t(shown.for === "owner" ? "shell.for_owner" : "shell.for_admin")}
            />
          ) : shown ? (
            <Later key={shown.word} name={shown.word} load={shown.load} title={title}>
              {(Show) => <Show rest={rest} />}
            </Later>
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
