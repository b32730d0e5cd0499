import { makeStyles } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, go, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";
import { added, empty, type PortalDraft } from "./draft.ts";
import { PortalForm } from "./PortalForm.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
});

/** Makes a portal; then shows it, with its address. */
export function AddPortal(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { user } = useMe();
  const add = useAct(
    (draft: PortalDraft) => answer(api.POST("/api/v1/admin/portals", { body: added(draft) })),
    [["portals"]],
  );
  return (
    <div className={styles.all}>
      <SectionHead
        title={t("portals.add")}
        text={t("portals.add.text")}
        back={{ to: address("portals"), text: t("portals.title") }}
      />
      <PortalForm
        start={empty(user.email)}
        isNew
        button={t("portals.add")}
        busy={add.isPending}
        error={add.error}
        onSubmit={(draft) => add.mutate(draft, { onSuccess: ({ id }) => go(address("portals", id)) })}
      />
    </div>
  );
}
