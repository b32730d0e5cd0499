import { answer, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";

type Change = Shape<"ChangeUser">;

/** Under which everything about users is remembered. */
export const USERS = ["admin", "users"] as const;
export const userKey = (id: string) => [...USERS, "one", id] as const;

const of = (id: string) => ({ params: { path: { user_id: id } } });

export const users = {
  list: (after: string | undefined, limit: number) =>
    answer(api.GET("/api/v1/admin/users", { params: { query: { limit, ...(after && { after }) } } })),
  get: (id: string) => answer(api.GET("/api/v1/admin/users/{user_id}", of(id))),
  create: (body: Shape<"CreateUser">) => answer(api.POST("/api/v1/admin/users", { body })),
  change: (id: string, body: Change) =>
    answer(api.PATCH("/api/v1/admin/users/{user_id}", { ...of(id), body })),
  reset: (id: string, body: Shape<"ResetUser">) =>
    answer(api.POST("/api/v1/admin/users/{user_id}/reset", { ...of(id), body })),
  giveSeat: (id: string) => answer(api.PUT("/api/v1/admin/users/{user_id}/seat", of(id))),
  takeSeat: (id: string) => answer(api.DELETE("/api/v1/admin/users/{user_id}/seat", of(id))),
  endSessions: (id: string) => answer(api.DELETE("/api/v1/admin/users/{user_id}/sessions", of(id))),
  warnings: (id: string) => answer(api.GET("/api/v1/admin/users/{user_id}/warnings", of(id))),
  warn: (id: string, text: string) =>
    answer(api.POST("/api/v1/admin/users/{user_id}/warnings", { ...of(id), body: { text } })),
};
