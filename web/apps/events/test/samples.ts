import type { Attachment, Mail } from "../src/mail.ts";
import type { EventPolicy } from "../src/policy.ts";

export const policyOf = (more: Partial<EventPolicy> = {}): EventPolicy => ({
  format: 1,
  active: true,
  fresh_seconds: 60,
  keep_seconds: 0,
  send_mode: "soft_block",
  ...more,
});
export const file = (name: string, size = 1000, more: Partial<Attachment> = {}): Attachment => ({
  id: name,
  name,
  size,
  kind: "file",
  inline: false,
  ...more,
});
export const mailOf = (more: Partial<Mail> = {}): Mail => ({
  from: "anna@st-anna.example",
  recipients: ["bert@example.org"],
  knowsRecipients: true,
  attachments: [],
  subject: "",
  message: "",
  ...more,
});
export const ID = "0190a000-0000-7000-8000-000000000001";
