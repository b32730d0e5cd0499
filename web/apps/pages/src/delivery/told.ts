/** What a recipient is told of what went wrong: he belongs to no organisation here, and knows no Sealpost. */
import { Problem } from "@sealpost/api-client";
import { SealedError } from "@sealpost/sealed";
import { type Formats, type TextKey, type Translate, told } from "@sealpost/ui";

const OWN: Partial<Record<NonNullable<Problem["code"]>, TextKey>> = {
  account_needed: "delivery.account.refused",
  code_needed: "delivery.code.needed",
  gone: "delivery.told.unavailable",
  link_unavailable: "delivery.told.unavailable",
  not_available_now: "delivery.told.not_now",
  not_found: "delivery.told.unavailable",
  request_closed: "delivery.told.no_reply",
  state_conflict: "delivery.told.no_reply",
  too_many_requests: "delivery.told.too_many",
  unauthorized: "delivery.told.clock",
  wrong_code: "delivery.told.wrong_code",
};

/** `password` says whether one was shown. */
export function toldRecipient(error: Error, password: boolean, t: Translate, format: Formats): string {
  // The script of the worker has not come.
  if (error instanceof SealedError && error.kind === "worker") return t("problem.part");
  if (error instanceof SealedError && error.kind === "password_parameters") return t("delivery.told.cheap");
  if (error instanceof SealedError) {
    return t(error.kind === "derivation" ? "delivery.told.memory" : "delivery.told.locked");
  }
  if (!(error instanceof Problem)) return told(error, t);
  const { code, retryAfter } = error;
  if (code === "wrong_proof")
    return t(password ? "delivery.told.wrong_password" : "delivery.told.wrong_link");
  const own = code && OWN[code];
  const wait =
    retryAfter === undefined ? [] : [t("delivery.told.wait", { wait: format.duration(retryAfter) })];
  return own ? [t(own), ...wait].join(" ") : told(error, t);
}

/** Whether nothing can be done with this link. */
export function isUnavailable(error: unknown): boolean {
  return error instanceof Problem && ["gone", "link_unavailable", "not_found"].includes(error.code ?? "");
}

/** Whether what the link asks for has to be shown anew. */
export function asksAgain(error: unknown): boolean {
  return error instanceof Problem && (error.code === "code_needed" || error.code === "account_needed");
}
