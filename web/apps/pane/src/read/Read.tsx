import { Spinner } from "@fluentui/react-components";
import type { Bootstrap } from "@sealpost/ui";
import { useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import type { Reading } from "../office/reading.ts";
import { carriedBy } from "./carried.ts";
import { Nothing } from "./Nothing.tsx";
import { OwnRequest } from "./OwnRequest.tsx";
import { OwnTransfer } from "./OwnTransfer.tsx";

interface Props {
  readonly mail: Reading;
  readonly bootstrap: Bootstrap;
}

let mails = 0;

/** What Sealpost has to do with a mail that is read: a transfer of the reader's own, files for him, a request, or nothing. */
export default function Read({ mail, bootstrap }: Props): ReactNode {
  const { t } = useSpeech();
  const [number] = useState(() => ++mails);
  const { data } = useQuery({
    queryKey: ["mail", number],
    queryFn: () => carriedBy(mail, window.location.origin),
    staleTime: Number.POSITIVE_INFINITY,
  });
  if (!data) return <Spinner label={t("shell.loading")} />;
  if (data.id) return <OwnTransfer id={data.id} link={data.link} bootstrap={bootstrap} />;
  if (data.link?.to === "request") return <OwnRequest link={data.link} />;
  return <Nothing link={data.link} bootstrap={bootstrap} />;
}
