import { Button, MessageBar, MessageBarBody, makeStyles, Spinner, tokens } from "@fluentui/react-components";
import { focusFirstFault } from "@sealpost/sending/shell/focusFirstFault.ts";
import { useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useRef, useState } from "react";

import { isReady, NewPassphrase, NOTHING } from "./NewPassphrase.tsx";
import { toldOfKeys } from "./told.ts";

const useStyles = makeStyles({
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", justifyItems: "start" },
  text: { margin: 0, maxWidth: "40rem", color: tokens.colorNeutralForeground2 },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  working: { minHeight: "1.5rem" },
});

interface Props {
  readonly button: string;
  /** What takes time once the button was pressed. */
  readonly working: string;
  readonly isBusy: boolean;
  readonly error: Error | null;
  readonly onPassphrase: (passphrase: string) => void;
  readonly onCancel?: (() => void) | undefined;
}

/** A new passphrase, and what is done with it. */
export function PairForm({ button, working, isBusy, error, onPassphrase, onCancel }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const form = useRef<HTMLFormElement>(null);
  const [written, setWritten] = useState(NOTHING);
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (!isReady(written)) focusFirstFault(form);
    else if (!isBusy) onPassphrase(written.passphrase);
  };
  return (
    <form ref={form} className={styles.form} noValidate autoComplete="off" onSubmit={submit}>
      <NewPassphrase written={written} tried={tried} onChange={setWritten} />
      <p className={styles.text}>{t("keys.passphrase.lost")}</p>
      {error && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{toldOfKeys(error, t)}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.buttons}>
        <Button type="submit" appearance="primary" disabledFocusable={isBusy}>
          {button}
        </Button>
        {onCancel && <Button onClick={onCancel}>{t("keys.cancel")}</Button>}
      </div>
      <div role="status" className={styles.working}>
        {isBusy && <Spinner size="tiny" label={working} />}
      </div>
    </form>
  );
}
