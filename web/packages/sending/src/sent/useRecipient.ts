import { answer, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";
import {
  type UseMutationResult,
  type UseQueryResult,
  useMutation,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";

interface OneRecipient {
  /** Mails him his link again. */
  readonly resend: UseMutationResult<unknown, Error, void>;
  /** Hands his link back. The service writes down that it has: it is asked for when somebody wants it. */
  readonly link: UseMutationResult<Shape<"Link">, Error, void>;
}

/** What can be done about the link of a recipient. */
export function useRecipient(transfer: string, recipient: string): OneRecipient {
  const queries = useQueryClient();
  const params = { path: { transfer_id: transfer, recipient_id: recipient } };
  const resend = useMutation({
    mutationFn: () =>
      answer(api.POST("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/notify", { params })),
    onSuccess: () => queries.invalidateQueries({ queryKey: ["transfers", transfer] }),
  });
  const link = useMutation({
    mutationFn: () =>
      answer(api.POST("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/link", { params })),
  });
  return { resend, link };
}

interface Devices {
  readonly query: UseQueryResult<Shape<"DeviceList">>;
  readonly forget: UseMutationResult<unknown, Error, void>;
}

/** The browsers in which a recipient needs no code. */
export function useDevices(transfer: string, recipient: string): Devices {
  const queries = useQueryClient();
  const queryKey = ["devices", transfer, recipient];
  const params = { path: { transfer_id: transfer, recipient_id: recipient } };
  const query = useQuery({
    queryKey,
    queryFn: () =>
      answer(api.GET("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/devices", { params })),
  });
  const forget = useMutation({
    mutationFn: () =>
      answer(api.DELETE("/api/v1/transfers/{transfer_id}/recipients/{recipient_id}/devices", { params })),
    // They belong to his address, whatever was sent to it.
    onSuccess: () => queries.invalidateQueries({ queryKey: ["devices"] }),
  });
  return { query, forget };
}
