import type { Place } from "@sealpost/sending/shell/address.ts";
import { type Bootstrap, Later, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const load = {
  requests: () => import("@sealpost/sending/requests/Requests.tsx"),
  ask: () => import("@sealpost/sending/requests/Ask.tsx"),
  request: () => import("@sealpost/sending/requests/Request.tsx"),
};

interface Props {
  readonly place: Place;
  readonly bootstrap: Bootstrap;
}

/** What somebody has asked others for. */
export default function Requests({ place, bootstrap }: Props): ReactNode {
  const { t } = useSpeech();
  if (place.page === "request")
    return (
      <Later name="request" load={load.request} title={t("requests.title")}>
        {(Request) => <Request key={place.id} id={place.id} />}
      </Later>
    );
  if (place.page === "new-request" && bootstrap.may_send)
    return (
      <Later name="ask" load={load.ask} title={t("ask.heading")}>
        {(Ask) => <Ask bootstrap={bootstrap} />}
      </Later>
    );
  return (
    <Later name="requests" load={load.requests} title={t("requests.title")}>
      {(List) => <List bootstrap={bootstrap} />}
    </Later>
  );
}
