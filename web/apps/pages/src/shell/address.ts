/** Where things are. */
import { usePath } from "@sealpost/ui";

/** What the page shows. */
export type Place =
  | { readonly page: "new" }
  | { readonly page: "sent" }
  | { readonly page: "transfer"; readonly id: string };

export const NEW = "/";
export const SENT = "/transfers";

export function transferAddress(id: string): string {
  return `${SENT}/${id}`;
}

/** The service answers with this page for these paths and no others. */
export function place(path: string): Place {
  const id = path.match(/^\/transfers\/([^/]+)$/)?.[1];
  if (id) return { page: "transfer", id };
  return { page: path === SENT ? "sent" : "new" };
}

/** What the address of the page says is to be shown. */
export function usePlace(): Place {
  return place(usePath());
}
