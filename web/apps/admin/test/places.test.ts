import type { Shape } from "@sealpost/api-client";
import { expect, test } from "vitest";
import * as target from "../src/forwarding/draft.ts";
import * as portal from "../src/portals/draft.ts";
import { isFor, SECTIONS } from "../src/shell/sections.ts";
import * as provider from "../src/signIn/draft.ts";

const SIEM: Shape<"ForwardingTarget"> = {
  id: "1",
  label: "SIEM",
  created_at: "2026-11-22T00:00:00.000Z",
  enabled: true,
  include_personal: false,
  kinds: ["transfer."],
  lag: 0,
  position: 1,
  syslog: { host: "siem.example", port: 6514, has_client_key: true, ca: "PEM" },
};

test("of a place only what differs is changed, and a key that is not written stays", () => {
  const draft = target.draftOf(SIEM);
  expect(target.changed(draft, SIEM)).toEqual({});
  expect(target.changed({ ...draft, kinds: "transfer.\n session. " }, SIEM)).toEqual({
    kinds: ["transfer.", "session."],
  });
  expect(target.changed({ ...draft, port: "7000" }, SIEM)).toEqual({
    syslog: { host: "siem.example", port: 7000, ca: "PEM" },
  });
});

test("a new place begins from now on unless all is wished for", () => {
  const draft = { ...target.EMPTY, label: " SIEM ", host: "siem.example" };
  expect(target.faultsOf(draft)).toEqual({});
  expect(target.added(draft)).toEqual({
    label: "SIEM",
    kinds: [],
    include_personal: false,
    syslog: { host: "siem.example", port: 6514 },
  });
  expect(target.added({ ...draft, fromStart: true }).from).toBe(1);
  const hook = { ...draft, kind: "webhook" as const, url: "http://x" };
  expect(target.faultsOf(hook)).toEqual({ url: "forwarding.fault.url" });
  expect(target.faultsOf({ ...draft, port: "70000", label: "" })).toEqual({
    label: "forwarding.fault.label",
    port: "forwarding.fault.port",
  });
});

const IDP: Shape<"IdentityProvider"> = {
  id: "1",
  kind: "oidc",
  label: "Anna",
  issuer: "https://id.example",
  client_id: "sealpost",
  created_at: "2026-11-22T00:00:00.000Z",
  domains: ["a.example"],
  enabled: true,
  for_addin: false,
  for_recipients: false,
  for_users: true,
  has_client_secret: true,
  provisions: false,
  redirect_uri: "https://x",
};

test("of a provider only what differs is changed, and a secret that is not written stays", () => {
  const draft = provider.draftOf(IDP);
  expect(provider.changed(draft, IDP)).toEqual({});
  expect(provider.changed({ ...draft, domains: "a.example, b.example", secret: "s" }, IDP)).toEqual({
    domains: ["a.example", "b.example"],
    client_secret: "s",
  });
  expect(provider.faultsOf({ ...draft, forUsers: false, clientId: "" }, false)).toEqual({
    clientId: "signin.fault.client",
    forUsers: "signin.fault.nobody",
  });
});

test("a new provider says what its kind asks for", () => {
  const draft = { ...provider.EMPTY, label: "x", clientId: "c" };
  expect(provider.faultsOf(draft, true)).toEqual({ issuer: "signin.fault.issuer" });
  const entra = { ...draft, kind: "entra" as const, entraTenant: "t" };
  expect(provider.faultsOf(entra, true)).toEqual({});
  expect(provider.added(entra)).toMatchObject({ kind: "entra", entra_tenant: "t" });
  expect(provider.added(entra)).not.toHaveProperty("issuer");
});

const PORTAL: Shape<"Portal"> = {
  id: "1",
  name: "radiology",
  url: "https://x/u/demo/radiology",
  title: "Radiology",
  owner: { user_id: "1", email: "a@x.example", name: "A" },
  recipients: [{ user_id: "2", email: "b@x.example", name: "B", label: "Desk", disabled: false }],
  domains: [],
  several: false,
  kinds: ["pdf"],
  max_bytes: 1_500_000,
  asks_code: true,
  mode: "standard",
  enabled: true,
  drafts: 0,
  created_at: "2026-11-22T00:00:00.000Z",
  changed_at: "2026-11-22T00:00:00.000Z",
};

test("of a portal only what differs is changed, and what is emptied is as the policy says", () => {
  const draft = portal.draftOf(PORTAL);
  expect(draft.maxSize).toBe("1.5");
  expect(portal.changed(draft, PORTAL)).toEqual({});
  expect(portal.changed({ ...draft, isNarrow: false, maxSize: "", maxFiles: "3" }, PORTAL)).toEqual({
    kinds: null,
    max_bytes: null,
    max_files: 3,
  });
  expect(portal.changed({ ...draft, owner: "c@x.example" }, PORTAL)).toEqual({ owner: "c@x.example" });
});

test("a new portal needs a name, a title, and a label for everybody who can be chosen", () => {
  const draft = portal.empty("a@x.example");
  expect(Object.keys(portal.faultsOf(draft)).sort()).toEqual(["name", "title"]);
  const good = { ...draft, name: "x-1", title: "X" };
  expect(portal.faultsOf(good)).toEqual({});
  expect(portal.faultsOf({ ...good, recipients: [{ key: 1, email: "b@x.example", label: "" }] })).toEqual({
    recipients: "portals.fault.recipients",
  });
  expect(portal.faultsOf({ ...good, isNarrow: true, maxFiles: "1.5" })).toEqual({
    kinds: "portals.fault.kinds",
    maxFiles: "policy.fault.number",
  });
  expect(portal.added(good)).toMatchObject({ name: "x-1", title: "X", enabled: true, kinds: null });
});

test("each role sees what the ones below it see, and owners what is theirs", () => {
  const seen = (role: string) => SECTIONS.filter((section) => isFor(role, section)).map(({ word }) => word);
  expect(["owner", "admin", "auditor", "sender", ""].map((role) => isFor(role))).toEqual([
    true,
    true,
    true,
    false,
    false,
  ]);
  expect(seen("owner")).toEqual(SECTIONS.map(({ word }) => word));
  expect(seen("owner").filter((word) => !seen("admin").includes(word))).toEqual([
    "forwarding",
    "support-access",
    "export",
  ]);
  expect(seen("admin")).toEqual(expect.arrayContaining(seen("auditor")));
  expect(seen("auditor")).not.toContain("users");
  expect(seen("sender")).toEqual([]);
});
