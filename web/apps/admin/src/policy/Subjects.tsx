import { Link, makeStyles, tokens } from "@fluentui/react-components";
import { leadingTo, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { SectionHead } from "../parts/SectionHead.tsx";
import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";
import { Changes } from "./Changes.tsx";
import { SUBJECTS } from "./fields.ts";
import type { Draft } from "./useDraft.ts";
import { Warnings } from "./Warnings.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
  list: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(min(19rem, 100%), 1fr))",
    gap: "0.75rem",
    margin: 0,
    padding: 0,
    listStyle: "none",
  },
  card: {
    padding: "0.75rem 1rem",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  name: { fontWeight: 600 },
  text: { margin: "0.25rem 0 0", color: tokens.colorNeutralForeground2 },
});

/** The subjects of the policy, each with what it is about. */
export function Subjects({ draft }: { readonly draft: Draft }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const { version } = draft;
  // As long as the page is there: what has come of them is told there, too.
  const [isChanged] = useState(draft.edits.size > 0);
  return (
    <div className={styles.all}>
      <SectionHead title={t("policy.title")} text={t("policy.lead")} />
      <div>
        {version.version === 0
          ? t("policy.counts_default")
          : t("policy.counts", {
              version: version.version,
              time: format.time(new Date(version.made_at)),
            })}{" "}
        <Link inline {...leadingTo(address("policy", "versions"))}>
          {t("policy.versions")}
        </Link>
      </div>
      {!mayChange && <div>{t("policy.read_only")}</div>}
      <Warnings warnings={version.warnings} />
      {isChanged && <Changes draft={draft} />}
      <nav aria-label={t("policy.subjects")}>
        <ul className={styles.list}>
          {SUBJECTS.map((subject) => (
            <li key={subject} className={styles.card}>
              <Link className={styles.name} {...leadingTo(address("policy", subject))}>
                {t(`policy.subject.${subject}`)}
              </Link>
              <p className={styles.text}>{t(`policy.about.${subject}`)}</p>
            </li>
          ))}
        </ul>
      </nav>
    </div>
  );
}
