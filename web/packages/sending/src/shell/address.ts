/** Where things are. */
import { usePath } from "@sealpost/ui";

/** What the page shows. */
export type Place =
  | { readonly page: "new" }
  | { readonly page: "sent" }
  | { readonly page: "transfer"; readonly id: string }
  | { readonly page: "requests" }
  | { readonly page: "new-request" }
  | { readonly page: "request"; readonly id: string };

export const NEW = "/";
export const SENT = "/transfers";
export const REQUESTS = "/requests";
/** No request is called this: their names are UUIDs. */
export const NEW_REQUEST = `${REQUESTS}/new`;

export function transferAddress(id: string): string {
  return `${SENT}/${id}`;
}

export function requestAddress(id: string): string {
  return `${REQUESTS}/${id}`;
}

/** The service answers with this page for these paths and no others. */
export function place(path: string): Place {
  const [, list, id] = path.match(/^(\/transfers|\/requests)(?:\/([^/]+))?$/) ?? [];
  if (list === SENT) return id ? { page: "transfer", id } : { page: "sent" };
  if (path === NEW_REQUEST) return { page: "new-request" };
  if (list === REQUESTS) return id ? { page: "request", id } : { page: "requests" };
  return { page: "new" };
}

/** What the address of the page says is to be shown. */
export function usePlace(): Place {
  return place(usePath());
}
