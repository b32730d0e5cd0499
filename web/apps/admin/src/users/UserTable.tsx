import { Badge, Button, Link, makeStyles, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { type Filter, FilterBar, filtersOf, go, leadingTo, useSearch, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { usePages } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { address } from "../shell/sections.ts";
import { USERS, users } from "./api.ts";
import { look, NAMES, ROLES, roleOf, STANDINGS, standingOf } from "./find.ts";
import { SeatCount } from "./SeatCount.tsx";

type User = Shape<"User">;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  below: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
});

/** All people of the tenant, oldest first, and how many seats are left. */
export function UserTable(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const values = filtersOf(useSearch(), NAMES);
  const list = usePages(
    [...USERS, "list", values],
    (after: string | undefined) => look(users.list, values, after),
    (page) => page.users,
  );
  const filters: readonly Filter[] = [
    { name: "find", label: t("users.find"), hint: t("users.find_hint") },
    {
      name: "role",
      label: t("users.role"),
      choices: ROLES.map((value) => ({ value, text: t(`users.role.${value}`) })),
    },
    {
      name: "state",
      label: t("users.state"),
      choices: STANDINGS.map((value) => ({ value, text: t(`users.state.${value}`) })),
    },
  ];
  const none = list.more ? "users.none_yet" : "users.none_found";
  return (
    <section className={styles.all}>
      <SectionHead
        title={t("users.title")}
        text={<SeatCount />}
        deeds={
          <>
            <Button appearance="primary" onClick={() => go(address("users", "new"))}>
              {t("users.new")}
            </Button>
            <Button onClick={() => go(address("users", "import"))}>{t("users.import")}</Button>
          </>
        }
      />
      <FilterBar label={t("users.filters")} path={address("users")} filters={filters} values={values} />
      <DataTable
        caption={t("users.caption")}
        columns={useColumns()}
        list={list}
        rowKey={({ id }) => id}
        empty={t(none)}
      />
    </section>
  );
}

function useColumns(): readonly [Column<User>, ...Column<User>[]] {
  const styles = useStyles();
  const { t, format } = useSpeech();
  return [
    {
      key: "email",
      head: t("users.person"),
      cell: ({ id, email, name }) => (
        <>
          <Link {...leadingTo(address("users", id))}>
            <bdi>{email}</bdi>
          </Link>
          <div className={styles.below}>
            <bdi>{name}</bdi>
          </div>
        </>
      ),
    },
    {
      key: "role",
      head: t("users.role"),
      kind: "short",
      cell: ({ role }) => t(`users.role.${roleOf(role)}`),
    },
    { key: "state", head: t("users.state"), cell: (user) => <Standing user={user} /> },
    {
      key: "seat",
      head: t("users.seat"),
      kind: "short",
      cell: ({ seat_at }) => t(seat_at ? "users.seat_given" : "users.seat_none"),
    },
    {
      key: "factor",
      head: t("users.second_factor"),
      cell: ({ second_factor: { app, passkeys } }) =>
        [app && t("users.factor_app"), passkeys > 0 && t("users.factor_passkeys", { count: passkeys })]
          .filter(Boolean)
          .join(", ") || t("users.factor_none"),
    },
    {
      key: "since",
      head: t("users.since"),
      kind: "short",
      cell: ({ created_at }) => format.time(new Date(created_at)),
    },
  ];
}

const COLOURS = { active: "success", suspended: "warning", disabled: "danger" } as const;

/** Where a user stands, in words; the colour only beside. */
export function Standing({ user }: { readonly user: User }): ReactNode {
  const { t } = useSpeech();
  const standing = standingOf(user);
  return (
    <Badge appearance="tint" color={COLOURS[standing]}>
      {t(`users.state.${standing}`)}
    </Badge>
  );
}
