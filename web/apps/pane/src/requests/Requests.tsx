import type { Place } from "@sealpost/sending/shell/address.ts";
import { type Bootstrap, Later, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Compose } from "../office/compose.ts";
import type { Reading } from "../office/reading.ts";
import { InMail } from "./InMail.tsx";

const load = {
  requests: () => import("@sealpost/sending/requests/Requests.tsx"),
  ask: () => import("@sealpost/sending/requests/Ask.tsx"),
  askInMail: () => import("./AskInMail.tsx"),
  request: () => import("@sealpost/sending/requests/Request.tsx"),
};

interface Props {
  readonly place: Place;
  readonly bootstrap: Bootstrap;
  readonly mail: Compose | Reading | undefined;
}

/** What somebody has asked others for, and how he asks: in the mail that he is writing, if there is one. */
export default function Requests({ place, bootstrap, mail }: Props): ReactNode {
  const { t } = useSpeech();
  const written = mail?.kind === "compose" ? mail : undefined;
  if (place.page === "request")
    return (
      <Later name="request" load={load.request} title={t("requests.title")}>
        {(Request) => (
          <Request
            key={place.id}
            id={place.id}
            handOver={
              written &&
              ((request, url) => <InMail mail={written} bootstrap={bootstrap} request={request} url={url} />)
            }
          />
        )}
      </Later>
    );
  if (place.page === "new-request" && bootstrap.may_send)
    return written ? (
      <Later name="ask-in-mail" load={load.askInMail} title={t("ask.heading")}>
        {(AskInMail) => <AskInMail mail={written} bootstrap={bootstrap} />}
      </Later>
    ) : (
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
