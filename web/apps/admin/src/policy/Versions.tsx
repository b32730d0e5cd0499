import type { ReactNode } from "react";

import type { Version } from "./useDraft.ts";
import { VersionList } from "./VersionList.tsx";
import { VersionPage } from "./VersionPage.tsx";

interface Props {
  readonly current: Version;
  /** The number of one, as it stands in the address; all if there is none. */
  readonly number: string | undefined;
}

/** What became of the policy. */
export default function Versions({ current, number }: Props): ReactNode {
  return number && /^\d{1,15}$/.test(number) ? (
    <VersionPage key={number} current={current} number={Number(number)} />
  ) : (
    <VersionList current={current} />
  );
}
