import { Button, makeStyles, Subtitle1 } from "@fluentui/react-components";
import { answer, Problem, type Shape } from "@sealpost/api-client";
import { api, ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { Facts } from "../parts/Facts.tsx";
import { Form } from "../parts/Form.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { TextField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { faultOf } from "../users/check.ts";
import { save } from "./save.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  form: { maxWidth: "36rem" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  part: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem" },
});

/** What is known of an address: handed out to whom it is about, and erased at his wish. */
export default function DataSubjects(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [email, setEmail] = useState("");
  const [fault, setFault] = useState<string>();
  const [done, setDone] = useState<string>();
  const field = useRef<HTMLInputElement>(null);
  const find = useAct(
    (body: Shape<"Subject">) => answer(api.POST("/api/v1/admin/data-subjects/find", { body })),
    [],
  );
  const erase = useAct(
    (body: Shape<"Subject">) => answer(api.POST("/api/v1/admin/data-subjects/erase", { body })),
    [["admin"]],
  );
  const isInUse = erase.error instanceof Problem && erase.error.status === 409;
  const said = fault ?? (isInUse ? t("subjects.fault.in_use") : undefined);

  /** Goes on with the address, if it is one. */
  const withAddress = (act: (body: Shape<"Subject">) => void) => {
    const wanted = email.trim();
    const found = faultOf({ email: wanted, name: "" });
    setFault(found && t(found.text));
    setDone(undefined);
    if (found) return field.current?.focus();
    erase.reset();
    act({ email: wanted });
    return undefined;
  };
  const hand = () =>
    withAddress((body) =>
      find.mutate(body, {
        onSuccess: (known) => {
          save(`data-subject-${new Date().toISOString().slice(0, 10)}.json`, known);
          setDone(t("subjects.found"));
        },
      }),
    );
  const remove = () =>
    withAddress((body) =>
      erase.mutate(body, {
        onSuccess: () => setDone(t("subjects.erased", { email: body.email })),
      }),
    );

  return (
    <section className={styles.all}>
      <SectionHead title={t("subjects.title")} text={t("subjects.text")} />
      <Form className={styles.form} error={erase.error} onSubmit={hand}>
        <TextField
          type="email"
          label={t("subjects.email")}
          hint={t("subjects.hint")}
          value={email}
          fault={said}
          field={field}
          onChange={(value) => {
            setEmail(value);
            setFault(undefined);
            erase.reset();
          }}
        />
        <div className={styles.buttons}>
          <Button type="submit" appearance="primary" disabledFocusable={find.isPending}>
            {t("subjects.find")}
          </Button>
          <Question
            button={t("subjects.erase")}
            title={t("subjects.erase.title", { email: email.trim() || "–" })}
            text={t("subjects.erase.text")}
            no={t("parts.cancel")}
            yes={t("subjects.erase.yes")}
            busy={erase.isPending}
            onYes={remove}
          />
        </div>
      </Form>
      <Done>{done}</Done>
      {find.error && <ProblemBar error={find.error} />}
      {erase.error && !isInUse && <ProblemBar error={erase.error} />}
      {erase.data && <Erased erased={erase.data} />}
    </section>
  );
}

function Erased({ erased }: { readonly erased: Shape<"Erased"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  return (
    <div className={styles.part}>
      <Subtitle1 as="h2">{t("subjects.result")}</Subtitle1>
      <Facts
        facts={[
          [t("subjects.recipients"), format.number(erased.recipients)],
          [t("subjects.uploads"), format.number(erased.uploads)],
          [t("subjects.requests"), format.number(erased.requests)],
          [t("subjects.devices"), format.number(erased.devices)],
          [t("subjects.entries"), format.number(erased.entries)],
          [t("subjects.user"), erased.user && <code key="user">{erased.user}</code>],
          [t("subjects.mailbox"), erased.mailbox && <code key="mailbox">{erased.mailbox}</code>],
          [
            t("subjects.rules_kept"),
            erased.rules_kept.length > 0 && <bdi key="rules">{format.list(erased.rules_kept)}</bdi>,
          ],
        ]}
      />
    </div>
  );
}
