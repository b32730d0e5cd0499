import { Button, makeStyles, mergeClasses, ProgressBar } from "@fluentui/react-components";
import { FileRow, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef } from "react";

import { FileTrouble } from "./FileTrouble.tsx";
import { type FileProgress, needsFile, type Progress, type UploadQueue } from "./queue.ts";
import { FileChanged } from "./read.ts";

const useStyles = makeStyles({
  files: { margin: 0, padding: 0, listStyle: "none" },
  // More would make the page longer than anybody scrolls.
  many: { maxHeight: "28rem", overflowY: "auto" },
  // There from the beginning, so that nothing moves when it fills.
  bar: { minHeight: "0.375rem", paddingTop: "0.25rem" },
  buttons: { display: "flex", flexWrap: "wrap", justifyContent: "end", gap: "0.25rem" },
});

interface Props {
  readonly label: string;
  readonly queue: UploadQueue;
  readonly progress: Progress;
  /** Whether a file can be left out. */
  readonly removable: boolean;
  /** What a person is told of a refusal or a fault. */
  readonly tell: (error: Error) => string;
}

/** Each file on its way: how far it is, what is wrong with it, what can be done. */
export function UploadList({ label, queue, progress, removable, tell }: Props): ReactNode {
  const styles = useStyles();
  const { files, paused } = progress;
  const many = files.length > 8;
  return (
    // A list that scrolls has to be reached by the keyboard.
    <ul
      className={mergeClasses(styles.files, many && styles.many)}
      tabIndex={many ? 0 : undefined}
      aria-label={label}
    >
      {files.map((file) => (
        <Row key={file.id} file={file} queue={queue} paused={paused} removable={removable} tell={tell} />
      ))}
    </ul>
  );
}

interface RowProps extends Omit<Props, "label" | "progress"> {
  readonly file: FileProgress;
  readonly paused: boolean;
}

function Row({ file, queue, paused, removable, tell }: RowProps): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const input = useRef<HTMLInputElement>(null);
  const { id, path, size, state, sent, checked = 0, stalled, error } = file;
  const share = size === 0 ? 0 : sent / size;
  const going = state === "uploading" && !paused;
  const said =
    state === "checking"
      ? t("uploading.checking", { percent: format.percent(size === 0 ? 0 : checked / size) })
      : going
        ? stalled
          ? t("uploading.stalled")
          : format.percent(share)
        : t(`uploading.${state === "uploading" ? "waiting" : state}`);

  const choose = (chosen: File | undefined) => {
    if (!chosen) return;
    // What has changed begins anew; what is only missing goes on if it is the same.
    if (error instanceof FileChanged) void queue.replace(id, chosen);
    else if (chosen.size === size) queue.give(id, chosen);
    else queue.refuse(id, chosen);
  };
  return (
    <FileRow
      name={path}
      facts={`${format.size(size)} · ${said}`}
      below={
        <>
          <div className={styles.bar}>
            {(going || state === "checking" || (state !== "done" && sent > 0)) && (
              <ProgressBar
                value={state === "checking" ? checked / Math.max(1, size) : share}
                aria-label={path}
                aria-valuetext={said}
              />
            )}
          </div>
          <FileTrouble
            file={file}
            tell={tell}
            onRetry={() => queue.retry(id)}
            onReplace={() => void queue.replace(id)}
          />
        </>
      }
    >
      <div className={styles.buttons}>
        {needsFile(file) && (
          <Button
            size="small"
            appearance="primary"
            aria-label={t("uploading.choose_named", { name: path })}
            onClick={() => input.current?.click()}
          >
            {t("uploading.choose")}
          </Button>
        )}
        <input
          ref={input}
          type="file"
          hidden
          onChange={({ currentTarget }) => {
            choose(currentTarget.files?.[0]);
            currentTarget.value = "";
          }}
        />
        {removable && (
          <Button
            size="small"
            appearance="subtle"
            aria-label={t("new.files.remove_named", { name: path })}
            onClick={() => queue.remove(id)}
          >
            {t("new.files.remove")}
          </Button>
        )}
      </div>
    </FileRow>
  );
}
