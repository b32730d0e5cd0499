/** What is written of a place to which the audit log is sent on, and what becomes of it. */
import type { Shape } from "@sealpost/api-client";
import type { TextKey } from "@sealpost/ui";

export interface TargetDraft {
  readonly kind: "syslog" | "webhook";
  readonly label: string;
  readonly host: string;
  readonly port: string;
  readonly url: string;
  readonly ca: string;
  readonly certificate: string;
  readonly key: string;
  readonly kinds: string;
  readonly includePersonal: boolean;
  /** Whether a new place gets all that there is, and not only what happens from now on. */
  readonly fromStart: boolean;
}

export type TargetFaults = Partial<Record<keyof TargetDraft, TextKey>>;

export const EMPTY: TargetDraft = {
  kind: "syslog",
  label: "",
  host: "",
  port: "6514",
  url: "",
  ca: "",
  certificate: "",
  key: "",
  kinds: "",
  includePersonal: false,
  fromStart: false,
};

export function draftOf(target: Shape<"ForwardingTarget">): TargetDraft {
  const { syslog, webhook } = target;
  return {
    ...EMPTY,
    kind: syslog ? "syslog" : "webhook",
    label: target.label,
    host: syslog?.host ?? "",
    port: String(syslog?.port ?? EMPTY.port),
    url: webhook?.url ?? "",
    ca: syslog?.ca ?? webhook?.ca ?? "",
    certificate: syslog?.client_certificate ?? "",
    kinds: target.kinds.join("\n"),
    includePersonal: target.include_personal,
  };
}

export function kindsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((kind) => kind !== "");
}

export function faultsOf({ kind, label, host, port, url }: TargetDraft): TargetFaults {
  const number = Number(port);
  const isPort = /^\d+$/.test(port.trim()) && number >= 1 && number <= 65_535;
  return {
    ...(label.trim() === "" && { label: "forwarding.fault.label" }),
    ...(kind === "syslog" && !/^\S+$/.test(host.trim()) && { host: "forwarding.fault.host" }),
    ...(kind === "syslog" && !isPort && { port: "forwarding.fault.port" }),
    ...(kind === "webhook" && !/^https:\/\/\S+$/.test(url.trim()) && { url: "forwarding.fault.url" }),
  };
}

/** Where it goes. A key that is not written stays as it is. */
function place(draft: TargetDraft): Pick<Shape<"AddForwarding">, "syslog" | "webhook"> {
  const ca = draft.ca.trim() === "" ? {} : { ca: draft.ca };
  if (draft.kind === "webhook") return { webhook: { url: draft.url.trim(), ...ca } };
  return {
    syslog: {
      host: draft.host.trim(),
      port: Number(draft.port),
      ...ca,
      ...(draft.certificate.trim() !== "" && { client_certificate: draft.certificate }),
      ...(draft.key.trim() !== "" && { client_key: draft.key }),
    },
  };
}

export function added(draft: TargetDraft): Shape<"AddForwarding"> {
  return {
    label: draft.label.trim(),
    kinds: kindsOf(draft.kinds),
    include_personal: draft.includePersonal,
    ...(draft.fromStart && { from: 1 }),
    ...place(draft),
  };
}

/** What differs from the place as it is. */
export function changed(draft: TargetDraft, target: Shape<"ForwardingTarget">): Shape<"ChangeForwarding"> {
  const before = draftOf(target);
  const where = ["host", "port", "url", "ca", "certificate", "key"] as const;
  return {
    ...(draft.label.trim() !== before.label && { label: draft.label.trim() }),
    ...(kindsOf(draft.kinds).join() !== target.kinds.join() && { kinds: kindsOf(draft.kinds) }),
    ...(draft.includePersonal !== before.includePersonal && { include_personal: draft.includePersonal }),
    ...(where.some((field) => draft[field].trim() !== before[field].trim()) && place(draft)),
  };
}
