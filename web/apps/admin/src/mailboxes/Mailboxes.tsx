import { lazy, type ReactNode } from "react";

import type { SectionProps } from "../shell/sections.ts";
import { MailboxTable } from "./MailboxTable.tsx";

const Detail = lazy(() => import("./Detail.tsx"));
const Import = lazy(() => import("./Import.tsx"));

/** Shared mailboxes, and who may send for them. */
export default function Mailboxes({ rest }: SectionProps): ReactNode {
  if (rest === "") return <MailboxTable />;
  return rest === "import" ? <Import /> : <Detail key={rest} id={rest} />;
}
