/** What the service is asked before anybody has signed in. No session is shown: the one that is over would be renewed for it. */
import { answer, connect, type Shape } from "@sealpost/api-client";

export type Ways = Shape<"AddinSignIn">;
export type EntraApplication = Shape<"AddinEntra">;
export type Session = Shape<"AddinSession">;
export type Pairing = Shape<"PairingBegun">;

const service = connect(() => document.documentElement.lang);

/** The add-in's id, which stands in the address of its pane. */
export function addinOf(path: string): string {
  return /^\/addin\/([^/]+)\//.exec(path)?.[1] ?? "";
}

export const Service = {
  ways: (addin: string): Promise<Ways> =>
    answer(service.GET("/api/v1/addin/{addin_id}/signin", { params: { path: { addin_id: addin } } })),
  /** A session for a token of a directory. */
  exchange: (token: string): Promise<Session> =>
    answer(service.POST("/api/v1/addin/token", { body: { token } })),
  pair: (addin: string): Promise<Pairing> =>
    answer(service.POST("/api/v1/addin/pairing", { body: { addin_id: addin } })),
  /** The session of a pairing that was confirmed. */
  redeem: (device_code: string): Promise<Session> =>
    answer(service.POST("/api/v1/addin/pairing/session", { body: { device_code } })),
} as const;

export type Service = typeof Service;
