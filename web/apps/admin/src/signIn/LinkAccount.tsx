import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useRef, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { useAct } from "../parts/useAct.ts";

const useStyles = makeStyles({
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem", maxWidth: "36rem" },
  title: { fontSize: "1.125rem", margin: "0 0 0.25rem" },
  text: { margin: "0 0 0.75rem" },
  button: { justifySelf: "start" },
});

/** Says whose an account at a provider is, where the provider vouches for no address. */
export function LinkAccount({ providerId }: { readonly providerId: string }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [user, setUser] = useState("");
  const [subject, setSubject] = useState("");
  const [tried, setTried] = useState(false);
  const form = useRef<HTMLFormElement>(null);
  const isUser = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(user.trim());
  const link = useAct(
    () =>
      answer(
        api.POST("/api/v1/admin/identity-providers/{provider_id}/links", {
          params: { path: { provider_id: providerId } },
          body: { user_id: user.trim(), subject: subject.trim() },
        }),
      ),
    [],
  );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (isUser && subject.trim() !== "") return link.mutate(undefined, { onSuccess: () => setTried(false) });
    requestAnimationFrame(() => form.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  return (
    <section aria-label={t("signin.link")}>
      <h2 className={styles.title}>{t("signin.link")}</h2>
      <p className={styles.text}>{t("signin.link.text")}</p>
      <form ref={form} className={styles.form} onSubmit={submit} noValidate>
        <Field
          label={t("signin.link.user")}
          hint={t("signin.link.user.hint")}
          required
          {...(tried &&
            !isUser && { validationState: "error", validationMessage: t("signin.link.user.wrong") })}
        >
          <Input spellCheck={false} value={user} onChange={(_, { value }) => setUser(value)} />
        </Field>
        <Field
          label={t("signin.link.subject")}
          hint={t("signin.link.subject.hint")}
          required
          {...(tried &&
            subject.trim() === "" && {
              validationState: "error",
              validationMessage: t("signin.link.subject.wrong"),
            })}
        >
          <Input spellCheck={false} value={subject} onChange={(_, { value }) => setSubject(value)} />
        </Field>
        {link.error && <ProblemBar error={link.error} />}
        <Done>{link.isSuccess && t("signin.linked")}</Done>
        <Button className={styles.button} type="submit" disabledFocusable={link.isPending}>
          {t("signin.link.do")}
        </Button>
      </form>
    </section>
  );
}
