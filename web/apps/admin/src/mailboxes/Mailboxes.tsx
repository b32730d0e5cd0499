import { Later, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { SectionProps } from "../shell/sections.ts";
import { MailboxTable } from "./MailboxTable.tsx";

const load = {
  detail: () => import("./Detail.tsx"),
  import: () => import("./Import.tsx"),
};

/** Shared mailboxes, and who may send for them. */
export default function Mailboxes({ rest }: SectionProps): ReactNode {
  const { t } = useSpeech();
  const title = t("mailboxes.title");
  if (rest === "") return <MailboxTable />;
  if (rest === "import")
    return (
      <Later name="mailboxes/import" load={load.import} title={title}>
        {(Import) => <Import />}
      </Later>
    );
  return (
    <Later name="mailboxes/detail" load={load.detail} title={title}>
      {(Detail) => <Detail key={rest} id={rest} />}
    </Later>
  );
}
