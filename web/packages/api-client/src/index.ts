/** The HTTP API, typed by `docs/openapi.json`; `schema.ts` is made from it and never edited. */
import createClient, { type Client, type Middleware } from "openapi-fetch";

import { NoConnection, Problem } from "./problem.ts";
import type { components, paths } from "./schema.ts";

export { NoConnection, Problem } from "./problem.ts";

export type Api = Client<paths>;
type Schemas = components["schemas"];
/** A shape of the API by its name. */
export type Shape<Name extends keyof Schemas> = Schemas[Name];

/** The session of a page without cookies. */
export interface Session {
  /** What is shown with every call that shows nothing itself. */
  readonly bearer: () => string | undefined;
  /** After `spent` was refused: whether another one is there now. */
  readonly renewed: (spent: string) => Promise<boolean>;
}

const NONE: Session = { bearer: () => undefined, renewed: async () => false };

/** Whatever is no success is thrown as a [`Problem`], whatever does not arrive as [`NoConnection`]. */
const throwing: Middleware = {
  async onResponse({ response }) {
    if (!response.ok) throw await Problem.of(response);
  },
  onError: ({ error }) => (error instanceof Problem ? error : new NoConnection()),
};

/**
 * The API of the service that has served the page. `language` says in which language it is to answer, `session` what a page
 * without cookies shows.
 */
export function connect(language: () => string, session: Session = NONE): Api {
  const client = createClient<paths>({ baseUrl: "", fetch: (request) => asked(request, session) });
  const asking: Middleware = {
    onRequest({ request }) {
      request.headers.set("Accept-Language", language());
      const bearer = session.bearer();
      if (bearer && !request.headers.has("Authorization")) show(request, bearer);
    },
  };
  client.use(asking, throwing);
  return client;
}

/** Asks, and once more if the session is over and another one can be had. */
async function asked(request: Request, { bearer, renewed }: Session): Promise<Response> {
  const shown = bearer();
  const once =
    shown && request.headers.get("Authorization") === `Bearer ${shown}` ? request.clone() : undefined;
  const response = await fetch(request);
  if (response.status !== 401 || !once || !shown || !(await renewed(shown))) return response;
  show(once, bearer() ?? shown);
  return fetch(once);
}

function show(request: Request, bearer: string): void {
  request.headers.set("Authorization", `Bearer ${bearer}`);
}

/** What a call has answered: those that fail have thrown already. */
export async function answer<Data>(call: Promise<{ data?: Data }>): Promise<Data> {
  return (await call).data as Data;
}
