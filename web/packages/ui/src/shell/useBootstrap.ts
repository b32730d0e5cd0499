import { answer, type Shape } from "@sealpost/api-client";
import { type UseQueryResult, useQuery } from "@tanstack/react-query";
import { api } from "../api.ts";
import { useSpeech } from "../language/LanguageProvider.tsx";

export type Bootstrap = Shape<"AddinBootstrap">;

/** Who is here, what he may do, and within which bounds; anew in another language, for its message has one. Asked if `enabled`. */
export function useBootstrap(enabled = true): UseQueryResult<Bootstrap> {
  const { language } = useSpeech();
  return useQuery({
    queryKey: ["bootstrap", language],
    queryFn: () => answer(api.GET("/api/v1/addin/bootstrap")),
    placeholderData: (before) => before,
    staleTime: 60_000,
    enabled,
  });
}
