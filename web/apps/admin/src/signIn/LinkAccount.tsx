import { Button, makeStyles } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { Form } from "../parts/Form.tsx";
import { TextField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";

const useStyles = makeStyles({
  form: { maxWidth: "36rem" },
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
  const submit = () => {
    setTried(true);
    if (isUser && subject.trim() !== "") link.mutate(undefined, { onSuccess: () => setTried(false) });
  };
  return (
    <section aria-label={t("signin.link")}>
      <h2 className={styles.title}>{t("signin.link")}</h2>
      <p className={styles.text}>{t("signin.link.text")}</p>
      <Form className={styles.form} onSubmit={submit}>
        <TextField
          label={t("signin.link.user")}
          hint={t("signin.link.user.hint")}
          required
          spellCheck={false}
          value={user}
          fault={tried && !isUser ? t("signin.link.user.wrong") : undefined}
          onChange={setUser}
        />
        <TextField
          label={t("signin.link.subject")}
          hint={t("signin.link.subject.hint")}
          required
          spellCheck={false}
          value={subject}
          fault={tried && subject.trim() === "" ? t("signin.link.subject.wrong") : undefined}
          onChange={setSubject}
        />
        {link.error && <ProblemBar error={link.error} />}
        <Done>{link.isSuccess && t("signin.linked")}</Done>
        <Button className={styles.button} type="submit" disabledFocusable={link.isPending}>
          {t("signin.link.do")}
        </Button>
      </Form>
    </section>
  );
}
