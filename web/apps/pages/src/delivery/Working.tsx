import { makeStyles, Spinner } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Unlocking } from "./useUnlock.ts";

const useStyles = makeStyles({ all: { minHeight: "1.5rem" } });

/** What takes time now, in a sentence that is heard, too. */
export function Working({ working }: Pick<Unlocking, "working">): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <div role="status" className={styles.all}>
      {working && <Spinner size="tiny" label={t(`delivery.working.${working}`)} />}
    </div>
  );
}
