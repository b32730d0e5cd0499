import { Later } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { SectionProps } from "../shell/sections.ts";
import { MailboxTable } from "./MailboxTable.tsx";

const load = {
  detail: () => import("./Detail.tsx"),
  import: () => import("./Import.tsx"),
};

/** Shared mailboxes, and who may send for them. */
export default function Mailboxes({ rest }: SectionProps): ReactNode {
  if (rest === "") return <MailboxTable />;
  if (rest === "import")
    return (
      <Later name="mailboxes/import" load={load.import}>
        {(Import) => <Import />}
      </Later>
    );
  return (
    <Later name="mailboxes/detail" load={load.detail}>
      {(Detail) => <Detail key={rest} id={rest} />}
    </Later>
  );
}
