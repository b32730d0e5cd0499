import { makeStyles } from "@fluentui/react-components";
import type { ChosenFile } from "@sealpost/sending/new/draft.ts";
import { FilesField } from "@sealpost/sending/new/FilesField.tsx";
import { match } from "@sealpost/sending/upload/again.ts";
import { Later } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Sending } from "./sending.ts";
import type { State } from "./state.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
});

const queue = () => import("./Queue.tsx");

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
      {underWay && (
        <Later name="queue" load={queue}>
          {(Queue) => <Queue queue={underWay.queue} />}
        </Later>
      )}
    </div>
  );
}
