import {
  Button,
  Field,
  Link,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  Select,
  tokens,
} from "@fluentui/react-components";
import { answer, NoConnection, Problem } from "@sealpost/api-client";
import { api, CopyButton, ProblemBar, useSpeech } from "@sealpost/ui";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useId, useState } from "react";

import { checkpointsIn, linesOf, Tampered, type Verified, verify } from "./verify.ts";

const useStyles = makeStyles({
  all: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem",
    padding: "1rem",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  title: { fontSize: tokens.fontSizeBase400, margin: 0 },
  text: { margin: 0, maxWidth: "56rem", color: tokens.colorNeutralForeground2 },
  row: { display: "flex", flexWrap: "wrap", alignItems: "end", gap: "0.75rem" },
  file: { maxWidth: "100%", font: "inherit", color: "inherit" },
  key: { fontFamily: "monospace", fontSize: "0.75rem", overflowWrap: "anywhere" },
});

const DAY = 86_400_000;
/** How far back is looked; 0 is all that there is. */
const DAYS = [7, 30, 365, 0] as const;
const EXPORT = "/api/v1/admin/audit/export";

/** The file that was chosen holds none: that says nothing of the log. */
class NoCheckpoints extends Error {}

/** Where the export of the last days is. */
function exportOf(days: number): string {
  if (days === 0) return EXPORT;
  return `${EXPORT}?${new URLSearchParams({ from: new Date(Date.now() - days * DAY).toISOString() })}`;
}

/** Whether the log is what was signed, found out here: hashes, tree and signatures; and the way to find it out elsewhere. */
export function Verification(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const titleId = useId();
  const [days, setDays] = useState<number>(30);
  const [file, setFile] = useState<File>();
  const [seen, setSeen] = useState(0);
  const key = useQuery({
    queryKey: ["audit-key"],
    queryFn: () => answer(api.GET("/api/v1/admin/audit/key")),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const run = useMutation({
    mutationFn: async (known: string) => {
      setSeen(0);
      const kept = file ? checkpointsIn(await file.text()) : [];
      if (file && kept.length === 0) throw new NoCheckpoints();
      const response = await fetch(exportOf(days)).catch(() => {
        throw new NoConnection();
      });
      if (!response.ok || !response.body) throw await Problem.of(response);
      return verify(linesOf(response.body), { key: known, kept }, setSeen);
    },
  });
  const known = key.data?.key;
  const isWrongFile = run.error instanceof NoCheckpoints;

  return (
    <section className={styles.all} aria-labelledby={titleId}>
      <h2 id={titleId} className={styles.title}>
        {t("verify.title")}
      </h2>
      <p className={styles.text}>{t("verify.text")}</p>
      <div className={styles.row}>
        <Field label={t("verify.range")}>
          <Select value={String(days)} onChange={(_, { value }) => setDays(Number(value))}>
            {DAYS.map((one) => (
              <option key={one} value={one}>
                {one === 0 ? t("verify.all") : t("verify.days", { count: one })}
              </option>
            ))}
          </Select>
        </Field>
        <Button
          appearance="primary"
          disabledFocusable={!known || run.isPending}
          onClick={() => known && run.mutate(known)}
        >
          {t("verify.now")}
        </Button>
        <Link href={exportOf(days)} download>
          {t("verify.export")}
        </Link>
      </div>
      <div role="status">
        {run.isPending && t("verify.running", { count: seen, entries: format.number(seen) })}
        {run.data && <Good found={run.data} isKept={file !== undefined} />}
      </div>
      {run.error && !isWrongFile && <Bad error={run.error} />}
      {key.error && <ProblemBar error={key.error} retry={() => void key.refetch()} />}
      <details>
        <summary>{t("verify.elsewhere")}</summary>
        <p className={styles.text}>{t("verify.elsewhere.text")}</p>
        <Field
          label={t("verify.kept")}
          hint={t("verify.kept.hint")}
          {...(isWrongFile && { validationState: "error", validationMessage: t("verify.kept.none") })}
        >
          {(control) => (
            <input
              {...control}
              className={styles.file}
              type="file"
              onChange={({ target }) => {
                setFile(target.files?.[0]);
                run.reset();
              }}
            />
          )}
        </Field>
        {known && (
          <>
            <p>
              {t("verify.key")} <span className={styles.key}>{known}</span>{" "}
              <CopyButton text={known} what={t("verify.key.copy")} />
            </p>
            <p>{t("verify.command")}</p>
            <code className={styles.key}>
              sealpost audit verify EXPORT.jsonl --key '{known}' --checkpoint CHECKPOINTS
            </code>
          </>
        )}
      </details>
    </section>
  );
}

function Good({ found, isKept }: { readonly found: Verified; readonly isKept: boolean }): ReactNode {
  const { t, format } = useSpeech();
  const { first, last, signed, signedAt } = found;
  return (
    <MessageBar intent={signed > 0 ? "success" : "warning"} layout="multiline">
      <MessageBarBody>
        <MessageBarTitle>
          {t("verify.good", { first: format.number(first), last: format.number(last) })}
        </MessageBarTitle>
        {signed > 0
          ? t("verify.signed", {
              signed: format.number(signed),
              time: signedAt ? format.time(signedAt) : "–",
            })
          : t("verify.unsigned")}{" "}
        {signed > 0 && last > signed && t("verify.chained", { count: last - signed })}{" "}
        {t(isKept ? "verify.against_kept" : "verify.against_itself")}
      </MessageBarBody>
    </MessageBar>
  );
}

function Bad({ error }: { readonly error: Error }): ReactNode {
  const { t } = useSpeech();
  if (error instanceof Tampered)
    return (
      <MessageBar intent="error" layout="multiline" role="alert">
        <MessageBarBody>
          <MessageBarTitle>{t("verify.bad")}</MessageBarTitle>
          {t(`verify.bad.${error.reason}`, { entry: error.entry ?? 0 })} {t("verify.bad.do")}
        </MessageBarBody>
      </MessageBar>
    );
  // A browser that cannot check this kind of signature says so in its own way.
  if (error instanceof DOMException && error.name === "NotSupportedError")
    return (
      <MessageBar intent="warning" layout="multiline" role="alert">
        <MessageBarBody>{t("verify.unsupported")}</MessageBarBody>
      </MessageBar>
    );
  return <ProblemBar error={error} />;
}
