/** What is written of a provider of identities, and what becomes of it. */
import type { Shape } from "@sealpost/api-client";
import type { TextKey } from "@sealpost/ui";

export interface ProviderDraft {
  readonly kind: "oidc" | "entra";
  readonly label: string;
  readonly issuer: string;
  readonly entraTenant: string;
  readonly clientId: string;
  readonly secret: string;
  readonly domains: string;
  readonly forUsers: boolean;
  readonly forRecipients: boolean;
  readonly provisions: boolean;
}

export type ProviderFaults = Partial<Record<keyof ProviderDraft, TextKey>>;

export const EMPTY: ProviderDraft = {
  kind: "oidc",
  label: "",
  issuer: "",
  entraTenant: "",
  clientId: "",
  secret: "",
  domains: "",
  forUsers: true,
  forRecipients: false,
  provisions: false,
};

export function draftOf(provider: Shape<"IdentityProvider">): ProviderDraft {
  return {
    kind: provider.kind === "entra" ? "entra" : "oidc",
    label: provider.label,
    issuer: provider.issuer,
    entraTenant: provider.entra_tenant ?? "",
    clientId: provider.client_id,
    secret: "",
    domains: provider.domains.join("\n"),
    forUsers: provider.for_users,
    forRecipients: provider.for_recipients,
    provisions: provider.provisions,
  };
}

export function domainsOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((domain) => domain !== "");
}

/** What cannot be, as far as that is known before the service is asked. */
export function faultsOf(draft: ProviderDraft, isNew: boolean): ProviderFaults {
  const { kind, label, issuer, entraTenant, clientId, forUsers, forRecipients } = draft;
  return {
    ...(label.trim() === "" && { label: "signin.fault.label" }),
    ...(isNew &&
      kind === "oidc" &&
      !/^https?:\/\/\S+$/.test(issuer.trim()) && { issuer: "signin.fault.issuer" }),
    ...(isNew && kind === "entra" && entraTenant.trim() === "" && { entraTenant: "signin.fault.entra" }),
    ...(clientId.trim() === "" && { clientId: "signin.fault.client" }),
    ...(!forUsers && !forRecipients && { forUsers: "signin.fault.nobody" }),
  };
}

export function added(draft: ProviderDraft): Shape<"AddIdentityProvider"> {
  return {
    kind: draft.kind,
    label: draft.label.trim(),
    client_id: draft.clientId.trim(),
    ...(draft.secret !== "" && { client_secret: draft.secret }),
    ...(draft.kind === "oidc" ? { issuer: draft.issuer.trim() } : { entra_tenant: draft.entraTenant.trim() }),
    domains: domainsOf(draft.domains),
    for_users: draft.forUsers,
    for_recipients: draft.forRecipients,
    provisions: draft.provisions,
  };
}

/** What differs from the provider as it is; a secret is changed only if one was written. */
export function changed(
  draft: ProviderDraft,
  provider: Shape<"IdentityProvider">,
): Shape<"ChangeIdentityProvider"> {
  const before = draftOf(provider);
  return {
    ...(draft.label.trim() !== before.label && { label: draft.label.trim() }),
    ...(draft.clientId.trim() !== before.clientId && { client_id: draft.clientId.trim() }),
    ...(draft.secret !== "" && { client_secret: draft.secret }),
    ...(domainsOf(draft.domains).join() !== provider.domains.join() && { domains: domainsOf(draft.domains) }),
    ...(draft.forUsers !== before.forUsers && { for_users: draft.forUsers }),
    ...(draft.forRecipients !== before.forRecipients && { for_recipients: draft.forRecipients }),
    ...(draft.provisions !== before.provisions && { provisions: draft.provisions }),
  };
}
