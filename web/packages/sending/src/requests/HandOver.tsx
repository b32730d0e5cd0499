import { Link, makeStyles, Subtitle1, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { CopyButton, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { CopiedLine } from "../shell/CopiedLine.tsx";
import { mailto } from "../shell/mailto.ts";
import { letter } from "./letter.ts";

const useStyles = makeStyles({
  line: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem" },
  letter: {
    margin: 0,
    padding: "0.75rem",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusMedium,
    background: tokens.colorNeutralBackground2,
    whiteSpace: "pre-wrap",
    userSelect: "all",
  },
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
      <Subtitle1 as="h2">{t("requests.link")}</Subtitle1>
      <div>{t(request.email ? "requests.link.bound" : "requests.link.hint")}</div>
      <CopiedLine text={url} what={t("requests.link.copy")} />
      <Subtitle1 as="h2">{t("requests.letter")}</Subtitle1>
      <p className={styles.letter} dir="auto">
        {text}
      </p>
      <div className={styles.line}>
        <CopyButton text={text} what={t("requests.letter.copy")} />
        <Link href={mailto(request.email ?? "", request.title, text)}>{t("requests.letter.mail")}</Link>
      </div>
    </>
  );
}
