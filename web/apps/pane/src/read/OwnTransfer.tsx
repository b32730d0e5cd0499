import { Spinner } from "@fluentui/react-components";
import { Problem } from "@sealpost/api-client";
import { useTransfer } from "@sealpost/sending/sent/useTransfer.ts";
import { type Bootstrap, Later, ProblemBar, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Link } from "./carried.ts";
import { Nothing } from "./Nothing.tsx";

const load = () => import("@sealpost/sending/sent/Detail.tsx");

interface Props {
  readonly id: string;
  readonly link: Link | undefined;
  readonly bootstrap: Bootstrap;
}

/** The transfer that a mail names, if it is the reader's; else the way to the files, for he is who gets them. */
export function OwnTransfer({ id, link, bootstrap }: Props): ReactNode {
  const { t } = useSpeech();
  const { query } = useTransfer(id);
  const { data, error } = query;
  // What the reader has no right to know is not there for him.
  const isOthers = error instanceof Problem && error.status === 404;
  const isGone = error instanceof Problem && error.code === "gone";
  if (isOthers) return <Nothing link={link} bootstrap={bootstrap} />;
  if (!data && !isGone)
    return error ? (
      <ProblemBar error={error} retry={() => void query.refetch()} />
    ) : (
      <Spinner label={t("shell.loading")} />
    );
  return (
    <Later name="detail" load={load} title={t("sent.title")}>
      {(Detail) => <Detail key={id} id={id} bootstrap={bootstrap} alone />}
    </Later>
  );
}
