import { Button, makeStyles } from "@fluentui/react-components";
import type { ChosenFile } from "@sealpost/sending/new/draft.ts";
import { FilesField } from "@sealpost/sending/new/FilesField.tsx";
import { match } from "@sealpost/sending/upload/again.ts";
import { MissingFiles } from "@sealpost/sending/upload/MissingFiles.tsx";
import { isComplete, type UploadQueue } from "@sealpost/sending/upload/queue.ts";
import { UploadList } from "@sealpost/sending/upload/UploadList.tsx";
import { UploadSum } from "@sealpost/sending/upload/UploadSum.tsx";
import { usePersistence } from "@sealpost/sending/upload/usePersistence.ts";
import { told, useSpeech } from "@sealpost/ui";
import { type ReactNode, useSyncExternalStore } from "react";

import type { Sending, State } from "./sending.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
});

interface Props {
  readonly sending: Sending;
  readonly state: State;
  /** What is wrong with files that were just chosen: they were not taken. */
  readonly fault: string | undefined;
  readonly onChosen: (files: readonly ChosenFile[]) => void;
}

/** The files of the mail: chosen or dropped here, and on their way from that moment. */
export function Files({ sending, state: { underWay, waiting, stage }, fault, onChosen }: Props): ReactNode {
  const styles = useStyles();
  const chosen = (files: readonly ChosenFile[]) => {
    if (waiting.length > files.length) {
      const left = new Set(files.map(({ id }) => id));
      for (const { id } of waiting) if (!left.has(id)) sending.leaveOut(id);
      return;
    }
    const known = new Set(waiting.map(({ id }) => id));
    const fresh = files.filter(({ id }) => !known.has(id));
    if (!underWay) return onChosen(fresh);
    // What was begun before the pane was closed goes on, if it is chosen again.
    const missing = underWay.queue.snapshot().files.filter((file) => file.state === "missing");
    const { same, other, fresh: others } = match(missing, fresh);
    for (const { id, file } of same) underWay.queue.give(id, file);
    for (const { id, file } of other) underWay.queue.refuse(id, file);
    if (others.length > 0) onChosen(others);
  };
  return (
    <div className={styles.all}>
      <FilesField files={stage === "draft" ? [] : waiting} fault={fault} onChange={chosen} />
      {underWay && <Queue queue={underWay.queue} />}
    </div>
  );
}

function Queue({ queue }: { readonly queue: UploadQueue }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const progress = useSyncExternalStore(queue.subscribe, queue.snapshot);
  usePersistence(queue);
  const { files, paused } = progress;
  const missing = files.filter(({ state }) => state === "missing");
  if (files.length === 0) return null;
  return (
    <div className={styles.all}>
      <UploadSum progress={progress} />
      {missing.length > 1 && <MissingFiles queue={queue} missing={missing} />}
      <UploadList
        label={t("new.files.list")}
        queue={queue}
        progress={progress}
        removable
        tell={(trouble) => told(trouble, t)}
      />
      {!isComplete(progress) && (
        <div>
          <Button size="small" onClick={() => (paused ? queue.resume() : queue.pause())}>
            {t(paused ? "uploading.resume" : "uploading.pause")}
          </Button>
        </div>
      )}
    </div>
  );
}
