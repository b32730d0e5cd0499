import { Later, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { SectionProps } from "../shell/sections.ts";
import { Log } from "./Log.tsx";

const detail = () => import("./Detail.tsx");

/** The log of transfers, and one of them. */
export default function Transfers({ rest }: SectionProps): ReactNode {
  const { t } = useSpeech();
  const title = t("transfers.title");
  if (rest === "") return <Log />;
  return (
    <Later name="transfers/detail" load={detail} title={title}>
      {(Detail) => <Detail key={rest} id={rest} />}
    </Later>
  );
}
