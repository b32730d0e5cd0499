import { Button, makeStyles } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import { type ReactNode, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { Form } from "../parts/Form.tsx";
import { TextField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { RECOVERIES } from "./standing.ts";

const useStyles = makeStyles({
  form: { justifyItems: "start", maxWidth: "36rem" },
  wide: { width: "100%" },
});

/** An id as addresses and the log of transfers have it. */
const ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Asks that a transfer may be opened with the recovery key. */
export function Ask(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [transfer, setTransfer] = useState("");
  const [reason, setReason] = useState("");
  const [isTried, setTried] = useState(false);
  const ask = useAct(
    (body: Shape<"RequestRecovery">) => answer(api.POST("/api/v1/admin/recoveries", { body })),
    [RECOVERIES],
  );
  const [isId, hasReason] = [ID.test(transfer.trim()), reason.trim() !== ""];
  const forget = () => {
    setTransfer("");
    setReason("");
    setTried(false);
  };
  const submit = () => {
    setTried(true);
    if (isId && hasReason)
      ask.mutate({ transfer_id: transfer.trim(), reason: reason.trim() }, { onSuccess: forget });
  };
  return (
    <Form className={styles.form} onSubmit={submit}>
      <TextField
        className={styles.wide}
        label={t("recovery.transfer")}
        hint={t("recovery.transfer.hint")}
        required
        spellCheck={false}
        value={transfer}
        fault={isTried && !isId ? t("recovery.transfer.fault") : undefined}
        onChange={setTransfer}
      />
      <TextField
        className={styles.wide}
        label={t("recovery.reason")}
        hint={t("recovery.reason.hint")}
        required
        value={reason}
        fault={isTried && !hasReason ? t("recovery.reason.missing") : undefined}
        onChange={setReason}
      />
      <Button type="submit" appearance="primary" disabledFocusable={ask.isPending}>
        {t("recovery.ask")}
      </Button>
      {ask.error && <ProblemBar error={ask.error} />}
      <Done>{ask.isSuccess && t("recovery.asked")}</Done>
    </Form>
  );
}
