import type { Place } from "@sealpost/sending/shell/address.ts";
import { type Bootstrap, Later, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const load = {
  sent: () => import("@sealpost/sending/sent/Sent.tsx"),
  detail: () => import("@sealpost/sending/sent/Detail.tsx"),
};

interface Props {
  readonly place: Place;
  readonly bootstrap: Bootstrap;
}

/** What somebody has sent, and each transfer of it. */
export default function Transfers({ place, bootstrap }: Props): ReactNode {
  const { t } = useSpeech();
  if (place.page === "transfer")
    return (
      <Later name="detail" load={load.detail} title={t("sent.title")}>
        {(Detail) => <Detail key={place.id} id={place.id} bootstrap={bootstrap} />}
      </Later>
    );
  return (
    <Later name="sent" load={load.sent} title={t("sent.title")}>
      {(Sent) => <Sent narrow />}
    </Later>
  );
}
