import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { convert } from "office-addin-manifest-converter";
import { describe, expect, test } from "vitest";
import { LANGUAGES, SAMPLES, xml } from "./samples.ts";
import { faults } from "./schemas.ts";
import { all, attribute, children, parse, text } from "./xml.ts";

/** What may stand in an element, in this order (learn.microsoft.com: how to find the proper order of manifest elements). */
const ORDER: Readonly<Record<string, readonly string[]>> = {
  OfficeApp: [
    ...["Id", "AlternateId", "Version", "ProviderName", "DefaultLocale", "DisplayName", "Description"],
    ...["IconUrl", "HighResolutionIconUrl", "SupportUrl", "AppDomains", "Hosts", "Requirements"],
    ...["FormSettings", "Permissions", "Rule", "DisableEntityHighlighting", "VersionOverrides"],
  ],
  VersionOverrides: ["Description", "Requirements", "Hosts", "Resources", "VersionOverrides"],
  MailHost: ["Runtimes", "DesktopFormFactor", "MobileFormFactor"],
  DesktopFormFactor: ["SupportsSharedFolders", "FunctionFile", "ExtensionPoint"],
  MobileFormFactor: ["FunctionFile", "ExtensionPoint"],
  LaunchEventPoint: ["LaunchEvents", "SourceLocation"],
  Group: ["Label", "Icon", "Control"],
  Button: ["Label", "ToolTip", "Supertip", "Icon", "Action"],
  MobileButton: ["Label", "Icon", "Action"],
  Supertip: ["Title", "Description"],
  ShowTaskpane: ["TaskpaneId", "SourceLocation", "Title", "SupportsPinning"],
  Resources: ["Images", "Urls", "ShortStrings", "LongStrings"],
};
/** Events that Outlook knows for messages that are written. */
const EVENTS = [
  ...["OnNewMessageCompose", "OnMessageCompose", "OnMessageAttachmentsChanged", "OnMessageRecipientsChanged"],
  ...["OnMessageFromChanged", "OnMessageSend"],
];
const ACTIONS = ["requestUpload", "secureFile"];
const SEND_MODES = ["PromptUser", "SoftBlock", "Block"];
/** Of Outlook on the web, Windows, Mac and phones; `name.size` is what a resource is called. */
const MAX_RESID = 32;
const MAX_BYTES = 256 * 1024;
/** Longest texts: of ShortStrings and LongStrings. */
const MAX_TEXT = { ShortStrings: 125, LongStrings: 250 };
const EVENT_FILE = readFileSync(new URL("../../../apps/events/src/main.ts", import.meta.url), "utf8");

/** The unified manifest takes three sizes of an icon, and the converter hands all eight on. */
function threeIcons(key: string, value: unknown): unknown {
  return key === "icons" && Array.isArray(value) && value.length === 8
    ? value.filter(({ size }) => [16, 32, 80].includes(size as number))
    : value;
}

function kind(element: Element): string {
  const type = attribute(element, "xsi:type");
  if (type === "LaunchEvent") return "LaunchEventPoint";
  return type in ORDER ? type : (element.localName ?? "");
}

describe.each(Object.entries(SAMPLES))("the XML manifest with %s", (_, values) => {
  const source = xml(values);
  const document = parse(source);
  const [older, newer] = all(document, "VersionOverrides") as [Element, Element];

  test("converts to a JSON manifest that keeps its schema", async () => {
    const folder = mkdtempSync(join(tmpdir(), "manifest-"));
    try {
      writeFileSync(join(folder, "manifest.xml"), source);
      await convert(join(folder, "manifest.xml"), join(folder, "out"));
      const files = readdirSync(join(folder, "out")).filter((name) => name.endsWith(".json"));
      expect(files.sort()).toEqual(["de-de.json", "manifest.json", "nl-nl.json"]);
      for (const file of files) {
        const schema = file === "manifest.json" ? "MicrosoftTeams" : "MicrosoftTeams.Localization";
        const converted: unknown = JSON.parse(readFileSync(join(folder, "out", file), "utf8"), threeIcons);
        expect(faults("1.17", schema, converted), file).toEqual([]);
      }
      const converted = readFileSync(join(folder, "out/manifest.json"), "utf8");
      for (const handler of all(newer, "LaunchEvent").map((one) => attribute(one, "FunctionName"))) {
        expect(converted).toContain(`"${handler}"`);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  test("has its elements in the order that Outlook wants", () => {
    for (const element of all(document, "*")) {
      const order = ORDER[kind(element)];
      if (order === undefined) continue;
      const names = children(element).map((child) => child.localName ?? "");
      expect(order, kind(element)).toEqual(expect.arrayContaining(names));
      expect(names, kind(element)).toEqual([...names].sort((a, b) => order.indexOf(a) - order.indexOf(b)));
    }
  });

  test("says all anew for clients that know version 1.1", () => {
    expect(attribute(older, "xsi:type")).toBe("VersionOverridesV1_0");
    expect(attribute(newer, "xsi:type")).toBe("VersionOverridesV1_1");
    expect(newer.parentNode).toBe(older);
    const buttons = (overrides: Element) =>
      children(overrides)
        .filter((one) => one.localName === "Hosts")
        .flatMap((hosts) => all(hosts, "Control"))
        .filter((one) => attribute(one, "xsi:type") === "Button")
        .map((one) => attribute(one, "id"));
    expect(buttons(newer)).toEqual(buttons(older));
    expect(buttons(newer)).toEqual(["SealpostPane", "SealpostSecure", "SealpostRequest", "SealpostRead"]);
  });

  test("names each resource once, in at most 32 characters, and no other", () => {
    for (const overrides of [older, newer]) {
      const parts = children(overrides).filter((one) => one.localName !== "VersionOverrides");
      const resources = parts.filter((one) => one.localName === "Resources").flatMap((one) => all(one, "*"));
      const ids = resources.map((one) => attribute(one, "id")).filter((id) => id !== "");
      expect(new Set(ids).size).toBe(ids.length);
      expect(ids.filter((id) => id.length > MAX_RESID)).toEqual([]);
      const used = parts.flatMap((one) => all(one, "*")).map((one) => attribute(one, "resid"));
      expect([...new Set(used.filter((id) => id !== ""))].sort()).toEqual([...ids].sort());
    }
  });

  test("has texts in every language, none of them too long", () => {
    const localised = all(document, "String").concat(all(document, "DisplayName"));
    for (const one of localised.concat(
      children(document.documentElement).filter((e) => e.localName === "Description"),
    )) {
      const others = children(one).map((child) => attribute(child, "Locale").slice(0, 2));
      expect(["en", ...others]).toEqual(LANGUAGES);
      const texts = [one, ...children(one)].map((e) => attribute(e, "DefaultValue") || attribute(e, "Value"));
      const place = (one.parentNode as Element).localName as keyof typeof MAX_TEXT;
      const most = MAX_TEXT[place] ?? (one.localName === "DisplayName" ? 125 : 250);
      for (const words of texts) {
        expect(words.length).toBeGreaterThan(0);
        expect(words.length, words).toBeLessThanOrEqual(most);
      }
    }
    for (const button of all(newer, "Control").filter((e) => attribute(e, "xsi:type") === "MobileButton")) {
      const label = attribute(children(button)[0], "resid");
      const string = all(newer, "String").find((one) => attribute(one, "id") === label) as Element;
      for (const one of [string, ...children(string)]) {
        const words = attribute(one, "DefaultValue") || attribute(one, "Value");
        expect(words.length, words).toBeLessThanOrEqual(16);
      }
    }
  });

  test("lets the event file hear of events that there are, by functions that it has", () => {
    const events = all(document, "LaunchEvent");
    expect(events.map((one) => attribute(one, "Type"))).toEqual([
      ...new Set(events.map((e) => attribute(e, "Type"))),
    ]);
    for (const event of events) {
      expect(EVENTS).toContain(attribute(event, "Type"));
      expect(EVENT_FILE).toContain(`  ${attribute(event, "FunctionName")}: `);
    }
    const modes = events.map((one) => [attribute(one, "Type"), attribute(one, "SendMode")]);
    expect(modes.filter(([, mode]) => mode !== "")).toEqual([["OnMessageSend", values.send_mode]]);
    expect(SEND_MODES).toContain(values.send_mode);
    expect([...new Set(all(document, "FunctionName").map((one) => one.textContent ?? ""))].sort()).toEqual(
      ACTIONS,
    );
    const [runtime] = all(newer, "Runtime");
    const point = all(newer, "ExtensionPoint").find((one) => attribute(one, "xsi:type") === "LaunchEvent");
    expect(attribute(point && all(point, "SourceLocation")[0], "resid")).toBe(attribute(runtime, "resid"));
  });

  test("asks for no more than it needs", () => {
    expect(all(document, "Permissions").map((one) => one.textContent)).toEqual(["ReadWriteItem"]);
    expect(all(document, "Set").map((one) => [attribute(one, "Name"), attribute(one, "MinVersion")])).toEqual(
      [
        ["Mailbox", "1.5"],
        ["Mailbox", ""],
        ["Mailbox", ""],
      ],
    );
  });

  test("may open its own origin and the sign-in, and loads nothing from anywhere else", () => {
    const domains = all(document, "AppDomain").map((one) => one.textContent);
    expect(domains).toEqual([values.base_url, "https://login.microsoftonline.com"]);
    const addresses = [...all(document, "Url"), ...all(document, "Image"), ...all(document, "SourceLocation")]
      .concat(all(document, "IconUrl"), all(document, "HighResolutionIconUrl"))
      .map((one) => attribute(one, "DefaultValue"))
      .filter((address) => address !== "");
    expect(addresses.length).toBeGreaterThan(50);
    expect(addresses.filter((address) => !address.startsWith(`${values.base_url}/addin/`))).toEqual([]);
  });

  test("has a version of four parts from 1.0.0.0 on, and is no longer than Outlook reads", () => {
    expect(text(document, "Version")).toMatch(/^[1-9][0-9]{0,4}(\.[0-9]{1,5}){3}$/);
    expect(Buffer.byteLength(source)).toBeLessThan(MAX_BYTES);
  });

  test("shows what was given, and nothing of it is markup", () => {
    expect(text(document, "ProviderName")).toBe(values.provider_name);
    expect(attribute(all(document, "DisplayName")[0], "DefaultValue")).toBe(values["display_name.en"]);
    expect(attribute(all(document, "SupportUrl")[0], "DefaultValue")).toBe(values.support_url);
  });
});
