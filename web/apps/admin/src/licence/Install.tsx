import { Button, makeStyles, Subtitle1 } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { Form } from "../parts/Form.tsx";
import { LinesField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { refusal } from "./refusal.ts";

const useStyles = makeStyles({
  text: { fontFamily: "monospace", minHeight: "6rem" },
});

/** Puts a licence in. What is against it stands at the field. */
export function Install(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [text, setText] = useState("");
  const [isMissing, setIsMissing] = useState(false);
  const [done, setDone] = useState(false);
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
    if (licence === "") return;
    install.mutate(licence, {
      onSuccess: () => {
        setText("");
        setDone(true);
      },
    });
  };

  return (
    <Form error={install.error} onSubmit={submit}>
      <Subtitle1 as="h2">{t("licence.install_title")}</Subtitle1>
      <LinesField
        label={t("licence.field")}
        hint={t("licence.field_hint")}
        spellCheck={false}
        textClass={styles.text}
        value={text}
        fault={fault}
        onChange={(value) => {
          setText(value);
          setIsMissing(false);
          install.reset();
        }}
      />
      {install.error && !refused && <ProblemBar error={install.error} />}
      <Done>{done && t("licence.installed")}</Done>
      <div>
        <Button type="submit" appearance="primary" disabledFocusable={install.isPending}>
          {t("licence.install")}
        </Button>
      </div>
    </Form>
  );
}
