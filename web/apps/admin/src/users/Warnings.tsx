import { Button, makeStyles, Subtitle1, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { Form } from "../parts/Form.tsx";
import { LinesField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { userKey, users } from "./api.ts";

/** The most that a warning holds, in characters. */
const MOST = 2000;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
  list: { margin: 0, padding: 0, listStyle: "none" },
  one: { padding: "0.5rem 0", borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  time: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  text: { margin: 0, whiteSpace: "pre-wrap" },
});

/** What a user was warned of, and a further warning. */
export function Warnings({ user }: { readonly user: Shape<"User"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const key = [...userKey(user.id), "warnings"];
  const query = useQuery({ queryKey: key, queryFn: () => users.warnings(user.id) });
  const [text, setText] = useState("");
  const [fault, setFault] = useState<string>();
  const [done, setDone] = useState(false);
  const warn = useAct((said: string) => users.warn(user.id, said), [key]);

  const submit = () => {
    const said = text.trim();
    const wrong = said === "" ? t("users.fault.no_warning") : undefined;
    const long = [...said].length > MOST ? t("users.fault.warning", { count: MOST }) : undefined;
    setDone(false);
    setFault(wrong ?? long);
    if (wrong ?? long) return;
    warn.mutate(said, {
      onSuccess: () => {
        setText("");
        setDone(true);
      },
    });
  };

  return (
    <div className={styles.all}>
      <Subtitle1 as="h2">{t("users.warnings")}</Subtitle1>
      {query.error && <ProblemBar error={query.error} retry={() => void query.refetch()} />}
      {query.data?.warnings.length === 0 && <div>{t("users.no_warnings")}</div>}
      <ul className={styles.list}>
        {query.data?.warnings.map((one) => (
          <li key={one.id} className={styles.one}>
            <div className={styles.time}>{format.time(new Date(one.created_at))}</div>
            <p className={styles.text} dir="auto">
              {one.text}
            </p>
          </li>
        ))}
      </ul>
      <Form error={warn.error} onSubmit={submit}>
        <LinesField
          label={t("users.warn_text")}
          hint={t("users.warn_hint")}
          value={text}
          fault={fault}
          onChange={setText}
        />
        {warn.error && <ProblemBar error={warn.error} />}
        <Done>{done && t("users.warned")}</Done>
        <div>
          <Button type="submit" disabledFocusable={warn.isPending}>
            {t("users.warn")}
          </Button>
        </div>
      </Form>
    </div>
  );
}
