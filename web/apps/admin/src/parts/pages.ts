/** Lists as tables show them: those that come in pages, each naming the next, and those that come whole. */
import { keepPreviousData, type UseQueryResult, useInfiniteQuery } from "@tanstack/react-query";

export interface Listing<Row> {
  readonly rows: readonly Row[];
  /** Whether there is nothing to show yet. */
  readonly isPending: boolean;
  /** Whether what is shown is what was asked for before. */
  readonly isOld: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
  /** Fetches the next page; absent on the last one. */
  readonly more?: () => void;
  readonly isFetchingMore: boolean;
}

/**
 * A list page by page, without ever counting it: the service says with each page where the next one begins. `key` names the
 * list and what it is asked by; `ask` gets the page that begins there.
 */
export function usePages<Next extends string | number, Page extends { readonly next?: Next }, Row>(
  key: readonly unknown[],
  ask: (next: Next | undefined) => Promise<Page>,
  rows: (page: Page) => readonly Row[],
): Listing<Row> {
  const query = useInfiniteQuery({
    queryKey: key,
    initialPageParam: undefined as Next | undefined,
    queryFn: ({ pageParam }) => ask(pageParam as Next | undefined),
    getNextPageParam: (page: Page) => page.next,
    placeholderData: keepPreviousData,
  });
  return {
    rows: query.data?.pages.flatMap((page) => rows(page)) ?? [],
    isPending: query.isPending,
    isOld: query.isPlaceholderData,
    error: query.error,
    retry: () => void (query.isFetchNextPageError ? query.fetchNextPage() : query.refetch()),
    ...(query.hasNextPage && { more: () => void query.fetchNextPage() }),
    isFetchingMore: query.isFetchingNextPage,
  };
}

/** A list that comes whole. */
export function whole<Data, Row>(
  query: UseQueryResult<Data>,
  rows: (data: Data) => readonly Row[],
): Listing<Row> {
  return {
    rows: query.data === undefined ? [] : rows(query.data),
    isPending: query.isPending,
    isOld: query.isPlaceholderData,
    error: query.error,
    retry: () => void query.refetch(),
    isFetchingMore: false,
  };
}

/** What is there already. */
export function listed<Row>(rows: readonly Row[]): Listing<Row> {
  return { rows, isPending: false, isOld: false, error: null, retry: () => undefined, isFetchingMore: false };
}
