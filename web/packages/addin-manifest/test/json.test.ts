import { describe, expect, test } from "vitest";
import { json, LANGUAGES, SAMPLES, template, xml } from "./samples.ts";
import { faults } from "./schemas.ts";
import { all, attribute, parse, text } from "./xml.ts";

const VERSION = "1.22";
/** Of the unified manifest, beside those of the XML manifest. */
const EVENTS: Readonly<Record<string, string>> = {
  newMessageComposeCreated: "OnNewMessageCompose",
  messageAttachmentsChanged: "OnMessageAttachmentsChanged",
  messageRecipientsChanged: "OnMessageRecipientsChanged",
  messageSending: "OnMessageSend",
};

interface Control {
  id: string;
  actionId: string;
}
interface Manifest {
  $schema: string;
  manifestVersion: string;
  localizationInfo: { additionalLanguages: { languageTag: string; file: string }[] };
  icons: Record<string, string>;
  authorization: { permissions: { resourceSpecific: { name: string }[] } };
  extensions: [
    {
      runtimes: { code: { page: string; script?: string }; actions: { id: string }[] }[];
      ribbons: { tabs: { groups: { controls: Control[] }[] }[] }[];
      autoRunEvents: { events: { type: string; actionId: string; options?: { sendMode: string } }[] }[];
      alternates: { hide: { customOfficeAddin: { officeAddinId: string } } }[];
    },
  ];
}

describe.each(Object.entries(SAMPLES))("the JSON manifest with %s", (_, values) => {
  const manifest = json(values) as unknown as Manifest;
  const [extension] = manifest.extensions;
  const events = extension.autoRunEvents.flatMap((run) => run.events);

  test("keeps its schema, and so do its languages", () => {
    expect(manifest.manifestVersion).toBe(VERSION);
    expect(manifest.$schema).toContain(`/v${VERSION}/`);
    expect(faults(VERSION, "MicrosoftTeams", manifest)).toEqual([]);
    const languages = manifest.localizationInfo.additionalLanguages;
    expect(["en", ...languages.map((one) => one.languageTag)]).toEqual(LANGUAGES);
    for (const { file } of languages) {
      expect(faults(VERSION, "MicrosoftTeams.Localization", json(values, file)), file).toEqual([]);
    }
  });

  test("has the same buttons and events as the XML manifest, and hides it", () => {
    const document = parse(xml(values));
    const newest = all(document, "VersionOverrides")[1] ?? document;
    expect(extension.alternates.map((one) => one.hide.customOfficeAddin.officeAddinId)).toEqual([
      text(document, "Id"),
    ]);
    const controls = extension.ribbons.flatMap((ribbon) =>
      ribbon.tabs.flatMap((tab) => tab.groups.flatMap((group) => group.controls)),
    );
    const buttons = all(newest, "Control").filter((one) => attribute(one, "xsi:type") === "Button");
    expect(controls.map((one) => one.id)).toEqual(buttons.map((one) => attribute(one, "id")));
    expect(events.map((one) => [EVENTS[one.type], one.actionId])).toEqual(
      all(newest, "LaunchEvent").map((one) => [attribute(one, "Type"), attribute(one, "FunctionName")]),
    );
    expect(extension.runtimes.at(-1)?.code).toEqual({
      page: attribute(all(newest, "Url")[2], "DefaultValue"),
      script: attribute(all(newest, "Url")[3], "DefaultValue"),
    });
  });

  test("asks before it is sent in the same way as the XML manifest, once", () => {
    const sending = events.filter((one) => one.type === "messageSending");
    expect(sending.map((one) => one.options?.sendMode)).toEqual([values.json_send_mode]);
    expect(values.json_send_mode?.toLowerCase()).toBe(values.send_mode?.toLowerCase());
  });

  test("names actions that a runtime has, and each once", () => {
    const actions = extension.runtimes.flatMap((runtime) => runtime.actions.map((action) => action.id));
    expect(new Set(actions).size).toBe(actions.length);
    const named = [...events.map((one) => one.actionId)].concat(
      extension.ribbons.flatMap(({ tabs }) =>
        tabs.flatMap(({ groups }) => groups.flatMap(({ controls }) => controls.map((one) => one.actionId))),
      ),
    );
    expect([...new Set(named)].sort()).toEqual([...actions].sort());
  });

  test("may not more than read and write the mail that is open", () => {
    const names = manifest.authorization.permissions.resourceSpecific.map((one) => one.name);
    expect(names).toEqual(["MailboxItem.ReadWrite.User"]);
  });
});

test("every text of the JSON manifest is there in every language", () => {
  const english = JSON.stringify(json(SAMPLES.plain ?? {}));
  for (const language of LANGUAGES.slice(1)) {
    const places = [...template(`${language}.json`).matchAll(/\{\{(.+?)\.(\w+)\}\}/g)];
    expect(places.every(([, , of]) => of === language)).toBe(true);
    // Each place of a text that the manifest itself has is named by a path of its own.
    const paths = Object.keys(json(SAMPLES.plain ?? {}, `${language}.json`)).filter(
      (key) => key !== "$schema",
    );
    expect(paths.length).toBe([...template("manifest.json").matchAll(/\.en\}\}/g)].length);
    expect(english).not.toContain("{{");
  }
});
