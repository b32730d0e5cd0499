import { lazy, type ReactNode } from "react";

import type { SectionProps } from "../shell/sections.ts";
import { Log } from "./Log.tsx";

const Detail = lazy(() => import("./Detail.tsx"));

/** The log of transfers, and one of them. */
export default function Transfers({ rest }: SectionProps): ReactNode {
  return rest === "" ? <Log /> : <Detail key={rest} id={rest} />;
}
