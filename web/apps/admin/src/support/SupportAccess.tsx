import { Button, Field, makeStyles, Select } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { DataTable } from "../parts/DataTable.tsx";
import { Done } from "../parts/Done.tsx";
import { Form } from "../parts/Form.tsx";
import { whole } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { TextField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { Who } from "../parts/Who.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
  form: { justifyItems: "start", maxWidth: "32rem" },
  wide: { width: "100%" },
});

const LEAVES = ["support-access"] as const;
/** For how long, in hours. */
const HOURS = [1, 4, 8, 24, 72] as const;

/** Leaves for the operator's support to look in: the owners', for a while, and never by itself. */
export default function SupportAccess(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const query = useQuery({
    queryKey: LEAVES,
    queryFn: () => answer(api.GET("/api/v1/admin/support-access")),
  });
  const withdraw = useAct(
    (id: string) =>
      answer(api.DELETE("/api/v1/admin/support-access/{grant_id}", { params: { path: { grant_id: id } } })),
    [LEAVES],
  );
  const now = Date.now();
  const counts = ({ withdrawn_at, expires_at }: Shape<"SupportAccess">) =>
    !withdrawn_at && Date.parse(expires_at) > now;

  return (
    <div className={styles.all}>
      <SectionHead title={t("support.title")} text={t("support.text")} />
      <Allow />
      {withdraw.error && <ProblemBar error={withdraw.error} />}
      <Done>{withdraw.isSuccess && t("support.withdrawn_now")}</Done>
      <DataTable
        caption={t("support.leaves")}
        list={whole(query, ({ support_access }) => support_access)}
        rowKey={({ id }) => id}
        empty={t("support.none")}
        columns={[
          { key: "reason", head: t("support.reason"), cell: ({ reason }) => <bdi>{reason}</bdi> },
          { key: "by", head: t("support.by"), cell: ({ given_by }) => <Who id={given_by} /> },
          {
            key: "from",
            head: t("support.from"),
            cell: ({ created_at }) => format.time(new Date(created_at)),
          },
          {
            key: "to",
            head: t("support.until"),
            cell: ({ expires_at, withdrawn_at }) =>
              withdrawn_at
                ? t("support.withdrawn", { time: format.time(new Date(withdrawn_at)) })
                : format.time(new Date(expires_at)),
          },
          {
            key: "deeds",
            head: t("support.withdraw"),
            kind: "deeds",
            cell: (leave) =>
              counts(leave) && (
                <Button
                  size="small"
                  disabledFocusable={withdraw.isPending}
                  aria-label={t("support.withdraw.named", { reason: leave.reason })}
                  onClick={() => withdraw.mutate(leave.id)}
                >
                  {t("support.withdraw")}
                </Button>
              ),
          },
        ]}
      />
    </div>
  );
}

/** Lets support look in. */
function Allow(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const [hours, setHours] = useState(4);
  const [reason, setReason] = useState("");
  const [isMissing, setMissing] = useState(false);
  const allow = useAct(
    (body: Shape<"AllowSupport">) => answer(api.POST("/api/v1/admin/support-access", { body })),
    [LEAVES],
  );
  const submit = () => {
    const isEmpty = reason.trim() === "";
    setMissing(isEmpty);
    if (!isEmpty) allow.mutate({ hours, reason: reason.trim() }, { onSuccess: () => setReason("") });
  };
  return (
    <Form className={styles.form} onSubmit={submit}>
      <TextField
        className={styles.wide}
        label={t("support.reason")}
        hint={t("support.reason.hint")}
        required
        value={reason}
        fault={isMissing ? t("support.reason.missing") : undefined}
        onChange={setReason}
      />
      <Field label={t("support.hours")}>
        <Select value={String(hours)} onChange={(_, { value }) => setHours(Number(value))}>
          {HOURS.map((one) => (
            <option key={one} value={one}>
              {t("format.hours", { count: one })}
            </option>
          ))}
        </Select>
      </Field>
      <Button type="submit" appearance="primary" disabledFocusable={allow.isPending}>
        {t("support.allow")}
      </Button>
      {allow.error && <ProblemBar error={allow.error} />}
      <Done>
        {allow.data && t("support.allowed", { time: format.time(new Date(allow.data.expires_at)) })}
      </Done>
    </Form>
  );
}
