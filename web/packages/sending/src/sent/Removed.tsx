import { Button, makeStyles } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, Heading, ProblemBar, useSpeech } from "@sealpost/ui";
import { useMutation } from "@tanstack/react-query";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
});

type Form = "pdf" | "json";

async function certificate(id: string, form: Form, language: string): Promise<Blob> {
  const path = { transfer_id: id };
  if (form === "json") {
    const params = { path };
    const call = api.GET("/api/v1/transfers/{transfer_id}/certificate", { params, parseAs: "blob" });
    return answer(call as Promise<{ data?: Blob }>);
  }
  const params = { path, query: { language } };
  const call = api.GET("/api/v1/transfers/{transfer_id}/certificate.pdf", { params, parseAs: "blob" });
  return answer(call as Promise<{ data?: Blob }>);
}

/** Gives the browser something to put where it puts downloads. */
function keep(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = url;
  link.download = name;
  link.click();
  URL.revokeObjectURL(url);
}

/** What is left of a transfer that was removed: the proof that it was. */
export function Removed({ id }: { readonly id: string }): ReactNode {
  const styles = useStyles();
  const { t, language } = useSpeech();
  const fetching = useMutation({
    mutationFn: (form: Form) => certificate(id, form, language),
    onSuccess: (blob, form) => keep(blob, `sealpost-${id}.${form}`),
  });
  const button = (form: Form) => (
    <Button disabledFocusable={fetching.isPending} onClick={() => fetching.mutate(form)}>
      {t(`removed.${form}`)}
    </Button>
  );
  return (
    <div className={styles.all}>
      <Heading>{t("removed.title")}</Heading>
      <div>{t("removed.text")}</div>
      <div className={styles.buttons}>
        {button("pdf")}
        {button("json")}
      </div>
      {fetching.error && <ProblemBar error={fetching.error} />}
    </div>
  );
}
