import { Button, makeStyles } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect } from "react";

import { useSecondPart } from "./useSecondPart.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem", justifyItems: "start" },
});

interface Props {
  readonly transfer: Shape<"Transfer">;
  /** Hears the second part of its links, or that this browser does not know it. */
  readonly onKnown: (secondPart: string | undefined) => void;
}

/** Whether this browser can show the links of a transfer whole that was sealed in it. */
export default function SealedDetail({ transfer, onKnown }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { secondPart, isPending, forget } = useSecondPart(transfer.id, transfer.expires_at);
  useEffect(() => onKnown(secondPart), [secondPart, onKnown]);
  if (isPending) return null;
  return (
    <div className={styles.all}>
      <div>{t(secondPart ? "sealing.known" : "sealing.unknown")}</div>
      {secondPart && (
        <Button size="small" onClick={forget}>
          {t("sealing.forget")}
        </Button>
      )}
    </div>
  );
}
