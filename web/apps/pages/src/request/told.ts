/** What an uploader is told of what went wrong: he belongs to no organisation here, and knows no Sealpost. */
import { Problem } from "@sealpost/api-client";
import { isolate, refused, type TextKey, type Translate, told } from "@sealpost/ui";

const OWN: Partial<Record<NonNullable<Problem["code"]>, TextKey>> = {
  code_needed: "request.told.code_needed",
  gone: "request.told.ended",
  internal: "request.told.internal",
  limit_reached: "request.told.limit",
  link_unavailable: "request.told.unavailable",
  not_available_now: "request.told.later",
  not_found: "request.told.ended",
  quota_used_up: "request.told.room",
  recipient_refused: "request.told.refused",
  request_closed: "request.told.closed",
  state_conflict: "request.told.conflict",
  storage_full: "request.told.full",
  too_large: "request.told.limit",
  unauthorized: "request.told.ended",
  wrong_address: "request.told.wrong_address",
  wrong_code: "request.told.wrong_code",
};

export function toldUploader(error: Error, t: Translate): string {
  if (!(error instanceof Problem)) return told(error, t);
  const { code, body, request } = error;
  if (code === "type_refused") {
    const { file } = body;
    return t(file?.inside ? "request.told.type_inside" : "request.told.type", {
      name: isolate(file?.name ?? "–"),
      what: file ? refused(file, t) : "–",
      inside: isolate(file?.inside ?? ""),
    });
  }
  if (code === "recipient_refused") {
    // Portals tell why without whom.
    const reasons = [
      ...(body.recipients ?? []).flatMap(({ reason }) => reason ?? []),
      body.detail ?? "",
    ].filter(Boolean);
    return [t("request.told.refused"), ...new Set(reasons)].join(" ");
  }
  const own = code && OWN[code];
  if (own) return t(own, { request: request ?? "–" });
  // What a proxy or a fault has answered has no code.
  return code ? told(error, t) : t("request.told.internal", { request: request ?? "–" });
}
