import { Link, makeStyles } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, go, leadingTo, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Done } from "../parts/Done.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { address } from "../shell/sections.ts";
import { added, EMPTY, type TargetDraft } from "./draft.ts";
import { Secret } from "./Secret.tsx";
import { TargetForm } from "./TargetForm.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem", maxWidth: "56rem" },
});

/** Adds a place; a webhook's secret is shown before anything else. */
export function AddTarget(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const add = useAct(
    (draft: TargetDraft) => answer(api.POST("/api/v1/admin/forwarding", { body: added(draft) })),
    [["forwarding"]],
  );
  const back = { to: address("forwarding"), text: t("forwarding.title") };
  if (add.data?.secret)
    return (
      <div className={styles.all}>
        <SectionHead title={<bdi>{add.data.target.label}</bdi>} back={back} />
        <Done>{t("forwarding.added")}</Done>
        <Secret secret={add.data.secret} text={t("forwarding.secret.text")} />
        <Link {...leadingTo(address("forwarding", add.data.target.id))}>{t("forwarding.go_on")}</Link>
      </div>
    );
  return (
    <div className={styles.all}>
      <SectionHead title={t("forwarding.add")} text={t("forwarding.add.text")} back={back} />
      <TargetForm
        start={EMPTY}
        isNew
        hasKey={false}
        button={t("forwarding.add")}
        busy={add.isPending}
        error={add.error}
        onSubmit={(draft) =>
          add.mutate(draft, {
            onSuccess: ({ target, secret }) => {
              if (!secret) go(address("forwarding", target.id));
            },
          })
        }
      />
    </div>
  );
}
