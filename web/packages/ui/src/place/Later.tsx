import { makeStyles, Spinner, Title2 } from "@fluentui/react-components";
import { useQuery } from "@tanstack/react-query";
import type { ComponentType, ReactNode } from "react";

import { useSpeech } from "../language/LanguageProvider.tsx";
import { ProblemBar } from "../problem/ProblemBar.tsx";
import { part } from "./MissingPart.ts";

const useStyles = makeStyles({
  missing: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
});

interface Props<PageProps> {
  /** One of its own. */
  readonly name: string;
  readonly load: () => Promise<{ readonly default: ComponentType<PageProps> }>;
  /** What the page is called; nothing if there is more on it than this. */
  readonly title?: string;
  /** Whether nothing is shown while it is fetched: nobody waits for it. */
  readonly silent?: boolean;
  readonly children: (Page: ComponentType<PageProps>) => ReactNode;
}

/**
 * A page that is fetched when it is first shown. Where that fails it says so, and can be tried again: what else is on the
 * screen, such as an upload, goes on.
 */
export function Later<PageProps>({ name, load, title, silent, children }: Props<PageProps>): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { data, error, refetch } = useQuery({
    queryKey: ["later", name],
    queryFn: () => part(load),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: Number.POSITIVE_INFINITY,
    structuralSharing: false,
  });
  if (data) return children(data.default);
  if (error)
    return (
      <div className={styles.missing}>
        {title && <Title2 as="h1">{title}</Title2>}
        <ProblemBar error={error} retry={() => void refetch()} />
      </div>
    );
  if (silent) return null;
  return <Spinner label={t("shell.loading")} />;
}
