import { readdirSync, readFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";
import { expect, test } from "vitest";
import { DRAWN, draw, source } from "../draw.mjs";
import { FOLDER, json, SAMPLES, xml } from "./samples.ts";
import { all, attribute, parse } from "./xml.ts";

const ICONS = new URL("icons/", FOLDER);
const sample = SAMPLES.plain ?? {};
const document = parse(xml(sample));
const newest = all(document, "VersionOverrides")[1] as Element;
const files = readdirSync(ICONS).filter((name) => name.endsWith(".png"));

/** Width and height, as the header of a PNG file says. */
function sizeOf(name: string): [number, number] {
  const bytes = readFileSync(new URL(name, ICONS));
  expect(bytes.subarray(0, 8).toString("latin1"), name).toBe("\x89PNG\r\n\x1a\n");
  return [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
}
const fileOf = (address: string) => address.slice(address.lastIndexOf("/") + 1);
const square = (side: number) => [side, side];

test("icons of the XML manifest are as large as it says", () => {
  expect(sizeOf(fileOf(attribute(all(document, "IconUrl")[0], "DefaultValue")))).toEqual(square(64));
  expect(sizeOf(fileOf(attribute(all(document, "HighResolutionIconUrl")[0], "DefaultValue")))).toEqual(
    square(128),
  );
  const address = (id: string) =>
    attribute(
      all(newest, "Image").find((one) => attribute(one, "id") === id),
      "DefaultValue",
    );
  const used = all(document, "Image").filter((one) => attribute(one, "resid") !== "");
  for (const image of used) {
    const side = Number(attribute(image, "size")) * Number(attribute(image, "scale") || 1);
    expect(sizeOf(fileOf(address(attribute(image, "resid"))))).toEqual(square(side));
  }
});

test("every button has every size that its place wants", () => {
  for (const icon of all(document, "Icon")) {
    const mobile = attribute(icon, "xsi:type") !== "";
    const sizes = all(icon, "Image").map((one) => [
      Number(attribute(one, "size")),
      Number(attribute(one, "scale") || 0),
    ]);
    const wanted = mobile
      ? [25, 32, 48].flatMap((size) => [1, 2, 3].map((scale) => [size, scale]))
      : [16, 20, 24, 32, 40, 48, 64, 80].map((size) => [size, 0]);
    expect(sizes).toEqual(wanted);
  }
});

test("icons of the JSON manifest are as large as it says", () => {
  const { icons, extensions } = json(sample) as { icons: Record<string, string>; extensions: unknown };
  expect(sizeOf(icons.color ?? "")).toEqual(square(192));
  expect(sizeOf(icons.outline ?? "")).toEqual(square(32));
  const named = [...JSON.stringify(extensions).matchAll(/"size":(\d+),"url":"([^"]+)"/g)];
  expect(named.length).toBeGreaterThan(10);
  for (const [, size, url = ""] of named) expect(sizeOf(fileOf(url))).toEqual(square(Number(size)));
});

test("every icon is what its drawing gives, and is named by a manifest", () => {
  const named = xml(sample) + JSON.stringify(json(sample));
  const drawn = Object.entries(DRAWN).flatMap(([name, sizes]) => sizes.map((size) => ({ name, size })));
  expect(files.sort()).toEqual(drawn.map(({ name, size }) => `${name}-${size}.png`).sort());
  for (const { name, size } of drawn) {
    const file = `${name}-${size}.png`;
    expect(named, file).toContain(file);
    const data = readFileSync(new URL(file, ICONS)).toString("base64");
    const kept = new Resvg(
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}"><image width="${size}" height="${size}" href="data:image/png;base64,${data}"/></svg>`,
    ).render().pixels;
    const fresh = draw(name, size).pixels;
    const furthest = fresh.reduce(
      (most, value, at) => Math.max(most, Math.abs(value - (kept[at] ?? 999))),
      0,
    );
    // Another processor may round otherwise.
    expect(furthest, `${file} from ${source(name, size)}: npm run draw`).toBeLessThanOrEqual(3);
  }
});
