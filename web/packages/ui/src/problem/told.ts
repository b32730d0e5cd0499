/** What a person is told of what went wrong: what it was, and what to do. */
import { NoConnection, Problem } from "@sealpost/api-client";
import { isolate } from "../format/isolate.ts";
import type { TextKey, Translate } from "../language/texts.ts";
import { MissingPart } from "../place/MissingPart.ts";
import { modeRule, refused } from "./refused.ts";

type Code = NonNullable<Problem["code"]>;

/** The codes that people meet on these pages. */
const KNOWN: Partial<Record<Code, TextKey>> = {
  already_exists: "problem.already_exists",
  choice_locked: "problem.choice_locked",
  forbidden: "problem.forbidden",
  gone: "problem.gone",
  invalid_request: "problem.invalid_request",
  licence_expired: "problem.licence_expired",
  licence_missing: "problem.licence_missing",
  limit_reached: "problem.limit_reached",
  mode_refused: "problem.mode_refused",
  no_seat: "problem.no_seat",
  not_found: "problem.not_found",
  password_weak: "problem.password_weak",
  precondition_failed: "problem.precondition_failed",
  protection_required: "problem.protection_required",
  quota_used_up: "problem.quota_used_up",
  recipient_refused: "problem.recipient_refused",
  request_timeout: "problem.request_timeout",
  sending_suspended: "problem.sending_suspended",
  state_conflict: "problem.state_conflict",
  statement_missing: "problem.statement_missing",
  statement_outdated: "problem.statement_outdated",
  step_up_needed: "problem.step_up_needed",
  stopping: "problem.unavailable",
  storage_full: "problem.storage_full",
  too_large: "problem.too_large",
  too_many_requests: "problem.too_many_requests",
  type_refused: "problem.type_refused",
  unauthorized: "problem.unauthorized",
  unavailable: "problem.unavailable",
};

/** Their `detail` says something that the text does not. */
const DETAILED: readonly (Code | undefined)[] = ["invalid_request", "password_weak", "protection_required"];

export function told(error: Error, t: Translate): string {
  if (error instanceof NoConnection) return t("problem.no_connection");
  if (error instanceof MissingPart) return t("problem.part");
  if (!(error instanceof Problem)) return t("problem.page");
  if (error.code === "type_refused") {
    const { file } = error.body;
    if (file && !file.name) return t("problem.type_refused_sealed", { what: refused(file, t) });
    return t(file?.inside ? "problem.type_refused_inside" : "problem.type_refused", {
      name: isolate(file?.name ?? "–"),
      what: file ? refused(file, t) : "–",
      inside: isolate(file?.inside ?? ""),
    });
  }
  if (error.code === "mode_refused") {
    const rules = (error.body.rules ?? []).map((rule) => modeRule(rule, t));
    return t("problem.mode_refused", { rules: rules.join(" ") });
  }
  if (error.code === "too_many_requests")
    return t("problem.too_many_requests", { count: error.retryAfter ?? 60 });
  const known = error.code && KNOWN[error.code];
  if (!known) return t("problem.internal", { request: error.request ?? "–" });
  const detail = DETAILED.includes(error.code) ? error.body.detail : undefined;
  return detail ? `${t(known)} ${detail}` : t(known);
}

/** Whether the reader has to sign in again before anything else can be. */
export function asksToSignIn(error: Error | null): boolean {
  return error instanceof Problem && error.status === 401;
}
