import { Button, Field, Input, makeStyles } from "@fluentui/react-components";
import { Heading, useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useState } from "react";

import { secretIn } from "./secondPart.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", maxWidth: "34rem" },
  text: { margin: 0 },
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", justifyItems: "start" },
  field: { width: "100%" },
});

/** The link is not whole: what lacks, whom to ask for it, and where to put it. */
export function SecondPart({ onPart }: { readonly onPart: (written: string) => void }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const [tried, setTried] = useState(false);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    const found = secretIn(text);
    if (found) onPart(found.written);
  };
  return (
    <section className={styles.all}>
      <Heading>{t("delivery.part")}</Heading>
      <p className={styles.text}>{t("delivery.part.why")}</p>
      <form className={styles.form} noValidate autoComplete="off" onSubmit={submit}>
        <Field
          className={styles.field}
          label={t("delivery.part.field")}
          hint={t("delivery.part.stays")}
          {...(tried && { validationState: "error", validationMessage: t("delivery.part.not") })}
        >
          <Input
            value={text}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            onChange={(_, { value }) => {
              setText(value);
              setTried(false);
            }}
          />
        </Field>
        <Button type="submit" appearance="primary" size="large">
          {t("delivery.next")}
        </Button>
      </form>
    </section>
  );
}
