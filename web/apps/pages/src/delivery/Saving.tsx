import { Button, makeStyles, ProgressBar, tokens } from "@fluentui/react-components";
import { type TextKey, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Download } from "./download/downloads.ts";
import { MOST_IN_MEMORY } from "./download/ways.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.375rem", padding: "0.25rem 0" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  facts: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  saved: { color: tokens.colorPaletteGreenForeground1, fontSize: "0.8125rem" },
  failed: { color: tokens.colorPaletteRedForeground1, fontSize: "0.8125rem" },
});

interface Props {
  readonly name: string;
  /** What stands on the button, if that is more than what it does. */
  readonly label?: string;
  readonly download: Download | undefined;
  readonly onSave: () => void;
  readonly onCancel: () => void;
}

/** How something is saved: begun, how far it is, what came of it. */
export function Saving({ name, label, download, onSave, onCancel }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const isRunning = download?.state === "running";
  const isAgain = download?.state === "failed";
  const button = isAgain ? t("delivery.again") : (label ?? t("delivery.save"));
  const named = isAgain ? t("delivery.again_named", { name }) : t("delivery.save_named", { name });
  const needsPage = download?.state === "failed" && download.why === "over";
  return (
    <div className={styles.all}>
      {isRunning && <Running name={name} download={download} />}
      <div role="status">
        {download?.state === "saved" && <span className={styles.saved}>{t("delivery.saved")}</span>}
        {download?.state === "failed" && (
          <span className={styles.failed}>
            {t("delivery.failed")}{" "}
            {t(`delivery.failed.${download.why}` as TextKey, { most: format.size(MOST_IN_MEMORY) })}
            {download.left && download.why !== "altered" && ` ${t("delivery.failed.left")}`}
          </span>
        )}
      </div>
      <div className={styles.buttons}>
        {isRunning ? (
          <Button aria-label={t("delivery.cancel_named", { name })} onClick={onCancel}>
            {t("delivery.cancel")}
          </Button>
        ) : needsPage ? (
          <Button onClick={() => location.reload()}>{t("delivery.again.page")}</Button>
        ) : (
          <Button
            appearance={label ? "primary" : "secondary"}
            aria-label={label && !isAgain ? undefined : named}
            onClick={onSave}
          >
            {button}
          </Button>
        )}
      </div>
    </div>
  );
}

type Going = Extract<Download, { state: "running" }>;

function Running({ name, download }: { readonly name: string; readonly download: Going }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { taken, length, speed } = download;
  const share = length === 0 ? 0 : Math.min(taken / length, 0.999);
  const facts = [
    t("delivery.running", { taken: format.size(taken), length: format.size(length) }),
    ...(speed
      ? [format.speed(speed), t("delivery.running.left", { time: format.duration((length - taken) / speed) })]
      : []),
  ];
  return (
    <div>
      <ProgressBar
        value={share}
        aria-label={t("delivery.running.named", { name })}
        aria-valuetext={format.percent(share)}
      />
      <div className={styles.facts}>{facts.join(" · ")}</div>
    </div>
  );
}
