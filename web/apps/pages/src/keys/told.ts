/** What a person is told of what went wrong with his keys. */
import { Problem } from "@sealpost/api-client";
import { SealedError } from "@sealpost/sealed";
import { type Translate, told } from "@sealpost/ui";

import { NoPasskey, NoPrf } from "./passkey.ts";

export function toldOfKeys(error: Error, t: Translate): string {
  if (error instanceof NoPasskey) return t("keys.told.no_passkey");
  if (error instanceof NoPrf) return t("keys.told.no_prf");
  if (error instanceof SealedError) {
    if (error.kind === "worker") return t("problem.part");
    if (error.kind === "derivation") return t("keys.told.memory");
    return t(error.kind === "public_key" ? "keys.told.public_key" : "keys.told.locked");
  }
  if (error instanceof Problem && error.code === "key_changed") return t("keys.told.changed");
  return told(error, t);
}
