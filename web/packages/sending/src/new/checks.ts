/** What can be said of a draft before it is sent, next to the field that it is about. */
import { type ContentFinding, type ContentRule, look } from "@sealpost/content";
import { uploadLength } from "@sealpost/sealed/range";
import { type Bootstrap, type Formats, isolate, type Translate } from "@sealpost/ui";

import { isAddress } from "./addresses.ts";
import { asked, asksPassword, type Draft, MOST_DOWNLOADS, needsPhone } from "./draft.ts";
import { count } from "./NumberField.tsx";
import { nameFault } from "./names.ts";

export type Place =
  | "recipients"
  | "files"
  | "protection"
  | "password"
  | "phones"
  | "expiry"
  | "downloads"
  | "replies"
  | "sealing";
/** What is wrong, by field. */
export type Faults = Partial<Record<Place, string>>;

/** What the tenant's rules find in what is written. */
export function findings({ subject, message, files }: Draft, { policy }: Bootstrap): ContentFinding[] {
  const named = files.map(({ path, file }) => ({ name: path, bytes: file.size }));
  // The description of the API calls them objects; what they say is described beside the engine.
  return look(policy.content as unknown as ContentRule[], { subject, message, files: named });
}

/** Whether this looks like a number with its country. */
export function isPhone(text: string): boolean {
  return /^\+[\d\s()./-]{7,}$/.test(text.trim());
}

/** What keeps a draft from being sent. */
export function faults(draft: Draft, { policy, limits }: Bootstrap, t: Translate, format: Formats): Faults {
  const { recipients, files, sealed } = draft;
  const found: Faults = {};
  const wrong = recipients.filter(({ email }) => !isAddress(email)).map(({ email }) => email);
  // What the service counts are bytes that it gets.
  const bytesOf = ({ size }: File) => (sealed ? uploadLength(size) : size);
  const big = files.find(({ file }) => bytesOf(file) > limits.max_file_bytes);

  if (recipients.length === 0) found.recipients = t("new.recipients.none");
  else if (wrong.length > 0) found.recipients = t("new.recipients.wrong", { addresses: format.list(wrong) });
  else if (recipients.length > limits.max_recipients)
    found.recipients = t("new.recipients.many", { count: limits.max_recipients });

  const named = files.find(({ path }) => nameFault(path));
  const unfit = named && nameFault(named.path);
  if (files.length === 0) found.files = t("new.files.none");
  else if (named && unfit) found.files = t(`new.files.name_${unfit}`, { name: isolate(named.path) });
  else if (big)
    found.files = t("new.files.big", { name: isolate(big.path), size: format.size(limits.max_file_bytes) });
  else if (files.length > limits.max_files) found.files = t("new.files.many", { count: limits.max_files });
  else if (files.reduce((sum, { file }) => sum + bytesOf(file), 0) > limits.max_transfer_bytes)
    found.files = t("new.files.much", { size: format.size(limits.max_transfer_bytes) });

  if (asksPassword(draft) && !draft.generate && [...draft.password].length < policy.password_min_chars)
    found.password = t("new.password.short", { count: policy.password_min_chars });
  if (recipients.some((recipient) => needsPhone(asked(draft, recipient)) && !isPhone(recipient.phone)))
    found.phones = t("new.phones.wrong");
  if (Number.isNaN(count(draft.downloads, MOST_DOWNLOADS)))
    found.downloads = t("field.number_or_empty", { most: MOST_DOWNLOADS });
  return found;
}
