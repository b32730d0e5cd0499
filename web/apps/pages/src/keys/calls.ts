/** What pages about keys ask the service. */
import { answer, type Shape } from "@sealpost/api-client";
import { api } from "@sealpost/ui";

export type OwnPairs = Shape<"KeyPairList">;
export type OwnPair = Shape<"OwnKeyPair">;
export type TeamPairs = Shape<"TeamKeyPairList">;
export type TeamPair = Shape<"TeamKeyPair">;
export type TeamMember = Shape<"TeamMember">;
export type UnderPassphrase = Shape<"PassphraseKey">;
export type Passkey = Shape<"Passkey">;

export const ownPairs = (): Promise<OwnPairs> => answer(api.GET("/api/v1/account/key-pairs"));

export async function passkeys(): Promise<readonly Passkey[]> {
  return (await answer(api.GET("/api/v1/account/passkeys"))).passkeys;
}

export async function teams(): Promise<readonly Shape<"Mailbox">[]> {
  return (await answer(api.GET("/api/v1/mailboxes"))).mailboxes;
}

export function createPair(body: Shape<"CreateKeyPair">): Promise<Shape<"CreatedKeyPair">> {
  return answer(api.POST("/api/v1/account/key-pairs", { body }));
}

export async function putPassphrase(pair: OwnPair, sealed: UnderPassphrase): Promise<void> {
  const params = { path: { key_pair_id: pair.id } };
  const body = { revision: pair.revision, ...sealed };
  await answer(api.PUT("/api/v1/account/key-pairs/{key_pair_id}/passphrase", { params, body }));
}

export async function putPasskey(pair: string, passkey: string, privateKey: string): Promise<void> {
  const params = { path: { key_pair_id: pair, passkey_id: passkey } };
  const body = { private_key: privateKey };
  await answer(api.PUT("/api/v1/account/key-pairs/{key_pair_id}/passkeys/{passkey_id}", { params, body }));
}

export async function removePasskey(pair: string, passkey: string): Promise<void> {
  const params = { path: { key_pair_id: pair, passkey_id: passkey } };
  await answer(api.DELETE("/api/v1/account/key-pairs/{key_pair_id}/passkeys/{passkey_id}", { params }));
}

export function teamPairs(mailbox: string): Promise<TeamPairs> {
  const params = { path: { mailbox_id: mailbox } };
  return answer(api.GET("/api/v1/mailboxes/{mailbox_id}/key-pairs", { params }));
}

export async function createTeamPair(mailbox: string, body: Shape<"CreateTeamKeyPair">): Promise<void> {
  const params = { path: { mailbox_id: mailbox } };
  await answer(api.POST("/api/v1/mailboxes/{mailbox_id}/key-pairs", { params, body }));
}

export async function shareTeamPair(
  mailbox: string,
  pair: string,
  user: string,
  body: Shape<"ShareTeamKey">,
): Promise<void> {
  const params = { path: { mailbox_id: mailbox, key_pair_id: pair, user_id: user } };
  const path = "/api/v1/mailboxes/{mailbox_id}/key-pairs/{key_pair_id}/members/{user_id}";
  await answer(api.PUT(path, { params, body }));
}
