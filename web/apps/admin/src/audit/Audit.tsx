import type { ReactNode } from "react";

import type { SectionProps } from "../shell/sections.ts";
import { EntryPage } from "./EntryPage.tsx";
import { Log } from "./Log.tsx";

/** What happened in the tenant, and that nobody has changed it. */
export default function Audit({ rest }: SectionProps): ReactNode {
  const seq = Number(rest);
  return Number.isSafeInteger(seq) && seq > 0 ? <EntryPage key={seq} seq={seq} /> : <Log />;
}
