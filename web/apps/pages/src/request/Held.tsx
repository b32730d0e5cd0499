import { Button, makeStyles } from "@fluentui/react-components";
import { Heading, Later, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Arrival } from "./arrive.ts";
import { FilesStep } from "./FilesStep.tsx";
import type { Note } from "./note.ts";
import { useHold } from "./useHold.ts";

const sealedFiles = () => import("./sealed/SealedFiles.tsx");

const useStyles = makeStyles({
  all: { display: "grid", gap: "1rem", justifyItems: "start" },
  text: { margin: 0 },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

interface Props {
  readonly arrival: Extract<Arrival, { step: "files" }>;
  readonly onSent: (note: Note) => void;
  readonly onOver: () => void;
}

/** Files, in one tab at a time. */
export default function Held({ arrival, onSent, onOver }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { hold, take } = useHold(arrival.note.transfer);
  switch (hold) {
    case "asking":
      return null;
    case "here":
      return arrival.note.about.opened.sealing ? (
        <Later name="sealed-files" load={sealedFiles}>
          {(SealedFiles) => <SealedFiles arrival={arrival} onSent={onSent} onOver={onOver} />}
        </Later>
      ) : (
        <FilesStep arrival={arrival} onSent={onSent} onOver={onOver} />
      );
    case "elsewhere":
      return (
        <section className={styles.all}>
          <Heading>{t("request.elsewhere")}</Heading>
          <p className={styles.text}>{t("request.elsewhere.why")}</p>
          <div className={styles.buttons}>
            <Button appearance="primary" onClick={take}>
              {t("request.elsewhere.take")}
            </Button>
            <Button onClick={() => window.location.reload()}>{t("problem.retry")}</Button>
          </div>
        </section>
      );
  }
}
