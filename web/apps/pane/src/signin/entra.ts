/** Tokens of Microsoft Entra by nested app authentication: Outlook gets them for the account that it is signed in with. */
import { part } from "@sealpost/ui";

import type { EntraApplication } from "./service.ts";

/**
 * Why there is no token. `person`: somebody has to do something in a window; `cancelled`: he has closed it; `refused`: the
 * directory says no; `missing`: this Outlook cannot do it after all; `offline`: nothing came back.
 */
export type EntraReason = "person" | "cancelled" | "refused" | "missing" | "offline";

/** Entra has given no token. */
export class EntraFault extends Error {
  override readonly name = "EntraFault";

  constructor(
    readonly reason: EntraReason,
    /** As Microsoft's pages list it, such as `AADSTS53003`. */
    readonly code: string,
    /** By which the directory's administrators find it in their log. */
    readonly correlation: string,
  ) {
    super(`${reason}: ${code}`);
  }
}

/** What gets tokens. */
export interface Entra {
  /** Without a window; throws [`EntraFault`]. */
  readonly silent: () => Promise<string>;
  /** With a window, if one is needed; throws [`EntraFault`]. */
  readonly popup: () => Promise<string>;
}

/** Milliseconds until an Outlook counts as one that does not answer; a person has longer. */
const SILENCE = 20_000;
const PERSON = 5 * 60_000;

/** What MSAL throws, as far as it is read. */
interface Thrown {
  readonly name?: unknown;
  readonly errorCode?: unknown;
  readonly errorMessage?: unknown;
  readonly message?: unknown;
  readonly correlationId?: unknown;
}

/**
 * Outlook as what gets tokens; nothing if it only says that it can. Microsoft's library comes when it is needed, and keeps what it
 * gets in memory alone.
 */
export async function nested({ client_id, authority, scope }: EntraApplication): Promise<Entra | undefined> {
  if (!hasBridge()) return undefined;
  const msal = await part(() => import("./msal.ts"));
  let isNested = false;
  const begun = msal.createNestablePublicClientApplication(
    {
      auth: { clientId: client_id, authority },
      cache: { cacheLocation: msal.BrowserCacheLocation.MemoryStorage },
      system: { loggerOptions: { logLevel: msal.LogLevel.Error, loggerCallback: () => {} } },
    },
    undefined,
    // It is called where the bridge has answered, and nowhere else.
    (configuration, controller) => {
      isNested = true;
      return new msal.PublicClientApplication(configuration, controller);
    },
  );
  const client = await within(SILENCE, begun).catch(() => undefined);
  if (!client || !isNested) return undefined;

  const token = async (ms: number, ask: (correlationId: string) => Promise<{ accessToken: string }>) => {
    const correlation = crypto.randomUUID();
    try {
      return (await within(ms, ask(correlation))).accessToken;
    } catch (error) {
      throw faultOf(error, correlation);
    }
  };
  const scopes = [scope];
  return {
    silent: () =>
      token(SILENCE, (correlationId) =>
        // A token that is in the library's memory may be the one that the service has just refused.
        client.acquireTokenSilent({ scopes, authority, correlationId, forceRefresh: true }),
      ),
    popup: () =>
      token(PERSON, (correlationId) => client.acquireTokenPopup({ scopes, authority, correlationId })),
  };
}

function hasBridge(): boolean {
  return "nestedAppAuthBridge" in window || "__initializeNestedAppAuth" in window;
}

/** What an error of MSAL means for whoever wants to sign in. */
export function faultOf(error: unknown, correlation: string): EntraFault {
  if (error instanceof EntraFault) return error;
  const { name, errorCode, errorMessage, message } = (error ?? {}) as Thrown;
  const said = `${text(errorMessage)} ${text(message)}`;
  const code = /AADSTS\d+/.exec(said)?.[0] ?? (text(errorCode) || "unknown_error");
  // Entra's own texts name theirs, which is the one in the directory's log.
  const theirs = /correlation id:\s*([0-9a-f-]{36})/i.exec(said)?.[1];
  return new EntraFault(reasonOf(text(name), text(errorCode), said), code, theirs ?? correlation);
}

function reasonOf(name: string, code: string, said: string): EntraReason {
  if (["user_canceled", "user_cancelled", "access_denied"].includes(code)) return "cancelled";
  if (["no_network_connectivity", "network_error", "post_request_failed"].includes(code)) return "offline";
  // What the directory says stands above what the library makes of it.
  if (/AADSTS(?:530|501|650|700|900)\d+/.test(said)) return "refused";
  if (name === "InteractionRequiredAuthError" || code === "no_account_found") return "person";
  if (name === "ServerError" || /AADSTS\d+/.test(said)) return "refused";
  return "missing";
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}

function within<T>(ms: number, asked: Promise<T>): Promise<T> {
  let timer: ReturnType<typeof setTimeout>;
  const late = new Promise<never>((_, failed) => {
    timer = setTimeout(() => failed(new EntraFault("missing", "timed_out", "")), ms);
  });
  return Promise.race([asked, late]).finally(() => clearTimeout(timer));
}
