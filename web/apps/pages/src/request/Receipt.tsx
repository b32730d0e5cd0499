import { Button, MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import { CheckmarkCircleFilled } from "@fluentui/react-icons";
import { forget } from "@sealpost/sending/upload/store.ts";
import { FileRow, Heading, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";
import { type Note, type Opened, toWhom, type Who } from "./note.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  done: { display: "flex", alignItems: "center", gap: "0.75rem" },
  icon: { flexShrink: 0, color: tokens.colorPaletteGreenForeground1, fontSize: "2.25rem" },
  facts: { display: "grid", gap: "0.5rem", margin: 0 },
  term: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  fact: { margin: 0 },
  files: { margin: 0, padding: 0, listStyle: "none" },
  hint: { margin: 0, color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem", "@media print": { display: "none" } },
});

interface Props {
  readonly note: Note;
  /** Sends in more, where the link takes it. */
  readonly onMore: (() => void) | undefined;
}

/** What was sent, when, and to whom. */
export function Receipt({ note, onMore }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const [forgotten, setForgotten] = useState(false);
  const { opened, who, receipt } = note.about;
  if (!receipt) return null;
  const size = receipt.files.reduce((sum, file) => sum + file.size, 0);
  return (
    <section className={styles.all}>
      <div className={styles.done}>
        <CheckmarkCircleFilled className={styles.icon} aria-hidden />
        <Heading>{t("request.receipt")}</Heading>
      </div>
      <dl className={styles.facts}>
        <div>
          <dt className={styles.term}>{t("request.receipt.what")}</dt>
          <dd className={styles.fact}>
            <bdi>{who.subject.trim() || opened.title}</bdi>
          </dd>
        </div>
        <div>
          <dt className={styles.term}>{t("request.receipt.to")}</dt>
          <dd className={styles.fact}>
            <To opened={opened} who={who} />
          </dd>
        </div>
        <div>
          <dt className={styles.term}>{t("request.receipt.from")}</dt>
          <dd className={styles.fact}>
            <bdi>{who.name}</bdi> <bdi>({who.email})</bdi>
          </dd>
        </div>
        <div>
          <dt className={styles.term}>{t("request.receipt.when")}</dt>
          <dd className={styles.fact}>{format.time(new Date(receipt.sentAt))}</dd>
        </div>
      </dl>
      <div>
        <strong>{t("new.files.sum", { count: receipt.files.length, size: format.size(size) })}</strong>
        <ul className={styles.files} aria-label={t("request.receipt.files")}>
          {receipt.files.map(({ name, size, crc32 }, index) => (
            // Files have no other name here, and their order stays.
            // biome-ignore lint/suspicious/noArrayIndexKey: the list never changes
            <FileRow key={index} name={name} facts={facts(size, crc32)} />
          ))}
        </ul>
      </div>
      <p className={styles.hint}>{t("request.receipt.crc")}</p>
      {opened.asksCode && <p className={styles.hint}>{t("request.receipt.mailed", { email: who.email })}</p>}
      <MessageBar intent="info" layout="multiline">
        <MessageBarBody>
          {forgotten
            ? t("request.receipt.forgotten")
            : t("request.receipt.kept", { time: format.time(new Date(note.endsAt)) })}
        </MessageBarBody>
      </MessageBar>
      <div className={styles.buttons}>
        {onMore && (
          <Button appearance="primary" onClick={onMore}>
            {t("request.receipt.more")}
          </Button>
        )}
        <Button onClick={() => window.print()}>{t("request.receipt.print")}</Button>
        {!forgotten && (
          <Button appearance="subtle" onClick={() => void forget(note).then(() => setForgotten(true))}>
            {t("request.receipt.forget")}
          </Button>
        )}
      </div>
    </section>
  );

  function facts(bytes: number, crc32: number | null): string {
    if (crc32 === null) return format.size(bytes);
    return `${format.size(bytes)} · CRC-32 ${crc32.toString(16).padStart(8, "0").toUpperCase()}`;
  }
}

/** Who gets it: whom it was chosen for, or who has asked, and of which organisation. */
function To({ opened, who }: { readonly opened: Opened; readonly who: Who }): ReactNode {
  const { requester, branding } = opened;
  const names = toWhom(opened, who);
  return (
    <>
      {requester && <bdi>{requester.name ? `${requester.name} (${requester.email})` : requester.email}</bdi>}
      {names.map((name, index) => (
        <span key={name}>
          {index > 0 && ", "}
          <bdi>{name}</bdi>
        </span>
      ))}
      {(requester || names.length > 0) && ", "}
      <bdi>{branding.name}</bdi>
    </>
  );
}
