import { lazy, type ReactNode } from "react";

import type { SectionProps } from "../shell/sections.ts";
import { UserTable } from "./UserTable.tsx";

const Detail = lazy(() => import("./Detail.tsx"));
const Import = lazy(() => import("./Import.tsx"));
const NewUser = lazy(() => import("./NewUser.tsx"));

/** The tenant's people: all of them, one, a new one, many from a table. */
export default function Users({ rest }: SectionProps): ReactNode {
  switch (rest) {
    case "":
      return <UserTable />;
    case "import":
      return <Import />;
    case "new":
      return <NewUser />;
    default:
      return <Detail key={rest} id={rest} />;
  }
}
