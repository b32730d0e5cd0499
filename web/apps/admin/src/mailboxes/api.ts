import { answer, Problem, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";

/** Under which everything about shared mailboxes is remembered. */
export const MAILBOXES = ["admin", "mailboxes"] as const;
export const delegatesKey = (id: string) => [...MAILBOXES, id, "delegates"] as const;

const of = (mailbox_id: string) => ({ params: { path: { mailbox_id } } });

export const mailboxes = {
  list: () => answer(api.GET("/api/v1/admin/mailboxes")),
  create: (body: Shape<"CreateMailbox">) => answer(api.POST("/api/v1/admin/mailboxes", { body })),
  remove: (id: string) => answer(api.DELETE("/api/v1/admin/mailboxes/{mailbox_id}", of(id))),
  delegates: (id: string) => answer(api.GET("/api/v1/admin/mailboxes/{mailbox_id}/delegates", of(id))),
  delegate: (id: string, user_id: string) =>
    answer(api.POST("/api/v1/admin/mailboxes/{mailbox_id}/delegates", { ...of(id), body: { user_id } })),
  undelegate: (mailbox_id: string, user_id: string) =>
    answer(
      api.DELETE("/api/v1/admin/mailboxes/{mailbox_id}/delegates/{user_id}", {
        params: { path: { mailbox_id, user_id } },
      }),
    ),
  /** Of a table all or nothing is taken. */
  take: (table: string) =>
    answer(
      api.POST("/api/v1/admin/mailboxes/import", {
        body: table,
        bodySerializer: (text: string) => text,
        headers: { "Content-Type": "text/csv" },
      }),
    ),
};

/** The lines that the service does not take, of a problem that names some. */
export function badLines(error: Error | null): readonly Shape<"BadLine">[] {
  const body: object = error instanceof Problem ? error.body : {};
  return "bad_lines" in body && Array.isArray(body.bad_lines) ? (body.bad_lines as Shape<"BadLine">[]) : [];
}
