import { Button, Field, makeStyles, Subtitle1, Textarea } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { useAct } from "../parts/useAct.ts";
import { refusal } from "./refusal.ts";

const useStyles = makeStyles({
  form: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem",
    maxWidth: "44rem",
    margin: 0,
  },
  text: { fontFamily: "monospace", minHeight: "6rem" },
});

/** Puts a licence in. What is against it stands at the field. */
export function Install(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const [done, setDone] = useState(false);
  const field = useRef<HTMLTextAreaElement>(null);
  const install = useAct(
    (licence: string) => answer(api.PUT("/api/v1/admin/licence", { body: { licence } })),
    [["admin", "licence"], ["bootstrap"]],
  );
  const refused = refusal(install.error);
  const fault = isMissing ? t("licence.fault.none") : refused && t(refused);

  const submit = () => {
    const licence = text.replace(/\s+/g, "");
    setIsMissing(licence === "");
    setDone(false);
    if (licence === "") return field.current?.focus();
    install.mutate(licence, {
      onSuccess: () => {
        setText("");
        setDone(true);
      },
      onError: () => field.current?.focus(),
    });
    return undefined;
  };

  return (
    <form
      className={styles.form}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        submit();
      }}
    >
      <Subtitle1 as="h2">{t("licence.install_title")}</Subtitle1>
      <Field
        label={t("licence.field")}
        hint={t("licence.field_hint")}
        {...(fault && { validationMessage: fault })}
      >
        <Textarea
          resize="vertical"
          spellCheck={false}
          value={text}
          textarea={{ ref: field, className: styles.text }}
          onChange={(_, { value }) => {
            setText(value);
            setIsMissing(false);
            install.reset();
          }}
        />
      </Field>
      {install.error && !refused && <ProblemBar error={install.error} />}
      <Done>{done && t("licence.installed")}</Done>
      <div>
        <Button type="submit" appearance="primary" disabledFocusable={install.isPending}>
          {t("licence.install")}
        </Button>
      </div>
    </form>
  );
}
