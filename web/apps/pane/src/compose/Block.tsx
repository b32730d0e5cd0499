import { Button, Field, makeStyles, Select } from "@fluentui/react-components";
import { LANGUAGE_NAMES, LANGUAGES, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef } from "react";

import { OutlookProblem } from "./OutlookProblem.tsx";
import { Section } from "./Section.tsx";
import type { Sending } from "./sending.ts";
import type { State } from "./state.ts";

const useStyles = makeStyles({
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

interface Props {
  readonly sending: Sending;
  readonly state: State;
}

/** The link in the mail: whether it is there, and in which language it speaks. */
export function Block({ sending, state }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { block, blockError, complete, language, url } = state;
  const status = useRef<HTMLDivElement>(null);
  // The button goes when it is done: the keyboard stays where that is said.
  const insert = () => void sending.insert().then(() => status.current?.focus());
  const said = block === "absent" && complete ? "compose.block.not" : (`compose.block.${block}` as const);
  return (
    <Section title={t("compose.block")}>
      <div ref={status} tabIndex={-1} role="status">
        {t(said)}
      </div>
      {blockError && (
        <OutlookProblem
          error={blockError}
          text={t("compose.block.failed", { url: url ?? "" })}
          retry={insert}
        />
      )}
      {block !== "present" && (
        <div className={styles.buttons}>
          <Button appearance={complete ? "primary" : "secondary"} onClick={insert}>
            {t(block === "absent" && !complete ? "compose.block.now" : "compose.block.insert")}
          </Button>
        </div>
      )}
      <Field label={t("compose.block.language")}>
        <Select
          value={language}
          onChange={(_, { value }) => sending.speak(LANGUAGES.find((known) => known === value) ?? language)}
        >
          {LANGUAGES.map((known) => (
            <option key={known} value={known} lang={known}>
              {LANGUAGE_NAMES[known]}
            </option>
          ))}
        </Select>
      </Field>
    </Section>
  );
}
