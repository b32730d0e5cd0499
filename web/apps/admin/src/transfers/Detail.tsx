import { Link, MessageBar, MessageBarBody, makeStyles, Spinner, Subtitle1 } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, filtered, leadingTo, ProblemBar, StateBadge, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { type Fact, Facts } from "../parts/Facts.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";
import { BlockButton } from "./BlockButton.tsx";
import { Certificate } from "./Certificate.tsx";
import { type Deed, recordKey, useDeed } from "./deeds.ts";
import { FileTable } from "./FileTable.tsx";
import { RecipientTable } from "./RecipientTable.tsx";
import { RuleTable } from "./RuleTable.tsx";
import { shownState } from "./state.ts";
import { stepsOf } from "./steps.ts";
import { subjectOf } from "./subject.ts";
import { Timeline } from "./Timeline.tsx";

/** How many entries of the audit log come along at most. */
const ENTRIES = 200;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
  part: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
});

/** One transfer: where it stands, who has it, what happened to it and what shows that. */
export default function Detail({ id }: { readonly id: string }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const query = useQuery({
    queryKey: recordKey(id),
    queryFn: () =>
      answer(api.GET("/api/v1/admin/transfers/{transfer_id}", { params: { path: { transfer_id: id } } })),
  });
  if (query.data) return <Record record={query.data} />;
  return (
    <section className={styles.all}>
      <SectionHead
        title={t("transfers.one")}
        back={{ to: address("transfers"), text: t("transfers.back") }}
      />
      {query.error ? (
        <ProblemBar error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Spinner label={t("shell.loading")} />
      )}
    </section>
  );
}

function Record({ record }: { readonly record: Shape<"TransferRecord"> }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { mayChange } = useMe();
  const deed = useDeed();
  const [done, setDone] = useState<string>();
  const isPurged = record.state === "purged";
  const what = subjectOf(record, t);
  const isSealed = record.mode === "zero_knowledge";

  const act = (wish: Deed["do"], recipient?: Shape<"LogRecipient">) => {
    setDone(undefined);
    const whom = recipient ? (recipient.email ?? t("transfers.who.recipient")) : what;
    const said = t(wish === "block" ? "transfers.blocked" : "transfers.unblocked", { what: whom });
    deed.mutate(
      { do: wish, transfer: record.id, ...(recipient && { recipient: recipient.id }) },
      { onSuccess: () => setDone(said) },
    );
  };

  return (
    <section className={styles.all}>
      <SectionHead
        back={{ to: address("transfers"), text: t("transfers.back") }}
        title={<bdi>{what}</bdi>}
        beside={<StateBadge state={shownState(record.state)} />}
        deeds={
          mayChange && <BlockButton state={record.state} what={what} isBusy={deed.isPending} onDeed={act} />
        }
      />
      <Done>{done}</Done>
      {deed.error && <ProblemBar error={deed.error} />}
      <Summary record={record} />
      {isPurged ? (
        <Certificate id={record.id} />
      ) : (
        <RecipientTable recipients={record.recipients} isBusy={deed.isPending} onDeed={act} />
      )}
      {isSealed && record.files.length > 0 && <FileTable files={record.files} />}
      {record.rules.length > 0 && <RuleTable rules={record.rules} />}
      <Way record={record} />
    </section>
  );
}

function Summary({ record }: { readonly record: Shape<"TransferRecord"> }): ReactNode {
  const { t, format } = useSpeech();
  const time = (at: string | undefined) => at && format.time(new Date(at));
  const person = (email: string | undefined) => email && <bdi>{email}</bdi>;
  const { sender, uploader } = record;
  const facts: readonly Fact[] = [
    [t("transfers.sender"), person(uploader ?? sender) ?? t("transfers.no_user")],
    [t("transfers.receiver"), uploader ? person(sender) : undefined],
    [t("transfers.by_request"), record.request_id && <Source key="request" request={record.request_id} />],
    [t("transfers.by_portal"), record.portal_id && <Source key="portal" portal={record.portal_id} />],
    [t("transfers.created"), time(record.created_at)],
    [t("transfers.sent"), time(record.sent_at)],
    [t("transfers.blocked_since"), time(record.blocked_at)],
    [t("transfers.ends"), record.purged_at ? undefined : time(record.expires_at)],
    [t("transfers.purged"), time(record.purged_at)],
    [t("transfers.mode"), record.mode && t(`transfers.mode.${record.mode}`)],
    [t("transfers.protection"), record.protection && t(`protection.${record.protection}`)],
    [
      t("transfers.files"),
      t("transfers.file_count", { count: record.file_count, size: format.size(record.byte_count) }),
    ],
    [t("transfers.id"), <code key="id">{record.id}</code>],
  ];
  return <Facts facts={facts} />;
}

/** By what it has come in, and the way to what else has. */
function Source(by: { readonly request: string } | { readonly portal: string }): ReactNode {
  const { t } = useSpeech();
  return (
    <>
      <code>{"request" in by ? by.request : by.portal}</code>{" "}
      <Link {...leadingTo(filtered(address("transfers"), by))}>
        {t("request" in by ? "transfers.same_request" : "transfers.same_portal")}
      </Link>
    </>
  );
}

/** What happened, and where all of it stands. */
function Way({ record }: { readonly record: Shape<"TransferRecord"> }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <div className={styles.part}>
      <Subtitle1 as="h2">{t("transfers.way")}</Subtitle1>
      {record.entries.length >= ENTRIES && (
        <MessageBar layout="multiline">
          <MessageBarBody>{t("transfers.way_cut", { count: ENTRIES })}</MessageBarBody>
        </MessageBar>
      )}
      <Timeline steps={stepsOf(record)} />
      <div>
        <Link {...leadingTo(`${address("audit")}?${new URLSearchParams({ transfer: record.id })}`)}>
          {t("transfers.in_audit")}
        </Link>
      </div>
    </div>
  );
}
