import { MessageBar, MessageBarBody, Spinner } from "@fluentui/react-components";
import { type Bootstrap, type TextKey, useSpeech } from "@sealpost/ui";
import { lazy, type ReactNode, Suspense, useEffect } from "react";

import { NewTransfer } from "../new/NewTransfer.tsx";
import { type Place, usePlace } from "./address.ts";

const Sent = lazy(() => import("../sent/Sent.tsx"));
const Detail = lazy(() => import("../sent/Detail.tsx"));
const Requests = lazy(() => import("../requests/Requests.tsx"));
const Ask = lazy(() => import("../requests/Ask.tsx"));
const Request = lazy(() => import("../requests/Request.tsx"));

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
      <Suspense fallback={<Spinner label={t("shell.loading")} />}>
        {place.page === "sent" && <Sent />}
        {place.page === "requests" && <Requests bootstrap={bootstrap} />}
        {place.page === "new-request" && bootstrap.may_send && <Ask bootstrap={bootstrap} />}
        {place.page === "request" && <Request key={place.id} id={place.id} />}
        {place.page === "transfer" && <Detail key={place.id} id={place.id} bootstrap={bootstrap} />}
      </Suspense>
    </>
  );
}
