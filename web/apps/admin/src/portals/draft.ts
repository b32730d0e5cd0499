/** What is written of an upload portal, and what becomes of it. */
import type { Shape } from "@sealpost/api-client";
import type { TextKey } from "@sealpost/ui";

import { read } from "../policy/amounts.ts";

/** Somebody whom uploaders may choose; `key` tells rows apart whatever is written in them. */
export interface Choice {
  readonly key: number;
  readonly email: string;
  readonly label: string;
}

export interface PortalDraft {
  readonly name: string;
  readonly title: string;
  readonly text: string;
  readonly owner: string;
  readonly recipients: readonly Choice[];
  readonly domains: string;
  readonly several: boolean;
  /** Whether only the kinds below are taken, and not whatever the policy lets pass. */
  readonly isNarrow: boolean;
  readonly kinds: readonly string[];
  readonly maxFiles: string;
  /** In megabytes. */
  readonly maxSize: string;
  readonly asksCode: boolean;
  /** The shared mailbox to whose team's key all of it is sealed; nobody seals it, if empty. */
  readonly team: string;
}

export type PortalFaults = Partial<Record<keyof PortalDraft, TextKey>>;

const MEGABYTE = 1_000_000;

export function empty(owner: string): PortalDraft {
  return {
    name: "",
    title: "",
    text: "",
    owner,
    recipients: [],
    domains: "",
    several: false,
    isNarrow: false,
    kinds: [],
    maxFiles: "",
    maxSize: "",
    asksCode: true,
    team: "",
  };
}

export function draftOf(portal: Shape<"Portal">): PortalDraft {
  return {
    name: portal.name,
    title: portal.title,
    text: portal.text ?? "",
    owner: portal.owner.email,
    recipients: portal.recipients.map(({ email, label }, key) => ({ key, email, label })),
    domains: portal.domains.join("\n"),
    several: portal.several,
    isNarrow: portal.kinds !== undefined,
    kinds: portal.kinds ?? [],
    maxFiles: portal.max_files === undefined ? "" : String(portal.max_files),
    maxSize: portal.max_bytes === undefined ? "" : String(portal.max_bytes / MEGABYTE),
    asksCode: portal.asks_code,
    team: (portal.mode === "zero_knowledge" && portal.mailbox_id) || "",
  };
}

const isAddress = (text: string) => /^\S+@\S+$/.test(text.trim());

export function faultsOf(draft: PortalDraft): PortalFaults {
  const { name, title, owner, team, kinds, maxFiles, maxSize } = draft;
  // What a team gets has no choices of people, and of kinds none either.
  const recipients = team ? [] : draft.recipients;
  const isNarrow = !team && draft.isNarrow;
  const files = read(maxFiles);
  const size = read(maxSize);
  const isFiles = maxFiles.trim() === "" || (files !== undefined && Number.isInteger(files) && files > 0);
  const isSize = maxSize.trim() === "" || (size !== undefined && size > 0);
  const areRecipients = recipients.every(({ email, label }) => isAddress(email) && label.trim() !== "");
  return {
    ...(!/^[a-z0-9-]{1,60}$/.test(name) && { name: "portals.fault.name" }),
    ...(title.trim() === "" && { title: "portals.fault.title" }),
    ...(!isAddress(owner) && { owner: "portals.fault.owner" }),
    ...(!areRecipients && { recipients: "portals.fault.recipients" }),
    ...(isNarrow && kinds.length === 0 && { kinds: "portals.fault.kinds" }),
    ...(!isFiles && { maxFiles: "policy.fault.number" }),
    ...(!isSize && { maxSize: "policy.fault.number" }),
  };
}

/** All that is said of a portal but its name; what is left out says nothing. */
function said(written: PortalDraft): Omit<Shape<"CreatePortal">, "name" | "enabled"> {
  // A team gets all of it, and of what is sealed nobody sees the kind.
  const toTeam = { recipients: [], domains: "", several: false, isNarrow: false };
  const draft = written.team ? { ...written, ...toTeam } : written;
  const size = read(draft.maxSize);
  return {
    title: draft.title.trim(),
    text: draft.text.trim() === "" ? null : draft.text,
    owner: draft.owner.trim(),
    recipients: draft.recipients.map(({ email, label }) => ({ email: email.trim(), label: label.trim() })),
    domains: draft.domains.split(/[\s,;]+/).filter((domain) => domain !== ""),
    several: draft.several,
    kinds: draft.isNarrow ? [...draft.kinds] : null,
    max_files: read(draft.maxFiles) ?? null,
    max_bytes: size === undefined ? null : Math.round(size * MEGABYTE),
    asks_code: draft.asksCode,
  };
}

export function added(draft: PortalDraft): Shape<"CreatePortal"> {
  const sealed = draft.team && ({ mode: "zero_knowledge", mailbox_id: draft.team } as const);
  return { name: draft.name, enabled: true, ...said(draft), ...(sealed || {}) };
}

/** What differs from the portal as it is. */
export function changed(draft: PortalDraft, portal: Shape<"Portal">): Shape<"ChangePortal"> {
  const before = said(draftOf(portal));
  const now = said(draft);
  const differing = Object.entries(now).filter(
    ([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name as keyof typeof before]),
  );
  return Object.fromEntries(differing);
}
