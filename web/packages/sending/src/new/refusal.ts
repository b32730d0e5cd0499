/** Where a refusal of the service belongs: next to the field that it is about. */
import { Problem } from "@sealpost/api-client";
import { type Formats, type Translate, told } from "@sealpost/ui";

import { FilesRefused } from "../sealing/FilesRefused.ts";
import { NoSealer } from "../sealing/NoSealer.ts";
import type { Faults, Place } from "./checks.ts";

/** Where the choices of a sender are that a tenant can lock. */
const LOCKED: Readonly<Record<string, Place>> = {
  expiry: "expiry",
  max_downloads: "downloads",
  mode: "sealing",
  reply: "replies",
};

/** What the service refuses about fields, or the browser cannot do; nothing if it is about something else. */
export function refusal(error: Error | null, t: Translate, format: Formats): Faults {
  if (error instanceof FilesRefused) return { files: error.problems.map((one) => told(one, t)).join(" ") };
  if (error instanceof NoSealer) return { sealing: t("sealing.no_worker") };
  if (!(error instanceof Problem)) return {};
  const { code, body } = error;
  const recipients = body.recipients ?? [];
  switch (code) {
    case "recipient_refused":
      return {
        recipients: recipients
          .map(({ email, reason }) => t("new.recipients.refused", { address: email, reason: reason ?? "" }))
          .join(" "),
      };
    case "protection_required": {
      const wanted = [...new Set(recipients.flatMap(({ protections }) => protections ?? []))];
      if (wanted.length === 0) return { protection: told(error, t) };
      const names = wanted.map((protection) => t(`protection.${protection}`));
      const addresses = format.list(recipients.map(({ email }) => email));
      return { protection: t("new.protection.required", { addresses, protections: format.list(names) }) };
    }
    case "mode_refused":
      return { sealing: told(error, t) };
    case "password_weak":
      return { password: told(error, t) };
    case "choice_locked":
      return { [LOCKED[body.detail ?? ""] ?? "protection"]: told(error, t) };
    default:
      return {};
  }
}
