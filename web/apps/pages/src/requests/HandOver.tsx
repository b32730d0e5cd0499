import { Link, makeStyles, Subtitle1, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { CopyButton, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { letter, mailto } from "./letter.ts";

const useStyles = makeStyles({
  line: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem" },
  copied: {
    padding: "0.375rem 0.5rem",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    background: tokens.colorNeutralBackground2,
    minWidth: 0,
    userSelect: "all",
  },
  letter: { margin: 0, padding: "0.75rem", whiteSpace: "pre-wrap" },
});

interface Props {
  readonly request: Shape<"UploadRequest">;
  readonly url: string;
}

/** What is handed to whoever is to send: the link alone, or with words around it. */
export function HandOver({ request, url }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const text = letter(request, url, t, format);
  return (
    <>
      <Subtitle1 as="h2">{t("request.link")}</Subtitle1>
      <div>{t(request.email ? "request.link.bound" : "request.link.hint")}</div>
      <div className={styles.line}>
        <code className={styles.copied}>{url}</code>
        <CopyButton text={url} what={t("request.link.copy")} />
      </div>
      <Subtitle1 as="h2">{t("request.letter")}</Subtitle1>
      <p className={`${styles.copied} ${styles.letter}`} dir="auto">
        {text}
      </p>
      <div className={styles.line}>
        <CopyButton text={text} what={t("request.letter.copy")} />
        <Link href={mailto(request, text)}>{t("request.letter.mail")}</Link>
      </div>
    </>
  );
}
