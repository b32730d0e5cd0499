import { answer } from "@sealpost/api-client";
import { api, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

import { useMe } from "./useMe.ts";

/**
 * Who somebody is: a user by his id, or a word of the audit log. What cannot be found out is shown as it is; auditors may not
 * ask for users.
 */
export function Who({ id }: { readonly id: string | null | undefined }): ReactNode {
  const { t } = useSpeech();
  const { mayChange } = useMe();
  const isUser = /^[0-9a-f]{8}-/.test(id ?? "");
  const { data } = useQuery({
    queryKey: ["users", "one", id],
    enabled: isUser && mayChange,
    staleTime: 300_000,
    queryFn: () =>
      answer(api.GET("/api/v1/admin/users/{user_id}", { params: { path: { user_id: id ?? "" } } })),
  });
  if (!id || id === "operator") return t("who.operator");
  if (id === "service") return t("who.service");
  if (id === "recipient") return t("who.recipient");
  if (id === "uploader") return t("who.uploader");
  return <bdi>{data ? data.name || data.email : id}</bdi>;
}
