import { Button, makeStyles } from "@fluentui/react-components";
import { Heading, ProblemBar, type TextKey, useCarefulLeaving, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";

import { toldOfSealing } from "../sealing/told.ts";
import { MissingFiles } from "./MissingFiles.tsx";
import { isComplete, type Progress, type UploadQueue } from "./queue.ts";
import { UploadList } from "./UploadList.tsx";
import { UploadSum } from "./UploadSum.tsx";
import { usePersistence } from "./usePersistence.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

interface Props {
  readonly queue: UploadQueue;
  /** What went wrong when it was to be sent, after everything had come in. */
  readonly error: Error | null;
  readonly onComplete: () => void;
  readonly onCancel: () => void;
}

/** Files on their way: how far, how fast, how long still. */
export default function Uploading({ queue, error, onComplete, onCancel }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const progress = useSyncExternalStore(queue.subscribe, queue.snapshot);
  const { files, paused } = progress;
  const complete = isComplete(progress);
  const missing = files.filter(({ state }) => state === "missing");
  useCarefulLeaving(!complete);
  usePersistence(queue);

  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the last byte is in
  useEffect(() => {
    if (complete) onComplete();
  }, [complete]);

  return (
    <section className={styles.all}>
      <Heading>{t(heading(progress, complete, error))}</Heading>
      <UploadSum progress={progress} />
      {error && <ProblemBar error={error} retry={onComplete} />}
      {missing.length > 1 && <MissingFiles queue={queue} missing={missing} />}
      <UploadList
        label={t("new.files.list")}
        queue={queue}
        progress={progress}
        removable={files.length > 1 && (!complete || error !== null)}
        tell={(trouble) => toldOfSealing(trouble, t)}
      />
      <div className={styles.buttons}>
        {!complete && (
          <Button onClick={() => (paused ? queue.resume() : queue.pause())}>
            {t(paused ? "uploading.resume" : "uploading.pause")}
          </Button>
        )}
        <Button appearance="subtle" onClick={onCancel}>
          {t("uploading.cancel")}
        </Button>
      </div>
    </section>
  );
}

function heading({ paused }: Progress, complete: boolean, error: Error | null): TextKey {
  if (complete) return error ? "uploading.unsent" : "uploading.sending";
  return paused ? "uploading.paused" : "uploading.title";
}
