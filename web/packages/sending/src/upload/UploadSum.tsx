import { makeStyles, ProgressBar, tokens } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { isComplete, isMoving, type Progress, sent, whole } from "./queue.ts";

const useStyles = makeStyles({
  facts: { marginTop: "0.25rem", minHeight: "1.25rem", color: tokens.colorNeutralForeground2 },
});

/** All files together: how far, how fast, how long still. */
export function UploadSum({ progress }: { readonly progress: Progress }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const [gone, total] = [sent(progress.files), whole(progress.files)];
  const share = isComplete(progress) ? 1 : total === 0 ? 0 : Math.min(gone / total, 0.999);
  const { speed } = progress;
  const facts = [
    t("uploading.sum", { sent: format.size(gone), total: format.size(total) }),
    ...(speed && isMoving(progress)
      ? [format.speed(speed), t("uploading.left", { time: format.duration((total - gone) / speed) })]
      : []),
  ];
  return (
    <div>
      <ProgressBar
        value={share}
        thickness="large"
        aria-label={t("uploading.all")}
        aria-valuetext={format.percent(share)}
      />
      <div className={styles.facts}>{facts.join(" · ")}</div>
      {/* Said now and then, and not with every byte. */}
      <div role="status" className="spoken">
        {t("uploading.spoken", { percent: format.percent(Math.floor(share * 10) / 10) })}
      </div>
    </div>
  );
}
