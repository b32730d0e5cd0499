import { Button, Checkbox, makeStyles, tokens } from "@fluentui/react-components";
import { answer, Problem, type Shape } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import { useGuarded } from "@sealpost/ui/stepUp";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ChangeEvent, type ReactNode, useId, useRef, useState } from "react";
import { asVersion, type Draft, POLICY } from "../useDraft.ts";
import { Warnings } from "../Warnings.tsx";

const useStyles = makeStyles({
  all: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    justifyItems: "start",
    gap: "0.5rem",
    padding: "1rem",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  title: { fontSize: tokens.fontSizeBase400, margin: 0 },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
  bad: { margin: 0, paddingLeft: "1.5rem" },
  file: { maxWidth: "100%" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

/** Lines that are shown one by one; what comes behind is counted. */
const MOST_LINES = 50;

interface Asked {
  readonly table: string;
  readonly isTrial: boolean;
}

/** Takes rules from a table; says first what would come of it. */
export function Import({ draft }: { readonly draft: Draft }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const titleId = useId();
  const guarded = useGuarded();
  const queries = useQueryClient();
  const input = useRef<HTMLInputElement>(null);
  const [replace, setReplace] = useState(false);
  const [table, setTable] = useState<{ readonly name: string; readonly text: string }>();

  const take = useMutation({
    mutationFn: ({ table, isTrial }: Asked) =>
      guarded(() =>
        answer(
          api.POST("/api/v1/admin/policy/addresses/import", {
            params: {
              query: { replace, partial: true, dry_run: isTrial },
              header: { "If-Match": `"${draft.version.version}"` },
            },
            body: table,
            headers: { "Content-Type": "text/csv" },
            bodySerializer: (text) => text,
          }),
        ),
      ),
    onSuccess: (taken, { isTrial }) => {
      if (isTrial) return;
      queries.setQueryData(POLICY, asVersion(taken.policy));
      void queries.invalidateQueries({ queryKey: ["policy-versions"] });
      setTable(undefined);
      if (input.current) input.current.value = "";
    },
    onError: (error) => {
      if (error instanceof Problem && error.code === "precondition_failed")
        void queries.invalidateQueries({ queryKey: POLICY });
    },
  });

  const choose = (event: ChangeEvent<HTMLInputElement>) => {
    const file = event.target.files?.[0];
    take.reset();
    setTable(undefined);
    if (!file) return;
    void file.text().then((text) => {
      setTable({ name: file.name, text });
      take.mutate({ table: text, isTrial: true });
    });
  };

  const isTried = take.data && take.variables?.isTrial;
  return (
    <section className={styles.all} aria-labelledby={titleId}>
      <h2 id={titleId} className={styles.title}>
        {t("addresses.import")}
      </h2>
      <p className={styles.text}>{t("addresses.import.text")}</p>
      <code>name,senders,recipients,effect,detail</code>
      {draft.edits.has("addresses") ? (
        <p>{t("addresses.import.save_first")}</p>
      ) : (
        <>
          <Checkbox
            label={t("addresses.import.replace")}
            checked={replace}
            onChange={(_, { checked }) => {
              setReplace(checked === true);
              take.reset();
            }}
          />
          <input
            ref={input}
            className={styles.file}
            type="file"
            accept=".csv,text/csv"
            aria-label={t("addresses.import.file")}
            onChange={choose}
          />
        </>
      )}
      {take.error && <ProblemBar error={take.error} />}
      <div role="status">{take.data && <Outcome taken={take.data} isTrial={isTried === true} />}</div>
      {table && (
        <div className={styles.buttons}>
          {isTried && take.data.rules > 0 && (
            <Button
              appearance="primary"
              disabledFocusable={take.isPending}
              onClick={() => take.mutate({ table: table.text, isTrial: false })}
            >
              {t("addresses.import.take", { count: take.data.rules })}
            </Button>
          )}
          {!isTried && (
            <Button
              disabledFocusable={take.isPending}
              onClick={() => take.mutate({ table: table.text, isTrial: true })}
            >
              {t("addresses.import.try")}
            </Button>
          )}
        </div>
      )}
    </section>
  );
}

interface OutcomeProps {
  readonly taken: Shape<"AddressRuleImport">;
  readonly isTrial: boolean;
}

/** How many rules there are, or would be, and which lines are none. */
function Outcome({ taken, isTrial }: OutcomeProps): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { rules, bad_lines, policy } = taken;
  return (
    <>
      <p>{t(isTrial ? "addresses.import.would" : "addresses.import.done", { count: rules })}</p>
      {bad_lines.length > 0 && (
        <>
          <p>{t("addresses.import.bad", { count: bad_lines.length })}</p>
          <ul className={styles.bad}>
            {bad_lines.slice(0, MOST_LINES).map(({ line, reason }) => (
              <li key={line}>
                {t("addresses.import.line", { line })} <span lang="en">{reason}</span>
              </li>
            ))}
          </ul>
        </>
      )}
      <Warnings warnings={policy.warnings} />
    </>
  );
}
