import { Spinner } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, Later, ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import type { Link } from "./carried.ts";
import { Way } from "./Way.tsx";

/** Whose link is further back is no longer looked for: it stands in the list. */
const LATEST = 100;

const load = () => import("@sealpost/sending/requests/Request.tsx");

/** A mail with the link of a request: what has come in by it, if it is the reader's; else the way to where he sends files in. */
export function OwnRequest({ link }: { readonly link: Link }): ReactNode {
  const { t } = useSpeech();
  const { data, error, refetch } = useQuery({
    queryKey: ["requests", "latest"],
    queryFn: () => answer(api.GET("/api/v1/requests", { params: { query: { limit: LATEST } } })),
  });
  if (error) return <ProblemBar error={error} retry={() => void refetch()} />;
  if (!data) return <Spinner label={t("shell.loading")} />;
  const own = data.requests.find(({ url }) => url === link.url);
  if (!own) return <Way link={link} />;
  return (
    <Later name="request" load={load} title={t("requests.title")}>
      {(Request) => <Request key={own.id} id={own.id} alone />}
    </Later>
  );
}
