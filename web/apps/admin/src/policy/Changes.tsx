import { Button, Link, MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import { leadingTo, ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";

import { address } from "../shell/sections.ts";
import { DifferenceList } from "./DifferenceList.tsx";
import { at } from "./document.ts";
import type { Draft } from "./useDraft.ts";
import { useLabel } from "./useShown.ts";
import { Warnings } from "./Warnings.tsx";

const useStyles = makeStyles({
  all: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem",
    padding: "1rem",
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  title: { fontSize: tokens.fontSizeBase400, margin: 0, outlineStyle: "none" },
  faults: { margin: "0.25rem 0 0", paddingLeft: "1.125rem" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

/** What was changed and is not saved: what differs, and the way to save it, or to let it be. */
export function Changes({ draft }: { readonly draft: Draft }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const label = useLabel();
  const titleId = useId();
  const title = useRef<HTMLHeadingElement>(null);
  const { edits, faults, meanwhile, refused, saving, version } = draft;
  // What was saved on another page was told there.
  const [known] = useState(draft.saved);
  const saved = draft.saved === known ? undefined : draft.saved;
  const isEmpty = edits.size === 0 && faults.size === 0;

  // The button that had the focus is gone with what it has saved.
  useEffect(() => {
    if (saved) title.current?.focus();
  }, [saved]);

  const save = () => {
    if ([...faults.values()].every(({ isTold }) => isTold)) return draft.save();
    // To the first that cannot be: its field says why.
    const wrong =
      "#main :is(input, select, textarea)[aria-invalid=true], #main [data-invalid] :is(input, button)";
    document.querySelector<HTMLElement>(wrong)?.focus();
  };

  return (
    <section className={styles.all} aria-labelledby={titleId}>
      <h2 id={titleId} ref={title} tabIndex={-1} className={styles.title}>
        {t(isEmpty ? (saved ? "policy.changes.saved" : "policy.changes.title") : "policy.changes")}
      </h2>
      <div role="status">
        {saved && isEmpty && (
          <MessageBar intent="success" layout="multiline">
            <MessageBarBody>
              {t("policy.changes.counts", { version: saved.version })}{" "}
              <Link inline {...leadingTo(address("policy", "versions"))}>
                {t("policy.versions")}
              </Link>
            </MessageBarBody>
          </MessageBar>
        )}
        {meanwhile && (
          <MessageBar intent="warning" layout="multiline">
            <MessageBarBody>
              {t("policy.changes.meanwhile", { version: meanwhile.version })}{" "}
              {meanwhile.both.length > 0 &&
                t("policy.changes.both", { fields: format.list(meanwhile.both.map(label)) })}
            </MessageBarBody>
          </MessageBar>
        )}
      </div>
      {saved && isEmpty && <Warnings warnings={saved.warnings} />}
      {isEmpty && !saved && <div>{t("policy.changes.none")}</div>}
      {!isEmpty && (
        <>
          <DifferenceList
            differences={[...edits].map(([path, after]) => ({
              path,
              before: at(version.policy, path),
              after,
            }))}
            undo={draft.undo}
          />
          {faults.size > 0 && (
            <MessageBar intent="error" layout="multiline" role="alert">
              <MessageBarBody>
                {t("policy.changes.wrong", { count: faults.size })}
                <ul className={styles.faults}>
                  {[...faults].map(([path, { text }]) => (
                    <li key={path}>
                      {label(path)}: {text}
                    </li>
                  ))}
                </ul>
              </MessageBarBody>
            </MessageBar>
          )}
          {refused && <ProblemBar error={refused} />}
          <div className={styles.buttons}>
            <Button appearance="primary" disabledFocusable={saving} onClick={save}>
              {t("policy.changes.save")}
            </Button>
            <Button disabledFocusable={saving} onClick={() => draft.undo()}>
              {t("policy.changes.discard")}
            </Button>
          </div>
        </>
      )}
    </section>
  );
}
