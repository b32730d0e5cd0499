import { Link, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { type Bootstrap, Brand, Frame, Heading, LanguageSelect, ProblemBar, useSpeech } from "@sealpost/ui";
import { StepUpProvider } from "@sealpost/ui/stepUp";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState } from "react";

import { ownPairs, passkeys } from "./calls.ts";
import { OwnSection } from "./OwnSection.tsx";
import type { Ring } from "./ring.ts";
import { TeamSection } from "./TeamSection.tsx";

const useStyles = makeStyles({
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
    margin: "0 auto",
    padding: "0.5rem min(1rem, 4vw)",
  },
  main: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "1.25rem",
    maxWidth: "44rem",
    margin: "0 auto",
    padding: "1.5rem min(1rem, 4vw) 3rem",
  },
  text: { margin: 0, maxWidth: "40rem" },
});

/** `/account/keys`: one's own key pair, and those of one's teams. */
export default function KeysPage(): ReactNode {
  return (
    <Frame>
      {(bootstrap) => (
        <StepUpProvider>
          <Keys bootstrap={bootstrap} />
        </StepUpProvider>
      )}
    </Frame>
  );
}

function Keys({ bootstrap: { branding } }: { readonly bootstrap: Bootstrap }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [ring, setRing] = useState<Ring>(new Map());
  const query = useQuery({
    queryKey: ["keys", "own"],
    queryFn: async () => ({ own: await ownPairs(), passkeys: await passkeys() }),
  });
  const { data, error, refetch } = query;
  const title = t("keys.title");
  useEffect(() => {
    document.title = `${title} – ${branding.name}`;
  }, [title, branding.name]);
  // What was opened stays open as long as the page is, also beside a pair that was made just now.
  const add = (opened: Ring) => setRing((before) => new Map([...before, ...opened]));
  return (
    <>
      <header className={styles.header}>
        <a className="skip" href="#main">
          {t("shell.skip")}
        </a>
        <div className={styles.inner}>
          <Brand branding={branding} />
          <LanguageSelect />
        </div>
      </header>
      <main id="main" className={styles.main}>
        <div>
          <Link href="/account">{t("keys.back")}</Link>
        </div>
        <Heading>{title}</Heading>
        <p className={styles.text}>{t("keys.intro")}</p>
        {!data && error && <ProblemBar error={error} retry={() => void refetch()} />}
        {!data && !error && <Spinner label={t("shell.loading")} />}
        {data && (
          <>
            <OwnSection own={data.own} passkeys={data.passkeys} ring={ring} onOpened={add} />
            <TeamSection own={data.own} ring={ring} onOpened={add} />
          </>
        )}
      </main>
    </>
  );
}
