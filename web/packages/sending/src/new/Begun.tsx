import {
  Button,
  MessageBar,
  MessageBarActions,
  MessageBarBody,
  makeStyles,
} from "@fluentui/react-components";
import { ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { begun } from "../upload/again.ts";
import { discard, goOn, type UnderWay, type Unfinished, unfinished } from "./underWay.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem", marginTop: "1rem" },
});

interface Props {
  readonly user: string;
  readonly onGoOn: (underWay: UnderWay) => void;
}

/** What the reader has begun to send and not sent: he goes on with it, or throws it away. */
export default function Begun({ user, onGoOn }: Props): ReactNode {
  const styles = useStyles();
  const queries = useQueryClient();
  const queryKey = ["begun", user];
  const { data, error, refetch } = useQuery({ queryKey, queryFn: () => unfinished(user), staleTime: 0 });
  const going = useMutation({
    mutationFn: goOn,
    onSuccess: (underWay) => {
      // Or another tab has it meanwhile.
      if (underWay) onGoOn(underWay);
      else void refetch();
    },
  });
  const throwing = useMutation({
    mutationFn: ({ note }: Unfinished) => discard(note),
    onSettled: () => queries.invalidateQueries({ queryKey }),
  });
  const wrong = error ?? going.error ?? throwing.error;
  if (!wrong && !data?.length) return null;
  return (
    <div className={styles.all}>
      {wrong && <ProblemBar error={wrong} retry={() => void refetch()} />}
      {data?.map((one) => (
        <One
          key={one.note.transfer}
          unfinished={one}
          busy={going.isPending || throwing.isPending}
          onGoOn={() => going.mutate(one)}
          onThrowAway={() => throwing.mutate(one)}
        />
      ))}
    </div>
  );
}

interface OneProps {
  readonly unfinished: Unfinished;
  readonly busy: boolean;
  readonly onGoOn: () => void;
  readonly onThrowAway: () => void;
}

function One({ unfinished: { note, files, stored }, busy, onGoOn, onThrowAway }: OneProps): ReactNode {
  const { t, format } = useSpeech();
  const { subject, recipients } = note.about;
  const here = begun(files, stored).filter(({ state }) => state === "done").length;
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>
        {t("begun.told")} <bdi>{subject || t("sent.no_subject")}</bdi>. {t("begun.to")}{" "}
        <bdi>{format.list(recipients.slice(0, 3))}</bdi>
        {recipients.length > 3 && ` ${t("begun.more", { count: recipients.length - 3 })}`}.{" "}
        {t("begun.files", { count: files.length, here })}
      </MessageBarBody>
      <MessageBarActions>
        <Button appearance="primary" disabledFocusable={busy} onClick={onGoOn}>
          {t("begun.go_on")}
        </Button>
        <Question
          button={t("begun.discard")}
          title={t("begun.discard.title")}
          text={t("begun.discard.text")}
          no={t("detail.purge.no")}
          yes={t("begun.discard")}
          busy={busy}
          onYes={onThrowAway}
        />
      </MessageBarActions>
    </MessageBar>
  );
}
