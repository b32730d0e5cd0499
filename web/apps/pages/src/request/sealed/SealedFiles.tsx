import { Button, MessageBar, MessageBarBody, makeStyles, Spinner } from "@fluentui/react-components";
import { SealedError } from "@sealpost/sealed";
import { KEYS } from "@sealpost/sending/keys/texts.ts";
import { NoSealer } from "@sealpost/sending/sealing/NoSealer.ts";
import { Heading, useSpeech } from "@sealpost/ui";
import { MoreTexts } from "@sealpost/ui/more";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { FilesStep } from "../FilesStep.tsx";
import type { Note } from "../note.ts";
import { Trouble } from "../Trouble.tsx";
import type { Begun } from "../useSubmission.ts";
import { Changed } from "./Changed.tsx";
import { KeyChanged } from "./sealedIn.ts";
import { prepare } from "./way.ts";

const useStyles = makeStyles({
  all: { display: "grid", gap: "1rem", justifyItems: "start" },
});

interface Props {
  readonly arrival: Begun;
  readonly onSent: (note: Note) => void;
  readonly onOver: () => void;
}

/** Files that are sealed in this browser on their way. */
export default function SealedFiles(props: Props): ReactNode {
  return (
    <MoreTexts name="keys" catalogues={KEYS}>
      <Prepared {...props} />
    </MoreTexts>
  );
}

function Prepared({ arrival, onSent, onOver }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { data, error, refetch, isFetching } = useQuery({
    queryKey: ["sealed-in", arrival.note.transfer],
    queryFn: () => prepare(arrival),
    // Once: what is under way stays what it is.
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    structuralSharing: false,
  });
  if (data)
    return (
      <FilesStep
        arrival={arrival}
        way={() => data}
        onSent={onSent}
        onOver={onOver}
        trouble={(failed, again) =>
          failed instanceof KeyChanged ? (
            <Changed
              error={failed}
              onAccept={() => {
                void data.into.accept(failed.now).then(again);
              }}
            />
          ) : undefined
        }
      />
    );
  if (!error) return <Spinner label={t("shell.loading")} />;
  return (
    <section className={styles.all}>
      <Heading>{t("to_key.not")}</Heading>
      {error instanceof NoSealer || error instanceof SealedError ? (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>
            {t(error instanceof NoSealer ? "to_key.not.worker" : "to_key.not.key")}
          </MessageBarBody>
        </MessageBar>
      ) : (
        <Trouble error={error} />
      )}
      <Button appearance="primary" disabledFocusable={isFetching} onClick={() => void refetch()}>
        {t("problem.retry")}
      </Button>
    </section>
  );
}
