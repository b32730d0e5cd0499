import { type TextKey, useSpeech } from "@sealpost/ui";
import { useCallback, useMemo } from "react";

/** The words of the log, as the service has them: whom or what it happened to, and what. */
const WORDS: Readonly<Record<string, readonly string[]>> = {
  abuse: ["reported", "settled"],
  account: ["locked"],
  audit: ["exported", "trimmed"],
  backup: ["restored"],
  branding: ["logo_changed"],
  certificate: ["issued"],
  client: ["admitted", "created", "refused", "revoked", "rotated"],
  code: ["sent"],
  content: ["refused"],
  copy: ["healed"],
  data_subject: ["erased", "found"],
  delivery: ["opened", "refused"],
  device: ["forgotten"],
  epoch: ["destroyed"],
  file: ["blocked", "damaged", "downloaded", "refused", "removed", "stated", "unblocked"],
  forwarding: ["added", "changed", "removed", "rotated", "skipped", "tested"],
  group: ["changed", "created", "removed"],
  incident: ["acknowledged", "notified"],
  key_pair: ["changed", "created", "shared"],
  licence: ["installed", "refused"],
  links: ["shown"],
  mailbox: ["created", "delegated", "removed", "undelegated"],
  mode: ["refused"],
  pairing: ["confirmed", "refused"],
  passkey: ["added", "removed"],
  password: ["changed", "link_made", "reset_sent"],
  policy: ["changed"],
  portal: ["changed", "created", "refused", "removed"],
  provider: ["added", "changed", "removed"],
  recipient: [
    "added",
    "blocked",
    "erased",
    "link_shown",
    "notified",
    "reminded",
    "removed",
    "resent",
    "unblocked",
    "unreachable",
  ],
  recipients: ["refused"],
  recovery: ["approved", "fetched", "refused", "requested"],
  recovery_code: ["used"],
  recovery_codes: ["renewed"],
  recovery_key: ["removed", "set"],
  request: ["closed", "created", "mailed", "refused"],
  root_key: ["retired", "rotated"],
  second_factor: ["added", "removed"],
  session: ["advanced", "begun", "ended", "ended_all", "refused", "stepped_up"],
  store: ["damaged", "healed"],
  submission: ["begun"],
  support: ["allowed", "opened", "refused", "used", "withdrawn"],
  tenant: ["created", "exported", "removal_began", "resumed", "suspended", "terminated"],
  token: ["issued", "revoked"],
  transfer: [
    "blocked",
    "created",
    "extended",
    "inspected",
    "locked",
    "mail_link_made",
    "purge_started",
    "purged",
    "revised",
    "sent",
    "unblocked",
  ],
  upload: ["abandoned"],
  user: ["changed", "created", "linked", "removed", "reset", "seat_assigned", "seat_withdrawn", "warned"],
};
export const KINDS: readonly string[] = Object.entries(WORDS).flatMap(([of, words]) =>
  words.map((word) => `${of}.${word}`),
);

type Kind<Key> = Key extends `audit.kind.${infer Name}` ? Name : never;

/** What a kind of entry is called; nothing for one that this page does not know. */
export function useKind(): (kind: string) => string | undefined {
  const { t } = useSpeech();
  return useCallback(
    (kind) => {
      const key = `audit.kind.${kind as Kind<TextKey>}` as const;
      const text = t(key);
      return text === key ? undefined : text;
    },
    [t],
  );
}

/** All kinds, to be chosen among: by what they are called. */
export function useKindChoices(): readonly { readonly value: string; readonly text: string }[] {
  const kind = useKind();
  return useMemo(() => {
    const choices = KINDS.map((value) => ({ value, text: kind(value) ?? value }));
    return choices.sort((a, b) => a.text.localeCompare(b.text));
  }, [kind]);
}
