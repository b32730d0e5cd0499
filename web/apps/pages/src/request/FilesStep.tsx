import { Button, MessageBar, MessageBarBody, makeStyles, tokens } from "@fluentui/react-components";
import { NoConnection } from "@sealpost/api-client";
import {
  type FileProgress,
  isComplete,
  isMoving,
  needsFile,
  type Progress,
  whole,
} from "@sealpost/sending/upload/queue.ts";
import { UploadList } from "@sealpost/sending/upload/UploadList.tsx";
import { UploadSum } from "@sealpost/sending/upload/UploadSum.tsx";
import { usePersistence } from "@sealpost/sending/upload/usePersistence.ts";
import { Fault, type TextKey, useCarefulLeaving, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";
import { Asked } from "./Asked.tsx";
import type { Arrival } from "./arrive.ts";
import { FileDrop } from "./FileDrop.tsx";
import type { Note } from "./note.ts";
import { Refused } from "./Refused.tsx";
import { StepHeading } from "./StepHeading.tsx";
import { Steps } from "./Steps.tsx";
import { Trouble } from "./Trouble.tsx";
import { toldUploader } from "./told.ts";
import { useSubmission, type Way } from "./useSubmission.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  hint: { margin: 0, color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
});

interface Props {
  readonly arrival: Extract<Arrival, { step: "files" }>;
  readonly onSent: (note: Note) => void;
  readonly onOver: () => void;
  /** How they are sealed on their way, if they are. */
  readonly way?: (arrival: Props["arrival"]) => Way;
  /** What is said of errors that others do not have. */
  readonly trouble?: (error: Error, again: () => void) => ReactNode | undefined;
}

/** Files: they come in as they are chosen, and are handed over when a person says so. */
export function FilesStep({ arrival, onSent, onOver, way, trouble }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { opened } = arrival.note.about;
  const handled = useSubmission(arrival, onSent, onOver, way);
  const { queue, progress, wanted, sending } = handled;
  const [tried, setTried] = useState(false);
  const { files, paused } = progress;
  // What was begun and has nothing yet is as good as new.
  const [again] = useState(() => arrival.again && files.length > 0);
  const missing = files.some(needsFile);
  useCarefulLeaving(isMoving(progress));
  usePersistence(queue);

  const press = () => {
    setTried(true);
    if (files.length > 0) handled.want(!wanted);
  };
  return (
    <>
      <Asked opened={opened} whole={false} />
      <Steps current="files" code={opened.asksCode} />
      <StepHeading taken>{t(again ? "request.files.again" : "request.files")}</StepHeading>
      <div className={styles.all}>
        {again && (missing || isComplete(progress)) && (
          <MessageBar intent="info" layout="multiline">
            <MessageBarBody>{t(missing ? "request.again.missing" : "request.again.whole")}</MessageBarBody>
          </MessageBar>
        )}
        <FileDrop onFiles={handled.add} />
        <Refused refused={handled.refused} limits={opened} onSeen={handled.seen} />
        {files.length > 0 && (
          <>
            <UploadSum progress={progress} />
            <p className={styles.hint}>
              {t("new.files.sum", { count: files.length, size: format.size(whole(files)) })}
            </p>
            <UploadList
              label={t("new.files.list")}
              queue={queue}
              progress={progress}
              removable={!sending}
              tell={(error) => toldUploader(error, t)}
            />
          </>
        )}
        {tried && files.length === 0 && <Fault id="no-files">{t("new.files.none")}</Fault>}
        {handled.error &&
          (trouble?.(handled.error, () => handled.want(true)) ?? (
            <Trouble error={handled.error} retry={() => handled.want(true)} />
          ))}
        <p className={styles.hint} role="status">
          {t(state(progress, wanted, sending))}
        </p>
        <div className={styles.buttons}>
          <Button appearance="primary" size="large" disabledFocusable={sending} onClick={press}>
            {t(sending ? "uploading.sending" : wanted ? "request.files.not_yet" : "request.files.send")}
          </Button>
          {(paused || isMoving(progress)) && (
            <Button size="large" onClick={() => (paused ? queue.resume() : queue.pause())}>
              {t(paused ? "uploading.resume" : "uploading.pause")}
            </Button>
          )}
        </div>
      </div>
    </>
  );
}

/** Where it stands, in a sentence. */
function state(progress: Progress, wanted: boolean, sending: boolean): TextKey {
  const { files, paused } = progress;
  if (files.length === 0) return "request.state.empty";
  if (sending) return "request.state.sending";
  if (isComplete(progress)) return "request.state.complete";
  const isAway = ({ error }: FileProgress) => error instanceof NoConnection;
  if (files.some((file) => needsFile(file) || (file.error && !isAway(file)))) return "request.state.trouble";
  if (files.some((file) => file.stalled || isAway(file))) return "request.state.offline";
  if (paused) return "request.state.paused";
  return wanted ? "request.state.wanted" : "request.state.moving";
}
