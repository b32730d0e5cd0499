import { answer, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";

type User = Shape<"User">;

/** Pages of users that are looked through: those who run a tenant are among the first, and a tenant can have very many. */
const MOST_PAGES = 10;
const PAGE = 200;

/** The tenant's users, oldest first; of very many those who came first. */
export function usePeople(): {
  readonly people: readonly User[];
  readonly isPending: boolean;
  readonly error: Error | null;
  readonly retry: () => void;
} {
  const { data, isPending, error, refetch } = useQuery({
    queryKey: ["users", "people"],
    queryFn: async () => {
      const people: User[] = [];
      let after: string | undefined;
      for (let page = 0; page < MOST_PAGES; page += 1) {
        const { users, next } = await answer(
          api.GET("/api/v1/admin/users", { params: { query: { limit: PAGE, ...(after && { after }) } } }),
        );
        people.push(...users);
        if (!next) break;
        after = next;
      }
      return people;
    },
  });
  return { people: data ?? [], isPending, error, retry: () => void refetch() };
}
