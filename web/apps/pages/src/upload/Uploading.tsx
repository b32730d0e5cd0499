import { Button, makeStyles, ProgressBar } from "@fluentui/react-components";
import { FileRow, Heading, ProblemBar, type TextKey, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useSyncExternalStore } from "react";

import { totalBytes } from "../new/draft.ts";
import { type FileProgress, isComplete, type Progress, sent, type UploadQueue } from "./queue.ts";
import { useCarefulLeaving } from "./useCarefulLeaving.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  files: { margin: 0, padding: 0, listStyle: "none" },
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
export function Uploading({ queue, error, onComplete, onCancel }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const progress = useSyncExternalStore(queue.subscribe, queue.snapshot);
  const complete = isComplete(progress);
  useCarefulLeaving(!complete);

  useEffect(() => {
    const resume = () => queue.resume();
    window.addEventListener("online", resume);
    return () => window.removeEventListener("online", resume);
  }, [queue]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the last byte is in
  useEffect(() => {
    if (complete) onComplete();
  }, [complete]);

  const total = totalBytes(progress.files.map(({ chosen }) => chosen));
  const gone = sent(progress.files);
  const share = total === 0 ? 1 : gone / total;
  const { speed, paused } = progress;
  const facts = [
    t("uploading.sum", { sent: format.size(gone), total: format.size(total) }),
    ...(speed && !complete
      ? [format.speed(speed), t("uploading.left", { time: format.duration((total - gone) / speed) })]
      : []),
  ];

  return (
    <section className={styles.all}>
      <Heading>{t(heading(progress, complete, error))}</Heading>
      <ProgressBar
        value={share}
        thickness="large"
        aria-label={t("uploading.all")}
        aria-valuetext={format.percent(share)}
      />
      <div>{facts.join(" · ")}</div>
      {/* Said now and then, and not with every byte. */}
      <div role="status" className="spoken">
        {t("uploading.spoken", { percent: format.percent(Math.floor(share * 10) / 10) })}
      </div>
      {error && <ProblemBar error={error} retry={onComplete} />}
      <ul className={styles.files} aria-label={t("new.files.list")}>
        {progress.files.map((file) => (
          <Row
            key={file.chosen.id}
            file={file}
            queue={queue}
            paused={paused}
            alone={progress.files.length === 1}
          />
        ))}
      </ul>
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

interface RowProps {
  readonly file: FileProgress;
  readonly queue: UploadQueue;
  readonly paused: boolean;
  readonly alone: boolean;
}

function Row({ file: { chosen, state, sent, error }, queue, paused, alone }: RowProps): ReactNode {
  const { t, format } = useSpeech();
  const said =
    state === "uploading" && !paused
      ? format.percent(chosen.file.size === 0 ? 0 : sent / chosen.file.size)
      : t(`uploading.${state === "uploading" ? "waiting" : state}`);
  return (
    <FileRow
      name={chosen.path}
      facts={`${format.size(chosen.file.size)} · ${said}`}
      below={error && <ProblemBar error={error} retry={() => queue.retry(chosen.id)} />}
    >
      {state !== "done" && !alone && (
        <Button
          size="small"
          appearance="subtle"
          aria-label={t("new.files.remove_named", { name: chosen.path })}
          onClick={() => queue.remove(chosen.id)}
        >
          {t("new.files.remove")}
        </Button>
      )}
    </FileRow>
  );
}
