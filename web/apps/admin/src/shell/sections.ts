/** The sections of the console: where each is, what it is called, who sees it, and what shows it. */
import type { TextKey } from "@sealpost/ui";
import type { ComponentType } from "react";

/** What a section gets: the rest of the path after its own, without a slash in front; empty on its first page. */
export interface SectionProps {
  readonly rest: string;
}

/** Those who run a tenant: each sees what the ones before him see. */
const ROLES: readonly string[] = ["auditor", "admin", "owner"];
type Role = "auditor" | "admin" | "owner";

export interface Section {
  /** The word after `/admin/`; empty for the first page. */
  readonly word: string;
  readonly title: TextKey;
  /** The least of those who see it. Auditors change nothing. */
  readonly for: Role;
  readonly load: () => Promise<{ readonly default: ComponentType<SectionProps> }>;
}

export const SECTIONS: readonly Section[] = [
  {
    word: "",
    title: "overview.title",
    for: "auditor",
    load: () => import("../overview/Overview.tsx"),
  },
  {
    word: "transfers",
    title: "transfers.title",
    for: "auditor",
    load: () => import("../transfers/Transfers.tsx"),
  },
  {
    word: "users",
    title: "users.title",
    for: "admin",
    load: () => import("../users/Users.tsx"),
  },
  {
    word: "mailboxes",
    title: "mailboxes.title",
    for: "admin",
    load: () => import("../mailboxes/Mailboxes.tsx"),
  },
  {
    word: "licence",
    title: "licence.title",
    for: "auditor",
    load: () => import("../licence/Licence.tsx"),
  },
  {
    word: "abuse-reports",
    title: "abuse.title",
    for: "admin",
    load: () => import("../abuse/AbuseReports.tsx"),
  },
  {
    word: "blocked-files",
    title: "blocked.title",
    for: "admin",
    load: () => import("../blocked/BlockedFiles.tsx"),
  },
  {
    word: "clients",
    title: "clients.title",
    for: "admin",
    load: () => import("../clients/Clients.tsx"),
  },
  {
    word: "data-subjects",
    title: "subjects.title",
    for: "admin",
    load: () => import("../subjects/DataSubjects.tsx"),
  },
  {
    word: "policy",
    title: "policy.title",
    for: "auditor",
    load: () => import("../policy/Policy.tsx"),
  },
  {
    word: "recovery",
    title: "recovery.title",
    for: "auditor",
    load: () => import("../recovery/Recovery.tsx"),
  },
  {
    word: "audit",
    title: "audit.title",
    for: "auditor",
    load: () => import("../audit/Audit.tsx"),
  },
  {
    word: "retention",
    title: "retention.title",
    for: "auditor",
    load: () => import("../retention/Retention.tsx"),
  },
  {
    word: "branding",
    title: "branding.title",
    for: "auditor",
    load: () => import("../branding/Branding.tsx"),
  },
  {
    word: "outlook",
    title: "outlook.title",
    for: "auditor",
    load: () => import("../outlook/Outlook.tsx"),
  },
  {
    word: "portals",
    title: "portals.title",
    for: "auditor",
    load: () => import("../portals/Portals.tsx"),
  },
  {
    word: "reports",
    title: "reports.title",
    for: "auditor",
    load: () => import("../reports/Reports.tsx"),
  },
  {
    word: "incidents",
    title: "incidents.title",
    for: "auditor",
    load: () => import("../incidents/Incidents.tsx"),
  },
  {
    word: "sign-in",
    title: "signin.title",
    for: "admin",
    load: () => import("../signIn/Providers.tsx"),
  },
  {
    word: "forwarding",
    title: "forwarding.title",
    for: "owner",
    load: () => import("../forwarding/Forwarding.tsx"),
  },
  {
    word: "support-access",
    title: "support.title",
    for: "owner",
    load: () => import("../support/SupportAccess.tsx"),
  },
  {
    word: "export",
    title: "export.title",
    for: "owner",
    load: () => import("../export/Export.tsx"),
  },
];

/** Whether somebody of this role sees a section; without one, whether he sees the console. */
export function isFor(role: string, section?: Section): boolean {
  const rank = ROLES.indexOf(role);
  return rank >= ROLES.indexOf(section?.for ?? "auditor");
}

export const ADMIN = "/admin";

/** The address of a section, or of a page below it. */
export function address(word: string, rest = ""): string {
  return [ADMIN, word, rest].filter((one) => one !== "").join("/");
}

/** The section that a path names, and the rest of the path. */
export function place(path: string): { readonly section: Section | undefined; readonly rest: string } {
  const [word = "", ...rest] = path.slice(ADMIN.length).split("/").filter(Boolean);
  return { section: SECTIONS.find((section) => section.word === word), rest: rest.join("/") };
}
