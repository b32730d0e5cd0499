import { answer, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";
import {
  type QueryClient,
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";

type Request = Shape<"UploadRequest">;
type Known = Shape<"RequestWithSubmissions">;

const keyOf = (id: string) => ["requests", id];
const mailedKey = (id: string) => ["requests", id, "mailed"];

/** Notes what the service has answered of a request, so that its page is there at once. */
function note(queries: QueryClient, request: Request): void {
  queries.setQueryData<Known>(keyOf(request.id), (known) => ({
    request,
    submissions: known?.submissions ?? [],
  }));
  void queries.invalidateQueries({ queryKey: ["requests", "list"] });
}

/** Makes a request. */
export function useAsking(): UseMutationResult<Request, Error, Shape<"CreateRequest">> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (body) => answer(api.POST("/api/v1/requests", { body })),
    onSuccess: (request, { notify }) => {
      note(queries, request);
      queries.setQueryData(mailedKey(request.id), notify);
    },
  });
}

interface OneRequest {
  readonly query: UseQueryResult<Known>;
  readonly close: UseMutationResult<Request, Error, void>;
  /** Mails its link again to who alone may use it. */
  readonly resend: UseMutationResult<Request, Error, void>;
  /** Whether its link was mailed since the page was opened. */
  readonly mailed: boolean;
}

/** A request, what has come in by it, and its end. */
export function useRequest(id: string): OneRequest {
  const queries = useQueryClient();
  const params = { path: { request_id: id } };
  const query = useQuery({
    queryKey: keyOf(id),
    queryFn: () => answer(api.GET("/api/v1/requests/{request_id}", { params })),
    // Files come in while it is looked at.
    refetchInterval: ({ state }) => (state.status === "error" ? false : 30_000),
  });
  const close = useMutation({
    mutationFn: () => answer(api.POST("/api/v1/requests/{request_id}/close", { params })),
    onSuccess: (request) => note(queries, request),
  });
  const resend = useMutation({
    mutationFn: () => answer(api.POST("/api/v1/requests/{request_id}/notify", { params })),
  });
  const mailed = resend.isSuccess || queries.getQueryData(mailedKey(id)) === true;
  return { query, close, resend, mailed };
}
