import { Button, makeStyles, tokens, typographyStyles } from "@fluentui/react-components";
import { type ReactNode, useId, useRef } from "react";

const useStyles = makeStyles({
  dialog: {
    // The browser shows it above everything; who computes what is behind a text has to be told.
    zIndex: 1000,
    maxWidth: "min(30rem, calc(100vw - 2rem))",
    padding: "1.5rem",
    border: `1px solid ${tokens.colorTransparentStroke}`,
    borderRadius: tokens.borderRadiusXLarge,
    background: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    boxShadow: tokens.shadow64,
    "::backdrop": { background: tokens.colorBackgroundOverlay },
  },
  title: { ...typographyStyles.subtitle1, margin: 0 },
  buttons: { display: "flex", flexWrap: "wrap", justifyContent: "end", gap: "0.5rem" },
});

interface Props {
  /** What stands on the button that leads to the question. */
  readonly button: string;
  readonly title: string;
  readonly text: string;
  readonly no: string;
  readonly yes: string;
  readonly busy: boolean;
  readonly onYes: () => void;
}

/**
 * Asks before it does what nothing brings back. The browser's own dialogue keeps the focus inside, gives it back, and
 * closes with Escape.
 */
export function Question({ button, title, text, no, yes, busy, onYes }: Props): ReactNode {
  const styles = useStyles();
  const dialog = useRef<HTMLDialogElement>(null);
  const [titleId, textId] = [useId(), useId()];
  const close = () => dialog.current?.close();
  return (
    <>
      <Button disabledFocusable={busy} onClick={() => dialog.current?.showModal()}>
        {button}
      </Button>
      <dialog
        ref={dialog}
        className={styles.dialog}
        role="alertdialog"
        aria-labelledby={titleId}
        aria-describedby={textId}
      >
        <h2 id={titleId} className={styles.title}>
          {title}
        </h2>
        <p id={textId}>{text}</p>
        <div className={styles.buttons}>
          <Button onClick={close}>{no}</Button>
          <Button
            appearance="primary"
            onClick={() => {
              close();
              onYes();
            }}
          >
            {yes}
          </Button>
        </div>
      </dialog>
    </>
  );
}
