import { MessageBar, MessageBarBody, makeStyles, Spinner } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { type Fact, Facts } from "../parts/Facts.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";
import { USERS, userKey, users } from "./api.ts";
import { Deeds, type UserDeed } from "./Deeds.tsx";
import { roleOf } from "./find.ts";
import { ProfileForm } from "./ProfileForm.tsx";
import { Standing } from "./UserTable.tsx";
import { useMayChange } from "./useRoles.ts";
import { Warnings } from "./Warnings.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
});

/** One person: what he is, what he may, and what can be done. */
export default function Detail({ id }: { readonly id: string }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const query = useQuery({ queryKey: userKey(id), queryFn: () => users.get(id) });
  if (query.data) return <Person user={query.data} />;
  return (
    <section className={styles.all}>
      <SectionHead title={t("users.one")} back={{ to: address("users"), text: t("users.back") }} />
      {query.error ? (
        <ProblemBar error={query.error} retry={() => void query.refetch()} />
      ) : (
        <Spinner label={t("shell.loading")} />
      )}
    </section>
  );
}

function Person({ user }: { readonly user: Shape<"User"> }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const me = useMe();
  const mayChange = useMayChange(user.role);
  const isSelf = me.user.id === user.id;
  const [done, setDone] = useState<string>();
  const act = useAct((deed: UserDeed) => deed.act(user.id), [USERS, ["admin", "licence"], ["bootstrap"]]);
  const run = (deed: UserDeed) => {
    setDone(undefined);
    act.mutate(deed, { onSuccess: () => setDone(t(deed.said)) });
  };

  return (
    <section className={styles.all}>
      <SectionHead
        back={{ to: address("users"), text: t("users.back") }}
        title={<bdi>{user.name || user.email}</bdi>}
        beside={<Standing user={user} />}
      />
      <Done>{done}</Done>
      {act.error && <ProblemBar error={act.error} />}
      <Summary user={user} />
      {mayChange ? (
        <>
          <ProfileForm
            key={`${user.name} ${user.role}`}
            user={user}
            isSelf={isSelf}
            isBusy={act.isPending}
            onDeed={run}
          />
          <Deeds user={user} isSelf={isSelf} isBusy={act.isPending} onDeed={run} />
          <Warnings user={user} />
        </>
      ) : (
        <MessageBar layout="multiline">
          <MessageBarBody>{t("users.owners_only")}</MessageBarBody>
        </MessageBar>
      )}
    </section>
  );
}

function Summary({ user }: { readonly user: Shape<"User"> }): ReactNode {
  const { t, format } = useSpeech();
  const time = (at: string | undefined) => at && format.time(new Date(at));
  const { app, passkeys } = user.second_factor;
  const factors = [
    app && t("users.factor_app"),
    passkeys > 0 && t("users.factor_passkeys", { count: passkeys }),
  ];
  const facts: readonly Fact[] = [
    [t("users.email"), <bdi key="email">{user.email}</bdi>],
    [t("users.role"), t(`users.role.${roleOf(user.role)}`)],
    [t("users.since"), time(user.created_at)],
    [
      t("users.seat"),
      user.seat_at ? t("users.seat_since", { time: time(user.seat_at) ?? "" }) : t("users.seat_none"),
    ],
    [t("users.second_factor"), factors.filter(Boolean).join(", ") || t("users.factor_none")],
    [t("users.suspended_since"), time(user.sending_suspended_at)],
    [t("users.disabled_since"), time(user.disabled_at)],
  ];
  return <Facts facts={facts} />;
}
