import { Button, Link, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { leadingTo, usePath, useSpeech } from "@sealpost/ui";
import { type ReactNode, useId, useState } from "react";

import { address, type Section } from "./sections.ts";

const WIDE = "@media (min-width: 60rem)";

const useStyles = makeStyles({
  nav: {
    padding: "0.5rem min(1.5rem, 4vw)",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
    [WIDE]: {
      padding: "1rem 0.75rem",
      borderBottom: "none",
      borderRight: `1px solid ${tokens.colorNeutralStroke2}`,
    },
  },
  button: { [WIDE]: { display: "none" } },
  list: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fill, minmax(8.5rem, 1fr))",
    gap: "0.125rem",
    margin: 0,
    padding: "0.5rem 0 0",
    listStyle: "none",
    [WIDE]: { gridTemplateColumns: "minmax(0, 1fr)", padding: 0 },
  },
  closed: { display: "none", [WIDE]: { display: "grid" } },
  link: {
    display: "block",
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

/** Where one can go in the console; behind a button where there is little room. */
export function Nav({ sections, current }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const path = usePath();
  const listId = useId();
  // Open as long as one stays where it was opened.
  const [openAt, setOpenAt] = useState<string>();
  const isOpen = openAt === path;
  return (
    <nav className={styles.nav} aria-label={t("shell.nav")}>
      <Button
        className={styles.button}
        aria-expanded={isOpen}
        aria-controls={listId}
        onClick={() => setOpenAt(isOpen ? undefined : path)}
      >
        {t("shell.menu")}
      </Button>
      <ul id={listId} className={mergeClasses(styles.list, !isOpen && styles.closed)}>
        {sections.map((section) => (
          <li key={section.word}>
            <Link
              className={styles.link}
              appearance="subtle"
              aria-current={section === current ? "page" : undefined}
              {...leadingTo(address(section.word))}
            >
              {t(section.title)}
            </Link>
          </li>
        ))}
      </ul>
    </nav>
  );
}
