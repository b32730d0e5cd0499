/** The HTTP API, typed by `docs/openapi.json`; `schema.ts` is made from it and never edited. */
import createClient, { type Client, type Middleware } from "openapi-fetch";

import { NoConnection, Problem } from "./problem.ts";
import type { components, paths } from "./schema.ts";

export { NoConnection, Problem } from "./problem.ts";

export type Api = Client<paths>;
type Schemas = components["schemas"];
/** A shape of the API by its name. */
export type Shape<Name extends keyof Schemas> = Schemas[Name];

/** Whatever is no success is thrown as a [`Problem`], whatever does not arrive as [`NoConnection`]. */
const throwing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await Problem.of(response);
  },
  onError: ({ error }) => (error instanceof Problem ? error : new NoConnection()),
};

/**
 * The API of the service that has served the page. `language` says in which language it is to answer, `bearer` the session of a
 * page without cookies.
 */
export function connect(language: () => string, bearer: () => string | undefined = () => undefined): Api {
  const client = createClient<paths>({ baseUrl: "" });
  const asking: Middleware = {
    onRequest({ request }) {
      request.headers.set("Accept-Language", language());
      const session = bearer();
      if (session && !request.headers.has("Authorization"))
        request.headers.set("Authorization", `Bearer ${session}`);
    },
  };
  client.use(asking, throwing);
  return client;
}

/** What a call has answered: those that fail have thrown already. */
export async function answer<Data>(call: Promise<{ data?: Data }>): Promise<Data> {
  return (await call).data as Data;
}
