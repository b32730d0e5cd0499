/** Draws the PNG files of addin-manifest/icons from the SVG files beside them: `npm run draw --workspace packages/addin-manifest`. */
import { readFileSync, writeFileSync } from "node:fs";
import { Resvg } from "@resvg/resvg-js";

const FOLDER = new URL("../../../addin-manifest/icons/", import.meta.url);
/** What a ribbon shows. */
const RIBBON = [16, 20, 24, 32, 40, 48, 64, 80];
/** 25, 32 and 48 points of a phone with one, two and three pixels each. */
const MOBILE = [25, 32, 48, 50, 64, 75, 96, 144];
/** Lists of add-ins: of the XML manifest 64 and 128, of the JSON manifest 192. */
const LISTS = [64, 128, 192];
/** Up to here what was drawn for a grid of 16 is clearer. */
const SMALL = 25;

export const DRAWN = {
  mark: [...new Set([...RIBBON, ...MOBILE, ...LISTS])].sort((a, b) => a - b),
  outline: [32],
  request: RIBBON,
  secure: RIBBON,
};

/** The name of the drawing that an icon is made of. */
export function source(name, size) {
  return name !== "outline" && size <= SMALL ? `${name}-small.svg` : `${name}.svg`;
}

/** What an icon is drawn as. */
export function draw(name, size) {
  return new Resvg(readFileSync(new URL(source(name, size), FOLDER)), {
    fitTo: { mode: "width", value: size },
    font: { loadSystemFonts: false },
  }).render();
}

if (process.argv[1] === new URL(import.meta.url).pathname) {
  for (const [name, sizes] of Object.entries(DRAWN)) {
    for (const size of sizes) writeFileSync(new URL(`${name}-${size}.png`, FOLDER), draw(name, size).asPng());
  }
}
