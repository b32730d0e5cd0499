import { Link, makeStyles, tokens } from "@fluentui/react-components";
import { leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { address, type Section } from "./sections.ts";

const useStyles = makeStyles({
  nav: {
    display: "flex",
    flexWrap: "wrap",
    gap: "0 1rem",
    padding: "0.5rem min(1.5rem, 4vw)",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    "@media (min-width: 60rem)": {
      flexDirection: "column",
      flexWrap: "nowrap",
      gap: "0.125rem",
      padding: "1rem 0.75rem",
      borderBottom: "none",
      borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    },
  },
  link: {
    padding: "0.5rem",
    borderRadius: tokens.borderRadiusMedium,
    "&[aria-current]": {
      fontWeight: 600,
      background: tokens.colorNeutralBackground1Selected,
    },
  },
});

interface Props {
  readonly sections: readonly Section[];
  readonly current: Section | undefined;
}

/** Where one can go in the console. */
export function Nav({ sections, current }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <nav className={styles.nav} aria-label={t("shell.nav")}>
      {sections.map((section) => (
        <Link
          key={section.word}
          className={styles.link}
          appearance="subtle"
          aria-current={section === current ? "page" : undefined}
          {...leadingTo(address(section.word))}
        >
          {t(section.title)}
        </Link>
      ))}
    </nav>
  );
}
