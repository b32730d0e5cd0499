import { MessageBar, MessageBarBody } from "@fluentui/react-components";
import { NewTransfer } from "@sealpost/sending/new/NewTransfer.tsx";
import { type Place, usePlace } from "@sealpost/sending/shell/address.ts";
import { type Bootstrap, Later, type TextKey, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect } from "react";

const load = {
  sent: () => import("@sealpost/sending/sent/Sent.tsx"),
  detail: () => import("@sealpost/sending/sent/Detail.tsx"),
  requests: () => import("@sealpost/sending/requests/Requests.tsx"),
  ask: () => import("@sealpost/sending/requests/Ask.tsx"),
  request: () => import("@sealpost/sending/requests/Request.tsx"),
};

const TITLES: Record<Place["page"], TextKey> = {
  new: "new.title",
  sent: "sent.title",
  transfer: "sent.title",
  requests: "requests.title",
  "new-request": "ask.heading",
  request: "requests.title",
};

/** The page that the address names. What is being sent goes on while another one is looked at. */
export function Pages({ bootstrap }: { readonly bootstrap: Bootstrap }): ReactNode {
  const { t } = useSpeech();
  const place = usePlace();
  const title = t(TITLES[place.page]);

  useEffect(() => {
    document.title = `${title} – ${bootstrap.branding.name}`;
  }, [title, bootstrap.branding.name]);

  return (
    <>
      {bootstrap.message && (
        <MessageBar intent={bootstrap.may_send ? "info" : "warning"} layout="multiline">
          <MessageBarBody>{bootstrap.message}</MessageBarBody>
        </MessageBar>
      )}
      <div hidden={place.page !== "new"}>{bootstrap.may_send && <NewTransfer bootstrap={bootstrap} />}</div>
      {place.page === "sent" && (
        <Later name="sent" load={load.sent} title={title}>
          {(Sent) => <Sent />}
        </Later>
      )}
      {place.page === "transfer" && (
        <Later name="detail" load={load.detail} title={title}>
          {(Detail) => <Detail key={place.id} id={place.id} bootstrap={bootstrap} />}
        </Later>
      )}
      {place.page === "requests" && (
        <Later name="requests" load={load.requests} title={title}>
          {(Requests) => <Requests bootstrap={bootstrap} />}
        </Later>
      )}
      {place.page === "new-request" && bootstrap.may_send && (
        <Later name="ask" load={load.ask} title={title}>
          {(Ask) => <Ask bootstrap={bootstrap} />}
        </Later>
      )}
      {place.page === "request" && (
        <Later name="request" load={load.request} title={title}>
          {(Request) => <Request key={place.id} id={place.id} />}
        </Later>
      )}
    </>
  );
}
