import { Link, makeStyles, tokens } from "@fluentui/react-components";
import { answer } from "@sealpost/api-client";
import { api, leadingTo, useSpeech } from "@sealpost/ui";
import { useQueries } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";
import { protection } from "./protection.ts";
import { type Actor, called, type Step, usersOf } from "./steps.ts";
import { useMore } from "./useMore.ts";

const useStyles = makeStyles({
  list: { margin: 0, padding: 0, listStyle: "none" },
  step: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0 1.5rem",
    padding: "0 0 1rem 1.25rem",
    marginLeft: "0.375rem",
    borderLeft: `2px solid ${tokens.colorNeutralStroke1}`,
    position: "relative",
    "::before": {
      content: '""',
      position: "absolute",
      left: "-0.4375rem",
      top: "0.25rem",
      width: "0.75rem",
      height: "0.75rem",
      borderRadius: "50%",
      background: tokens.colorCompoundBrandBackground,
    },
    "@media (min-width: 48rem)": { gridTemplateColumns: "12rem minmax(0, 1fr)" },
  },
  time: { color: tokens.colorNeutralForeground2 },
  what: { fontWeight: 600 },
  facts: { color: tokens.colorNeutralForeground2 },
});

/** The way of a transfer, step by step: when, what, who, after showing what, and from where. */
export function Timeline({ steps }: { readonly steps: readonly Step[] }): ReactNode {
  const styles = useStyles();
  const { format } = useSpeech();
  const names = useNames(usersOf(steps));
  return (
    <ol className={styles.list}>
      {steps.map((step) => (
        <li key={step.seq} className={styles.step}>
          <time className={styles.time} dateTime={step.at.toISOString()}>
            {format.second(step.at)}
          </time>
          <Said step={step} names={names} />
        </li>
      ))}
    </ol>
  );
}

function Said({
  step,
  names,
}: {
  readonly step: Step;
  readonly names: ReadonlyMap<string, string>;
}): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const more = useMore(step);
  const name = called(step.kind);
  const proof = protection(step.proof);
  const facts: readonly (readonly [string, ReactNode])[] = [
    ...(step.who ? [[t("transfers.by"), <Who key="who" actor={step.who} names={names} />] as const] : []),
    ...(step.whom ? [[t("transfers.about"), <bdi key="whom">{step.whom}</bdi>] as const] : []),
    ...(proof ? [[t("transfers.proof"), t(`protection.${proof}`)] as const] : []),
    ...(step.networks.length > 0 ? [[t("transfers.network"), step.networks.join(", ")] as const] : []),
  ];
  return (
    <div>
      <div className={styles.what}>{name ? t(name) : <code>{step.kind}</code>}</div>
      {more && <div>{more}</div>}
      {facts.map(([term, said]) => (
        <div key={term} className={styles.facts}>
          {term}: {said}
        </div>
      ))}
    </div>
  );
}

interface WhoProps {
  readonly actor: Actor;
  readonly names: ReadonlyMap<string, string>;
}

function Who({ actor, names }: WhoProps): ReactNode {
  const { t } = useSpeech();
  const { mayChange } = useMe();
  if ("address" in actor) return <bdi>{actor.address}</bdi>;
  if ("role" in actor) return t(`transfers.who.${actor.role}`);
  const name = names.get(actor.user) ?? t("transfers.who.user", { id: actor.user });
  if (!mayChange) return <bdi>{name}</bdi>;
  return (
    <Link inline {...leadingTo(address("users", actor.user))}>
      <bdi>{name}</bdi>
    </Link>
  );
}

/** The addresses of users by their ids, as far as who looks may know them. */
function useNames(ids: readonly string[]): ReadonlyMap<string, string> {
  const { mayChange } = useMe();
  const found = useQueries({
    queries: (mayChange ? ids : []).map((id) => ({
      queryKey: ["admin", "users", "one", id],
      queryFn: () => answer(api.GET("/api/v1/admin/users/{user_id}", { params: { path: { user_id: id } } })),
    })),
  });
  return new Map(found.flatMap(({ data }) => (data ? [[data.id, data.email] as const] : [])));
}
