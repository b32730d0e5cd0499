import { makeStyles, Spinner } from "@fluentui/react-components";
import { ProblemBar, useCarefulLeaving, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Facts } from "../parts/Facts.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useMe } from "../parts/useMe.ts";
import { Changes } from "../policy/Changes.tsx";
import { useDraft } from "../policy/useDraft.ts";
import { BrandingFields, TEXTS } from "./BrandingFields.tsx";
import { Logo } from "./Logo.tsx";
import { Preview } from "./Preview.tsx";

const useStyles = makeStyles({
  both: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "1.5rem",
    paddingTop: "1.25rem",
    "@media (min-width: 80rem)": { gridTemplateColumns: "minmax(0, 1fr) minmax(0, 1fr)", gap: "2.5rem" },
  },
  column: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", alignContent: "start", gap: "1.5rem" },
});

/** How the tenant shows itself: what it calls itself, its colour, its texts, its logo, and what that looks like. */
export default function Branding(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { mayChange } = useMe();
  const { draft, error, retry } = useDraft();
  useCarefulLeaving((draft?.edits.size ?? 0) > 0);

  if (!draft)
    return error ? <ProblemBar error={error} retry={retry} /> : <Spinner label={t("shell.loading")} />;
  return (
    <>
      <SectionHead title={t("branding.title")} text={t("branding.text")} />
      <div className={styles.both}>
        <div className={styles.column}>
          {mayChange ? (
            <>
              <BrandingFields key={draft.round} draft={draft} />
              <Logo />
              <Changes draft={draft} />
            </>
          ) : (
            <>
              <div>{t("policy.read_only")}</div>
              <Facts
                facts={TEXTS.map(({ path }) => [
                  t(`policy.field.${path}`),
                  <bdi key={path}>{String(draft.value(path) ?? t("policy.nothing"))}</bdi>,
                ])}
              />
            </>
          )}
        </div>
        <Preview draft={draft} />
      </div>
    </>
  );
}
