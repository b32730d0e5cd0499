import { answer, type Shape } from "@sealpost/api-client";
import { api, type Bootstrap, type Language } from "@sealpost/ui";
import { type UseMutationResult, useMutation, useQueryClient } from "@tanstack/react-query";

import type { Compose } from "../office/compose.ts";
import { linesOf, putWanted } from "./block.ts";
import { keepRequest, recallRequest } from "./known.ts";

type Request = Shape<"UploadRequest">;

export const standingKey = (id: string) => ["requests", id, "in-mail"];

/**
 * Puts a request's link into the mail that is written. A mail asks by one request: the block of the one before is replaced, and that
 * one closed if nobody has used it, for its link was handed to nobody.
 */
export function usePutting(
  mail: Compose,
  { branding }: Bootstrap,
): UseMutationResult<void, Error, { readonly request: Request; readonly language: Language }> {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: async ({ request, language }) => {
      const { url } = request;
      if (!url) return;
      const before = await earlier(mail, request.id);
      const lines = await linesOf({ ...request, url }, branding, language);
      await putWanted(mail, lines, branding, before?.url);
      await keepRequest(mail, request.id);
      if (before?.open && before.uses === 0) await close(before.id);
    },
    onSettled: () => queries.invalidateQueries({ queryKey: ["requests"] }),
  });
}

async function earlier(mail: Compose, now: string): Promise<Request | undefined> {
  const id = await recallRequest(mail);
  if (!id || id === now) return undefined;
  const params = { path: { request_id: id } };
  // One that is gone has no link that anybody could use.
  const known = await answer(api.GET("/api/v1/requests/{request_id}", { params })).catch(() => undefined);
  return known?.request;
}

/** It stays open if it cannot be closed: its link is in no mail any more. */
async function close(id: string): Promise<void> {
  const params = { path: { request_id: id } };
  await answer(api.POST("/api/v1/requests/{request_id}/close", { params })).catch(() => {});
}
