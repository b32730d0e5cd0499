import { Later } from "@sealpost/ui";
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
  switch (rest) {
    case "":
      return <UserTable />;
    case "import":
      return (
        <Later name="users/import" load={load.import}>
          {(Import) => <Import />}
        </Later>
      );
    case "new":
      return (
        <Later name="users/new" load={load.new}>
          {(NewUser) => <NewUser />}
        </Later>
      );
    default:
      return (
        <Later name="users/detail" load={load.detail}>
          {(Detail) => <Detail key={rest} id={rest} />}
        </Later>
      );
  }
}
