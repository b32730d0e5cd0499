import {
  Button,
  Field,
  Input,
  Link,
  makeStyles,
  Spinner,
  tokens,
  typographyStyles,
} from "@fluentui/react-components";
import { answer, Problem, type Shape } from "@sealpost/api-client";
import { useMutation, useQuery } from "@tanstack/react-query";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";

import { api } from "../api.ts";
import { useSpeech } from "../language/LanguageProvider.tsx";
import { ProblemBar } from "../problem/ProblemBar.tsx";
import { told } from "../problem/told.ts";
import { showPasskey } from "./passkey.ts";

const useStyles = makeStyles({
  dialog: {
    // The browser shows it above everything; who computes what is behind a text has to be told.
    zIndex: 1000,
    width: "min(26rem, calc(100vw - 2rem))",
    padding: "1.5rem",
    border: `1px solid ${tokens.colorTransparentStroke}`,
    borderRadius: tokens.borderRadiusXLarge,
    background: tokens.colorNeutralBackground1,
    color: tokens.colorNeutralForeground1,
    boxShadow: tokens.shadow64,
    "::backdrop": { background: tokens.colorBackgroundOverlay },
  },
  title: { ...typographyStyles.subtitle1, margin: 0 },
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", margin: 0 },
  others: { display: "flex", flexWrap: "wrap", gap: "0.5rem 1rem", paddingTop: "1rem" },
  buttons: { display: "flex", flexWrap: "wrap", justifyContent: "end", gap: "0.5rem" },
});

/** What can be written into a field as a proof. */
type Written = "password" | "code";
type Proof = Shape<"StepUp">;

interface Props {
  /** Told once: whether a proof was given. */
  readonly onSettled: (proved: boolean) => void;
}

/** Asks who is here to prove it, above the page: what he has written there stays. Escape gives up. */
export function StepUp({ onSettled }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const dialog = useRef<HTMLDialogElement>(null);
  const [titleId, textId] = [useId(), useId()];
  const guards = useQuery({
    queryKey: ["account"],
    queryFn: () => answer(api.GET("/api/v1/account")),
    staleTime: 0,
  });

  useEffect(() => dialog.current?.showModal(), []);

  return (
    <dialog
      ref={dialog}
      className={styles.dialog}
      aria-labelledby={titleId}
      aria-describedby={textId}
      onCancel={() => onSettled(false)}
    >
      <h2 id={titleId} className={styles.title}>
        {t("step_up.title")}
      </h2>
      <p id={textId}>{t("step_up.text")}</p>
      {guards.data ? (
        <Ways guards={guards.data} onSettled={onSettled} />
      ) : (
        <>
          {guards.error ? (
            <ProblemBar error={guards.error} retry={() => void guards.refetch()} />
          ) : (
            <Spinner label={t("shell.loading")} />
          )}
          <div className={styles.buttons}>
            <Button onClick={() => onSettled(false)}>{t("step_up.cancel")}</Button>
          </div>
        </>
      )}
    </dialog>
  );
}

interface WaysProps extends Props {
  readonly guards: Shape<"AccountGuards">;
}

/** The ways that this account has: a field for one of them, the others below. */
function Ways({ guards, onSettled }: WaysProps): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const ways: readonly Written[] = [
    ...(guards.password ? (["password"] as const) : []),
    ...(guards.totp_since ? (["code"] as const) : []),
  ];
  const [way, setWay] = useState<Written | undefined>(ways[0]);
  const prove = useMutation({
    mutationFn: async (proof: Proof | (() => Promise<Proof>)) => {
      const body = typeof proof === "function" ? await proof() : proof;
      await answer(api.POST("/api/v1/session/step-up", { body }));
    },
    onSuccess: () => onSettled(true),
  });
  const hasPasskey = guards.passkeys > 0 && "PublicKeyCredential" in window;
  const other = ways.find((one) => one !== way);
  const hasOthers = other !== undefined || hasPasskey || guards.providers.length > 0 || !way;

  return (
    <>
      {way && <Writing key={way} way={way} prove={prove} onSettled={onSettled} />}
      {prove.error && !way && <ProblemBar error={prove.error} />}
      {hasOthers && (
        <div className={styles.others}>
          {other && <Button onClick={() => setWay(other)}>{t(`step_up.instead_${other}`)}</Button>}
          {hasPasskey && (
            <Button
              disabledFocusable={prove.isPending}
              onClick={() => prove.mutate(async () => ({ passkey: await showPasskey() }))}
            >
              {t("step_up.passkey")}
            </Button>
          )}
          {guards.providers.map(({ id, label, url }) => (
            <Link key={id} href={url} target="_blank" rel="opener">
              {t("step_up.provider", { provider: label })}
            </Link>
          ))}
          {guards.providers.length > 0 && (
            <Button onClick={() => onSettled(true)}>{t("step_up.provider_done")}</Button>
          )}
          {!way && <Button onClick={() => onSettled(false)}>{t("step_up.cancel")}</Button>}
        </div>
      )}
    </>
  );
}

interface WritingProps extends Props {
  readonly way: Written;
  readonly prove: {
    readonly mutate: (proof: Proof) => void;
    readonly error: Error | null;
    readonly isPending: boolean;
  };
}

function Writing({ way, prove, onSettled }: WritingProps): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const field = useRef<HTMLInputElement>(null);
  const { error } = prove;

  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    if (error) field.current?.focus();
  }, [error]);

  const submit = () => {
    setIsMissing(text === "");
    if (text === "") field.current?.focus();
    else prove.mutate(way === "password" ? { password: text } : { code: text.replaceAll(" ", "") });
  };
  const isWrong = error instanceof Problem && error.code === "credentials_wrong";
  const wrong = isMissing ? t(`step_up.missing_${way}`) : isWrong ? t(`step_up.wrong_${way}`) : undefined;
  const common = {
    input: { ref: field },
    value: text,
    onChange: (_: unknown, { value }: { readonly value: string }) => setText(value),
  };
  const message = wrong ?? (error ? told(error, t) : undefined);

  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Field label={t(`step_up.${way}`)} required {...(message && { validationMessage: message })}>
        {way === "password" ? (
          <Input {...common} type="password" autoComplete="current-password" />
        ) : (
          <Input {...common} type="text" inputMode="numeric" autoComplete="one-time-code" />
        )}
      </Field>
      <div className={styles.buttons}>
        <Button onClick={() => onSettled(false)}>{t("step_up.cancel")}</Button>
        <Button type="submit" appearance="primary" disabledFocusable={prove.isPending}>
          {t("step_up.prove")}
        </Button>
      </div>
    </form>
  );
}
