import { makeStyles, tokens } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { Done } from "../parts/Done.tsx";
import { whole } from "../parts/pages.ts";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { Who } from "../parts/Who.tsx";
import { NewBlockedFile } from "./NewBlockedFile.tsx";

type File = Shape<"BlockedFile">;

/** Under which the list is remembered. */
const BLOCKED = ["admin", "blocked-files"] as const;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  below: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
});

/** Files that nobody may send, newest first, and what was found of them. */
export default function BlockedFiles(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [done, setDone] = useState<string>();
  const list = useQuery({
    queryKey: BLOCKED,
    queryFn: () => answer(api.GET("/api/v1/admin/blocked-files")),
    // What was sent before is looked through meanwhile.
    refetchInterval: ({ state }) =>
      state.data?.files.some(({ searched_at }) => !searched_at) ? 5_000 : false,
  });
  const unblock = useAct(
    (blocked_file_id: string) =>
      answer(
        api.DELETE("/api/v1/admin/blocked-files/{blocked_file_id}", {
          params: { path: { blocked_file_id } },
        }),
      ),
    [BLOCKED],
  );
  const columns = useColumns(unblock.isPending, (id) =>
    unblock.mutate(id, { onSuccess: () => setDone(t("blocked.removed")) }),
  );
  return (
    <section className={styles.all}>
      <SectionHead title={t("blocked.title")} text={t("blocked.text")} />
      <NewBlockedFile touches={BLOCKED} onDone={() => setDone(t("blocked.added"))} />
      <Done>{done}</Done>
      {unblock.error && <ProblemBar error={unblock.error} />}
      <DataTable
        caption={t("blocked.caption")}
        columns={columns}
        list={whole(list, (data) => data.files)}
        rowKey={({ id }) => id}
        empty={t("blocked.none")}
      />
    </section>
  );
}

function useColumns(
  isBusy: boolean,
  unblock: (id: string) => void,
): readonly [Column<File>, ...Column<File>[]] {
  const styles = useStyles();
  const { t, format } = useSpeech();
  return [
    {
      key: "sha256",
      head: t("blocked.file"),
      cell: ({ note, sha256, length }) => (
        <>
          {note && <bdi>{note}</bdi>}
          <div className={styles.below}>
            <code>{sha256}</code>
          </div>
          {length !== undefined && <div className={styles.below}>{format.size(length)}</div>}
        </>
      ),
    },
    {
      key: "by",
      head: t("blocked.by"),
      cell: ({ blocked_by, created_at }) => (
        <>
          <Who id={blocked_by} />
          <div className={styles.below}>{format.time(new Date(created_at))}</div>
        </>
      ),
    },
    {
      key: "found",
      head: t("blocked.found"),
      cell: ({ found, unreadable, searched_at }) => (
        <>
          {searched_at ? format.number(found) : t("blocked.searching", { count: found })}
          {unreadable > 0 && (
            <div className={styles.below}>{t("blocked.unreadable", { count: unreadable })}</div>
          )}
        </>
      ),
    },
    {
      key: "deeds",
      head: t("blocked.deeds"),
      kind: "deeds",
      cell: ({ id }) => (
        <Question
          button={t("blocked.remove")}
          title={t("blocked.remove.title")}
          text={t("blocked.remove.text")}
          no={t("parts.cancel")}
          yes={t("blocked.remove")}
          busy={isBusy}
          onYes={() => unblock(id)}
        />
      ),
    },
  ];
}
