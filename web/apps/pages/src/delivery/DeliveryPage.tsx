import { Spinner } from "@fluentui/react-components";
import { Heading, Later, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useCallback, useEffect } from "react";

import { Outside } from "../shell/Outside.tsx";
import { Access } from "./Access.tsx";
import { isAble } from "./able.ts";
import { type OpenedLink, open } from "./calls.ts";
import { Notice } from "./Notice.tsx";
import { SecondPart } from "./SecondPart.tsx";
import { Trouble } from "./Trouble.tsx";
import { isUnavailable } from "./told.ts";
import { useSecret } from "./useSecret.ts";

const toKey = () => import("./toKey/ToKey.tsx");

/** Whether outsiders have sealed it to a key, which opens it in place of a second part. */
function isToKey({ mode, sealed_to_key }: OpenedLink): boolean {
  return mode === "zero_knowledge" && sealed_to_key;
}

/** The page behind a link whose sender has sealed what it leads to: what it asks for, what is inside, and how it is saved. */
export default function DeliveryPage({ token }: { readonly token: string }): ReactNode {
  const { t } = useSpeech();
  const { secret, complete } = useSecret(token);
  const { data, error, refetch, isFetching, isPending } = useQuery({
    queryKey: ["link", token],
    queryFn: () => open(token),
    // Asked once: from then on the page knows better.
    staleTime: Number.POSITIVE_INFINITY,
    refetchOnWindowFocus: false,
  });
  const lookAgain = useCallback(() => void refetch(), [refetch]);
  const title = t("delivery.title");
  const organisation = data?.branding.name;

  useEffect(() => {
    document.title = organisation ? `${title} – ${organisation}` : title;
  }, [title, organisation]);

  // A second part is given to open what a sender has sealed, and nothing else.
  const isOther = secret && data && (data.mode !== "zero_knowledge" || isToKey(data));

  const shown = () => {
    if (!isAble()) return <Notice title={t("delivery.old")}>{t("delivery.old.why")}</Notice>;
    if (isUnavailable(error)) return <Unavailable />;
    // Neither code nor password is asked for, nor what opens a key.
    if (isOther) return <Notice title={t("delivery.unsealed")}>{t("delivery.unsealed.why")}</Notice>;
    // What outsiders have sealed to a key has no second part: whoever has the key opens it.
    if (data && isToKey(data))
      return (
        <Later name="to-key" load={toKey} title={title}>
          {(ToKey) => <ToKey token={token} link={data} lookAgain={lookAgain} />}
        </Later>
      );
    // Nothing is asked for that would be of no use.
    if (!secret && !isPending) return <SecondPart onPart={complete} />;
    if (data && secret)
      return <Access key={secret.written} token={token} link={data} secret={secret} lookAgain={lookAgain} />;
    if (error)
      return (
        <>
          <Heading>{title}</Heading>
          <Trouble error={error} busy={isFetching} retry={() => void refetch()} />
        </>
      );
    return <Spinner label={t("shell.loading")} />;
  };
  return (
    <Outside branding={data?.branding} safe={isOther ? undefined : "delivery.safe"}>
      {shown()}
    </Outside>
  );
}

function Unavailable(): ReactNode {
  const { t } = useSpeech();
  return (
    <Notice title={t("delivery.unavailable")}>
      {t("delivery.told.unavailable")} {t("delivery.told.ask_sender")}
    </Notice>
  );
}
