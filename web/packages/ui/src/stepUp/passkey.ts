/** Passkeys: what the service and the browser have to say to each other. */
import { answer, type Shape } from "@sealpost/api-client";

import { api } from "../api.ts";

const bytes = (text: string): Uint8Array<ArrayBuffer> =>
  Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (char) => char.charCodeAt(0));
const text = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replaceAll("+", "-")
    .replaceAll("/", "_")
    .replaceAll("=", "");

/** Has the browser show a passkey; fails if nobody does. */
export async function showPasskey(): Promise<Shape<"FinishedPasskey">> {
  const { options, state } = await answer(api.POST("/api/v1/signin/passkey/begin"));
  const { challenge, rpId, timeout, userVerification } = options as Record<string, unknown>;
  const publicKey: PublicKeyCredentialRequestOptions = {
    challenge: bytes(String(challenge)),
    ...(typeof rpId === "string" && { rpId }),
    ...(typeof timeout === "number" && { timeout }),
    ...(userVerification === "required" && { userVerification }),
    allowCredentials: [],
  };
  const shown = await navigator.credentials.get({ publicKey });
  if (!(shown instanceof PublicKeyCredential && shown.response instanceof AuthenticatorAssertionResponse))
    throw new Error("no passkey was shown");
  const { authenticatorData, clientDataJSON, signature, userHandle } = shown.response;
  const credential = {
    id: shown.id,
    type: shown.type,
    rawId: text(shown.rawId),
    response: {
      authenticatorData: text(authenticatorData),
      clientDataJSON: text(clientDataJSON),
      signature: text(signature),
      userHandle: userHandle && text(userHandle),
    },
  };
  // The API's description says of it only that it is an object.
  return { state, credential: credential as object as Shape<"FinishedPasskey">["credential"] };
}
