import {
  Button,
  Field,
  Input,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
} from "@fluentui/react-components";
import { SealedError } from "@sealpost/sealed";
import { focusFirstFault } from "@sealpost/sending/shell/focusFirstFault.ts";
import { useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useEffect, useRef, useState } from "react";

import type { OwnPairs } from "./calls.ts";
import { hasPasskeys } from "./passkey.ts";
import type { Ring } from "./ring.ts";
import { toldOfKeys } from "./told.ts";
import { credentialsFor, useOpenKeys } from "./useOpenKeys.ts";

const useStyles = makeStyles({
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", justifyItems: "start" },
  field: { width: "100%", maxWidth: "24rem" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  working: { minHeight: "1.5rem" },
});

interface Props {
  readonly own: OwnPairs;
  /** Which of the pairs has to open; the one that counts, if absent. */
  readonly wanted?: string | undefined;
  /** What stands on the button. */
  readonly button: string;
  readonly onOpened: (ring: Ring) => void;
}

/** Asks for the passphrase of somebody's own keys, or for a passkey that opens them. Nothing of both goes to the service. */
export function OpenKeys({ own, wanted, button, onOpened }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const form = useRef<HTMLFormElement>(null);
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const { show, isBusy, error, shownPassphrase } = useOpenKeys(own, wanted, onOpened);
  const byPasskey = hasPasskeys() && credentialsFor(own, wanted).length > 0;
  const isWrong = shownPassphrase && error instanceof SealedError && error.kind === "locked";
  const fault =
    tried && text === "" ? t("keys.passphrase.none") : isWrong ? t("keys.passphrase.wrong") : undefined;
  useEffect(() => {
    if (isWrong) focusFirstFault(form);
  }, [isWrong]);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (text === "") focusFirstFault(form);
    else if (!isBusy) show({ passphrase: text });
  };
  return (
    <form ref={form} className={styles.form} noValidate autoComplete="off" onSubmit={submit}>
      <Field
        className={styles.field}
        label={t("keys.passphrase.yours")}
        hint={t("keys.passphrase.stays")}
        {...(fault && { validationState: "error", validationMessage: fault })}
      >
        <Input
          type="password"
          value={text}
          maxLength={1024}
          autoComplete="off"
          onChange={(_, { value }) => setText(value)}
        />
      </Field>
      {error && !isWrong && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{toldOfKeys(error, t)}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.buttons}>
        <Button type="submit" appearance="primary" disabledFocusable={isBusy}>
          {button}
        </Button>
        {byPasskey && (
          <Button disabledFocusable={isBusy} onClick={() => show("passkey")}>
            {t("keys.passkey.use")}
          </Button>
        )}
      </div>
      <div role="status" className={styles.working}>
        {isBusy && <Spinner size="tiny" label={t("keys.opening")} />}
      </div>
    </form>
  );
}
