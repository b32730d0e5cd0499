import { Button, makeStyles, Spinner, Subtitle1 } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { CopiedLine } from "@sealpost/sending/shell/CopiedLine.tsx";
import { type Bootstrap, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { OutlookProblem } from "../compose/OutlookProblem.tsx";
import type { Compose } from "../office/compose.ts";
import { isInMail } from "./block.ts";
import { LanguageOfMail } from "./LanguageOfMail.tsx";
import { standingKey, usePutting } from "./useWanted.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem", justifyItems: "start" },
});

interface Props {
  readonly mail: Compose;
  readonly bootstrap: Bootstrap;
  readonly request: Shape<"UploadRequest">;
  readonly url: string;
}

/** Whether the link of a request stands in the mail that is being written, and what puts it there. */
export function InMail({ mail, bootstrap, request, url }: Props): ReactNode {
  const styles = useStyles();
  const { t, language: spoken } = useSpeech();
  const [language, setLanguage] = useState(spoken);
  const putting = usePutting(mail, bootstrap);
  const standing = useQuery({
    queryKey: standingKey(request.id),
    queryFn: () => isInMail(mail, url).catch(() => false),
    staleTime: 0,
  });
  if (standing.isPending) return <Spinner label={t("shell.loading")} />;
  return (
    <div className={styles.all}>
      <Subtitle1 as="h2">{t("requests.link")}</Subtitle1>
      <div role="status">{t(standing.data ? "wanted.stands" : "wanted.missing")}</div>
      {!standing.data && <LanguageOfMail value={language} onChange={setLanguage} />}
      {!standing.data && (
        <Button
          appearance="primary"
          disabledFocusable={putting.isPending}
          onClick={() => putting.mutate({ request, language })}
        >
          {t("wanted.put")}
        </Button>
      )}
      {putting.error && <OutlookProblem error={putting.error} text={t("wanted.failed")} />}
      <CopiedLine text={url} what={t("requests.link.copy")} />
    </div>
  );
}
