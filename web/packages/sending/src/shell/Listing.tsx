import { Button, makeStyles, Spinner, Title2, tokens } from "@fluentui/react-components";
import { ProblemBar, useSpeech } from "@sealpost/ui";
import type { InfiniteData, UseInfiniteQueryResult } from "@tanstack/react-query";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem", marginTop: "1rem" },
  top: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "0.5rem 1rem",
  },
  list: { margin: 0, padding: 0, listStyle: "none" },
  row: { padding: "0.75rem 0", borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
});

interface Props<Page, Item extends { readonly id: string }> {
  readonly title: string;
  readonly list: UseInfiniteQueryResult<InfiniteData<Page>>;
  readonly items: (page: Page) => readonly Item[];
  /** What there is to do where nothing is listed yet, and in which words. */
  readonly none: string;
  /** What stands between the title and the list: filters of it. */
  readonly above?: ReactNode;
  readonly action: ReactNode;
  readonly row: (item: Item) => ReactNode;
}

/** A list, newest first, that is fetched a page at a time. */
export function Listing<Page, Item extends { readonly id: string }>(props: Props<Page, Item>): ReactNode {
  const { title, list, items, none, above, action, row } = props;
  const styles = useStyles();
  const { t } = useSpeech();
  const all = list.data?.pages.flatMap(items) ?? [];
  const isEmpty = list.isSuccess && all.length === 0;

  return (
    <section className={styles.all}>
      <div className={styles.top}>
        <Title2 as="h1">{title}</Title2>
        {(all.length > 0 || above) && action}
      </div>
      {above}
      {list.isPending && <Spinner label={t("shell.loading")} />}
      {isEmpty && (
        <div>
          <p role="status">{none}</p>
          {!above && action}
        </div>
      )}
      {all.length > 0 && (
        <ul className={styles.list}>
          {all.map((item) => (
            <li key={item.id} className={styles.row}>
              {row(item)}
            </li>
          ))}
        </ul>
      )}
      {/* Below what is there: it may be the next page alone that does not come. */}
      {list.error && (
        <ProblemBar
          error={list.error}
          retry={() => void (list.isFetchNextPageError ? list.fetchNextPage() : list.refetch())}
        />
      )}
      {list.hasNextPage && (
        <div>
          <Button disabledFocusable={list.isFetchingNextPage} onClick={() => void list.fetchNextPage()}>
            {t("sent.more")}
          </Button>
        </div>
      )}
    </section>
  );
}
