/** The sections of the console: where each is, what it is called, who sees it, and what shows it. */
import type { TextKey } from "@sealpost/ui";
import { type ComponentType, type LazyExoticComponent, lazy } from "react";

/** What a section gets: the rest of the path after its own, without a slash in front; empty on its first page. */
export interface SectionProps {
  readonly rest: string;
}

export interface Section {
  /** The word after `/admin/`; empty for the first page. */
  readonly word: string;
  readonly title: TextKey;
  /** Whether auditors, who change nothing, see it too. */
  readonly forAuditors: boolean;
  readonly Show: LazyExoticComponent<ComponentType<SectionProps>>;
}

export const SECTIONS: readonly Section[] = [
  {
    word: "",
    title: "overview.title",
    forAuditors: true,
    Show: lazy(() => import("../overview/Overview.tsx")),
  },
  {
    word: "transfers",
    title: "transfers.title",
    forAuditors: true,
    Show: lazy(() => import("../transfers/Transfers.tsx")),
  },
  {
    word: "users",
    title: "users.title",
    forAuditors: false,
    Show: lazy(() => import("../users/Users.tsx")),
  },
  {
    word: "mailboxes",
    title: "mailboxes.title",
    forAuditors: false,
    Show: lazy(() => import("../mailboxes/Mailboxes.tsx")),
  },
  {
    word: "licence",
    title: "licence.title",
    forAuditors: true,
    Show: lazy(() => import("../licence/Licence.tsx")),
  },
  {
    word: "abuse-reports",
    title: "abuse.title",
    forAuditors: false,
    Show: lazy(() => import("../abuse/AbuseReports.tsx")),
  },
  {
    word: "blocked-files",
    title: "blocked.title",
    forAuditors: false,
    Show: lazy(() => import("../blocked/BlockedFiles.tsx")),
  },
  {
    word: "clients",
    title: "clients.title",
    forAuditors: false,
    Show: lazy(() => import("../clients/Clients.tsx")),
  },
  {
    word: "data-subjects",
    title: "subjects.title",
    forAuditors: false,
    Show: lazy(() => import("../subjects/DataSubjects.tsx")),
  },
  {
    word: "policy",
    title: "policy.title",
    forAuditors: true,
    Show: lazy(() => import("../policy/Policy.tsx")),
  },
  {
    word: "audit",
    title: "audit.title",
    forAuditors: true,
    Show: lazy(() => import("../audit/Audit.tsx")),
  },
  {
    word: "retention",
    title: "retention.title",
    forAuditors: true,
    Show: lazy(() => import("../retention/Retention.tsx")),
  },
  {
    word: "branding",
    title: "branding.title",
    forAuditors: true,
    Show: lazy(() => import("../branding/Branding.tsx")),
  },
  {
    word: "portals",
    title: "portals.title",
    forAuditors: true,
    Show: lazy(() => import("../portals/Portals.tsx")),
  },
  {
    word: "reports",
    title: "reports.title",
    forAuditors: true,
    Show: lazy(() => import("../reports/Reports.tsx")),
  },
  {
    word: "incidents",
    title: "incidents.title",
    forAuditors: true,
    Show: lazy(() => import("../incidents/Incidents.tsx")),
  },
  {
    word: "sign-in",
    title: "signin.title",
    forAuditors: false,
    Show: lazy(() => import("../signIn/Providers.tsx")),
  },
  {
    word: "forwarding",
    title: "forwarding.title",
    forAuditors: false,
    Show: lazy(() => import("../forwarding/Forwarding.tsx")),
  },
  {
    word: "support-access",
    title: "support.title",
    forAuditors: false,
    Show: lazy(() => import("../support/SupportAccess.tsx")),
  },
  {
    word: "export",
    title: "export.title",
    forAuditors: false,
    Show: lazy(() => import("../export/Export.tsx")),
  },
];

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
