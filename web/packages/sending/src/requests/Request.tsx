import { Button, makeStyles, Spinner, Subtitle1, Title2, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { Heading, leadingTo, ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { TransferRow } from "../sent/TransferRow.tsx";
import { REQUESTS } from "../shell/address.ts";
import { BackLink } from "../shell/BackLink.tsx";
import { ResendProblem } from "../shell/ResendProblem.tsx";
import { HandOver } from "./HandOver.tsx";
import { StandBadge } from "./StandBadge.tsx";
import { useRequest } from "./useRequest.ts";
import { KINDS } from "./wish.ts";

/** Not all of a thousand at once. */
const AT_ONCE = 25;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", marginTop: "1rem" },
  title: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem 0.75rem" },
  facts: { color: tokens.colorNeutralForeground2 },
  message: {
    whiteSpace: "pre-wrap",
    margin: 0,
    paddingLeft: "0.75rem",
    borderLeft: `3px solid ${tokens.colorNeutralStroke1}`,
  },
  deeds: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  list: { margin: 0, padding: 0, listStyle: "none" },
  row: { padding: "0.75rem 0", borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
});

type Known = Shape<"UploadRequest">;

interface Props {
  readonly id: string;
  /** What is done with its link where it can be put in a mail at once, in place of what is to be copied. */
  readonly handOver?: ((request: Known, url: string) => ReactNode) | undefined;
  /** Whether it stands by itself, and not where a list leads to. */
  readonly alone?: boolean;
}

/** One request: its link, what has come in, and its end. */
export default function Request({ id, handOver, alone }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { query, close, resend, mailed } = useRequest(id);
  const known = query.data;

  return (
    <section className={styles.all}>
      {!alone && <BackLink {...leadingTo(REQUESTS)}>{t("requests.back")}</BackLink>}
      {!known && <Title2 as="h1">{t("requests.title")}</Title2>}
      {query.isPending && <Spinner label={t("shell.loading")} />}
      {query.error && !known && <ProblemBar error={query.error} retry={() => void query.refetch()} />}
      {known && (
        <>
          <Summary request={known.request} />
          {close.error && <ProblemBar error={close.error} />}
          {known.request.open && (
            <>
              {known.request.url &&
                (handOver?.(known.request, known.request.url) ?? (
                  <HandOver request={known.request} url={known.request.url} />
                ))}
              <div className={styles.deeds}>
                {known.request.email && (
                  <Button disabledFocusable={resend.isPending} onClick={() => resend.mutate()}>
                    {t("requests.resend")}
                  </Button>
                )}
                <Question
                  button={t("requests.close")}
                  title={t("requests.close.title")}
                  text={t("requests.close.text")}
                  no={t("requests.close.no")}
                  yes={t("requests.close.yes")}
                  busy={close.isPending}
                  onYes={() => close.mutate()}
                />
              </div>
              <div role="status">{mailed && !resend.error && t("recipient.resent")}</div>
              {resend.error && <ResendProblem error={resend.error} />}
            </>
          )}
          <Submissions request={known.request} submissions={known.submissions} />
        </>
      )}
    </section>
  );
}

function Summary({ request }: { readonly request: Known }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { max_files, max_bytes, max_uses, uses, email, asks_code } = request;
  // Of words that this page does not know, programs have made the request.
  const kinds = KINDS.filter((kind) => request.kinds?.includes(kind));
  const facts = [
    t("requests.made", { time: format.time(new Date(request.created_at)) }),
    t("requests.until", { time: format.time(new Date(request.expires_at)) }),
    t("requests.uses", { count: max_uses, uses }),
    ...(max_files ? [t("requests.files", { count: max_files })] : []),
    ...(max_bytes ? [t("requests.bytes", { size: format.size(max_bytes) })] : []),
    ...(kinds.length > 0
      ? [t("requests.kinds", { kinds: format.list(kinds.map((kind) => t(`ask.kind_${kind}`))) })]
      : []),
    ...(asks_code ? [t("requests.code")] : []),
    ...(request.mode === "zero_knowledge" ? [t("requests.sealed")] : []),
  ];
  return (
    <>
      <div className={styles.title}>
        <Heading>
          <bdi>{request.title}</bdi>
        </Heading>
        <StandBadge request={request} />
      </div>
      <div className={styles.facts}>
        {email && (
          <div>
            {t("requests.of")} <bdi>{email}</bdi>
          </div>
        )}
        {facts.join(" · ")}
      </div>
      {request.message && (
        <p className={styles.message} dir="auto">
          {request.message}
        </p>
      )}
    </>
  );
}

function Submissions({ request, submissions }: Shape<"RequestWithSubmissions">): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [most, setMost] = useState(AT_ONCE);
  return (
    <>
      <Subtitle1 as="h2">{t("requests.received")}</Subtitle1>
      {submissions.length === 0 && <div>{t(request.open ? "requests.nothing_yet" : "requests.nothing")}</div>}
      {submissions.length > 0 && (
        <ul className={styles.list}>
          {submissions.slice(0, most).map((transfer) => (
            <li key={transfer.id} className={styles.row}>
              <TransferRow transfer={transfer} />
            </li>
          ))}
        </ul>
      )}
      {submissions.length > most && (
        <div>
          <Button onClick={() => setMost(most + AT_ONCE)}>{t("sent.more")}</Button>
        </div>
      )}
    </>
  );
}
