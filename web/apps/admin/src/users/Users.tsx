import { Later, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { SectionProps } from "../shell/sections.ts";
import { UserTable } from "./UserTable.tsx";

const load = {
  detail: () => import("./Detail.tsx"),
  import: () => import("./Import.tsx"),
  new: () => import("./NewUser.tsx"),
};

/** The tenant's people: all of them, one, a new one, many from a table. */
export default function Users({ rest }: SectionProps): ReactNode {
  const { t } = useSpeech();
  const title = t("users.title");
  switch (rest) {
    case "":
      return <UserTable />;
    case "import":
      return (
        <Later name="users/import" load={load.import} title={title}>
          {(Import) => <Import />}
        </Later>
      );
    case "new":
      return (
        <Later name="users/new" load={load.new} title={title}>
          {(NewUser) => <NewUser />}
        </Later>
      );
    default:
      return (
        <Later name="users/detail" load={load.detail} title={title}>
          {(Detail) => <Detail key={rest} id={rest} />}
        </Later>
      );
  }
}
