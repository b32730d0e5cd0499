import { makeStyles, tokens } from "@fluentui/react-components";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  code: { fontFamily: tokens.fontFamilyMonospace, overflowWrap: "anywhere" },
});

/** What people compare of a key, letter by letter. */
export function Fingerprint({ of }: { readonly of: string }): ReactNode {
  return <code className={useStyles().code}>{of}</code>;
}
