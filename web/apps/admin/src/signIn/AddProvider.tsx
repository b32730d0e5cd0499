import { makeStyles } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, go, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { address } from "../shell/sections.ts";
import { added, EMPTY, type ProviderDraft } from "./draft.ts";
import { ProviderForm } from "./ProviderForm.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
});

/** Adds a provider; then shows it, with the address to register there. */
export function AddProvider(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const add = useAct(
    (draft: ProviderDraft) => answer(api.POST("/api/v1/admin/identity-providers", { body: added(draft) })),
    [["identity-providers"]],
  );
  return (
    <div className={styles.all}>
      <SectionHead
        title={t("signin.add")}
        text={t("signin.add.text")}
        back={{ to: address("sign-in"), text: t("signin.title") }}
      />
      <ProviderForm
        start={EMPTY}
        isNew
        hasSecret={false}
        button={t("signin.add")}
        busy={add.isPending}
        error={add.error}
        onSubmit={(draft) => add.mutate(draft, { onSuccess: ({ id }) => go(address("sign-in", id)) })}
      />
    </div>
  );
}
