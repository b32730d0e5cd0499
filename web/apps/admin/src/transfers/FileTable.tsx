import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { type Column, DataTable } from "../parts/DataTable.tsx";
import { listed } from "../parts/pages.ts";
import { kindsIn } from "./kinds.ts";

type File = Shape<"LogFile">;

/** Files that their sender's program has sealed: what is known of them, and that the rest is not. */
export function FileTable({ files }: { readonly files: readonly File[] }): ReactNode {
  const { t, format } = useSpeech();
  const columns: readonly [Column<File>, ...Column<File>[]] = [
    { key: "id", head: t("transfers.id"), cell: ({ id }) => <code>{id}</code> },
    {
      key: "size",
      head: t("transfers.file_bytes"),
      kind: "number",
      cell: ({ size }) => format.size(size),
    },
    {
      key: "stated",
      head: t("transfers.file_stated"),
      cell: ({ stated_kinds: kinds = [] }) =>
        kinds.length > 0 ? format.list(kindsIn(kinds, t)) : t("transfers.file_unstated"),
    },
  ];
  return (
    <>
      <DataTable
        caption={t("transfers.sealed_files")}
        columns={columns}
        list={listed(files)}
        rowKey={({ id }) => id}
        empty=""
      />
      <div>{t("transfers.sealed_files.text")}</div>
    </>
  );
}
