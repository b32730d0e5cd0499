import { Badge, Link, makeStyles, Spinner, Subtitle1, Title2, tokens } from "@fluentui/react-components";
import { Problem, type Shape } from "@sealpost/api-client";
import { type Bootstrap, FileRow, Later, leadingTo, ProblemBar, StateBadge, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";
import { openedLength } from "../sealing/standing.ts";
import { requestAddress, SENT } from "../shell/address.ts";
import { BackLink } from "../shell/BackLink.tsx";
import { Deeds } from "./Deeds.tsx";
import { Fetch } from "./Fetch.tsx";
import { fileNames } from "./fileNames.ts";
import { RecipientRow } from "./RecipientRow.tsx";
import { Removed } from "./Removed.tsx";
import { Uploader } from "./Uploader.tsx";
import { useTransfer } from "./useTransfer.ts";

const sealedDetail = () => import("../sealing/SealedDetail.tsx");

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", marginTop: "1rem" },
  list: { margin: 0, padding: 0, listStyle: "none" },
  title: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem 0.75rem" },
  facts: { color: tokens.colorNeutralForeground2 },
  message: {
    whiteSpace: "pre-wrap",
    margin: 0,
    paddingLeft: "0.75rem",
    borderLeft: `3px solid ${tokens.colorNeutralStroke1}`,
  },
});

interface Props {
  readonly id: string;
  readonly bootstrap: Bootstrap;
  /** Whether it stands by itself, and not where a list leads to. */
  readonly alone?: boolean;
}

/** One transfer: where it stands, who has had what, and what can be done. */
export default function Detail({ id, bootstrap, alone }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { query, change, purge } = useTransfer(id);
  const [secondPart, setSecondPart] = useState<string>();
  const transfer = query.data;
  const error = change.error ?? purge.error;
  const self = transfer?.recipients[0];
  const isGone = query.error instanceof Problem && query.error.code === "gone";

  return (
    <section className={styles.all}>
      {!alone && <BackLink {...leadingTo(SENT)}>{t("detail.back")}</BackLink>}
      {!transfer && !isGone && <Title2 as="h1">{t("sent.title")}</Title2>}
      {query.isPending && <Spinner label={t("shell.loading")} />}
      {isGone && <Removed id={id} />}
      {query.error && !transfer && !isGone && (
        <ProblemBar error={query.error} retry={() => void query.refetch()} />
      )}
      {transfer && (
        <>
          <Summary transfer={transfer} />
          {transfer.submission && transfer.state === "available" && self && (
            <Fetch transfer={id} recipient={self.id} />
          )}
          {error && <ProblemBar error={error} />}
          <Deeds
            transfer={transfer}
            bootstrap={bootstrap}
            busy={change.isPending || purge.isPending}
            onDeed={(deed) => change.mutate(deed)}
            onPurge={() => purge.mutate()}
          />
          <Subtitle1 as="h2">{t("detail.recipients")}</Subtitle1>
          {transfer.mode === "zero_knowledge" && transfer.sent_at && (
            <Later name="sealed" load={sealedDetail} silent>
              {(SealedDetail) => <SealedDetail transfer={transfer} onKnown={setSecondPart} />}
            </Later>
          )}
          <ul className={styles.list}>
            {transfer.recipients.map((recipient) => (
              <RecipientRow
                key={recipient.id}
                transfer={transfer}
                recipient={recipient}
                secondPart={secondPart}
                busy={change.isPending}
                onDeed={(deed) => change.mutate(deed)}
              />
            ))}
          </ul>
          <Files transfer={transfer} />
        </>
      )}
    </section>
  );
}

function Summary({ transfer }: { readonly transfer: Shape<"Transfer"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const isSealed = transfer.mode === "zero_knowledge";
  const facts = [
    t(transfer.sent_at ? "detail.sent" : "detail.created", {
      time: format.time(new Date(transfer.sent_at ?? transfer.created_at)),
    }),
    t("links.end", { time: format.time(new Date(transfer.expires_at)) }),
    t(`protection.${transfer.protection}`),
    ...(transfer.max_downloads ? [t("detail.downloads", { count: transfer.max_downloads })] : []),
    ...(transfer.send_as ? [t("detail.send_as", { address: transfer.send_as })] : []),
    ...(transfer.submission ? [] : [t(transfer.allow_reply ? "detail.replies" : "detail.no_replies")]),
  ];
  return (
    <>
      <div className={styles.title}>
        <Title2 as="h1">
          <bdi>{transfer.subject || t(isSealed ? "sealing.subject_unknown" : "sent.no_subject")}</bdi>
        </Title2>
        <StateBadge state={transfer.state} />
        {isSealed && <Badge appearance="outline">{t("sealing.by_you")}</Badge>}
      </div>
      <div className={styles.facts}>{facts.join(" · ")}</div>
      {transfer.submission && <Received submission={transfer.submission} />}
      {transfer.inspection && <div>{t(`inspection.${transfer.inspection.state}`)}</div>}
      {isSealed && <div>{t("sealing.unread")}</div>}
      {transfer.locked && <div>{t("detail.locked")}</div>}
      {transfer.message && (
        <p className={styles.message} dir="auto">
          {transfer.message}
        </p>
      )}
    </>
  );
}

function Received({ submission }: { readonly submission: Shape<"SubmittedBy"> }): ReactNode {
  const { t } = useSpeech();
  const { request_id, uploader } = submission;
  return (
    <div>
      {uploader && <Uploader uploader={uploader} />}
      {request_id && <Link {...leadingTo(requestAddress(request_id))}>{t("received.request")}</Link>}
    </div>
  );
}

function Files({ transfer }: { readonly transfer: Shape<"Transfer"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const names = fileNames(transfer, t);
  const isSealed = transfer.mode === "zero_knowledge";
  return (
    <>
      <Subtitle1 as="h2">{t("new.files")}</Subtitle1>
      <ul className={styles.list}>
        {transfer.files.map(({ id, size }) => (
          <FileRow
            key={id}
            name={names.get(id)}
            facts={format.size(isSealed ? (openedLength(size) ?? size) : size)}
          />
        ))}
      </ul>
    </>
  );
}
