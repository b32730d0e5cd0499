import type { Shape } from "@sealpost/api-client";

type Protection = Shape<"Protection">;

const PROTECTIONS: readonly Protection[] = [
  "account",
  "email_code",
  "email_code_and_password",
  "none",
  "password",
  "sms_code",
  "sms_code_and_password",
];

/** The protection of this name, if it is one. */
export function protection(name: string | undefined): Protection | undefined {
  return PROTECTIONS.find((known) => known === name);
}
