import type { Bootstrap } from "@sealpost/ui";

/** What a user of a tenant with narrow bounds is told first. */
export const bootstrap = {
  limits: { max_files: 2, max_file_bytes: 10, max_transfer_bytes: 12, max_recipients: 2 },
  policy: {
    retention_default_seconds: 86_400,
    retention_max_seconds: 864_000,
    protections: ["email_code", "password", "sms_code"],
    password_min_chars: 8,
    replies: "allow",
    locked: [] as string[],
    content: [],
  },
} as unknown as Bootstrap;
