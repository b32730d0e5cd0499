import { Button, makeStyles } from "@fluentui/react-components";
import { toldOfSealing } from "@sealpost/sending/sealing/told.ts";
import { MissingFiles } from "@sealpost/sending/upload/MissingFiles.tsx";
import { isComplete, type UploadQueue } from "@sealpost/sending/upload/queue.ts";
import { UploadList } from "@sealpost/sending/upload/UploadList.tsx";
import { UploadSum } from "@sealpost/sending/upload/UploadSum.tsx";
import { usePersistence } from "@sealpost/sending/upload/usePersistence.ts";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useSyncExternalStore } from "react";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
});

/** Files on their way into the transfer of the mail. */
export default function Queue({ queue }: { readonly queue: UploadQueue }): ReactNode {
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
        tell={(trouble) => toldOfSealing(trouble, t)}
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
