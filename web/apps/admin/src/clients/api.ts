import { answer, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";

/** Under which the list of API clients is remembered. */
export const CLIENTS = ["admin", "clients"] as const;

/** What a client may be good for. */
export const SCOPES = ["send", "read", "admin", "audit", "scim"] as const;
export type Scope = (typeof SCOPES)[number];

const of = (client_id: string) => ({ params: { path: { client_id } } });

export const clients = {
  list: () => answer(api.GET("/api/v1/admin/clients")),
  create: (body: Shape<"CreateApiClient">) => answer(api.POST("/api/v1/admin/clients", { body })),
  revoke: (id: string) => answer(api.DELETE("/api/v1/admin/clients/{client_id}", of(id))),
  rotate: (id: string) =>
    answer(api.POST("/api/v1/admin/clients/{client_id}/secret", { ...of(id), body: {} })),
};
