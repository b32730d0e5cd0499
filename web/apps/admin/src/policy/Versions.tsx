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
  const version = Number(number);
  return Number.isSafeInteger(version) && version > 0 ? (
    <VersionPage key={version} current={current} number={version} />
  ) : (
    <VersionList current={current} />
  );
}
