import { expect, test } from "vitest";

import { contrast, textOn } from "../src/theme/colour.ts";
import { type Scheme, theme } from "../src/theme/theme.ts";

const SCHEMES: Scheme[] = ["light", "dark"];
// Dark, bright, one that is read on neither scheme's back, and the ends.
const ACCENTS = [
  "#0b5cad",
  "#7a1f5c",
  "#ffd43b",
  "#fff3a0",
  "#ff0000",
  "#0a0a0a",
  "#777777",
  "#000000",
  "#ffffff",
];

test("contrast is WCAG's", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21, 5);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
  expect([textOn("#ffd43b"), textOn("#7a1f5c")]).toEqual(["#000000", "#ffffff"]);
});

test("every colour of a tenant can be read, in every scheme", () => {
  for (const scheme of SCHEMES) {
    for (const accent of ACCENTS) {
      const made = theme(scheme, accent);
      for (const back of [made.colorNeutralBackground1, made.colorNeutralBackground2]) {
        for (const text of [
          made.colorBrandForegroundLink,
          made.colorBrandForegroundLinkHover,
          made.colorCompoundBrandForeground1,
        ]) {
          expect(contrast(text, back), `${scheme} ${accent} ${text} on ${back}`).toBeGreaterThanOrEqual(4.5);
        }
      }
      expect(
        contrast(made.colorBrandForeground2, made.colorBrandBackground2),
        `${scheme} ${accent} on its tint`,
      ).toBeGreaterThanOrEqual(4.5);
      for (const back of [
        made.colorBrandBackground,
        made.colorBrandBackgroundHover,
        made.colorBrandBackgroundPressed,
      ]) {
        expect(
          contrast(made.colorNeutralForegroundOnBrand, back),
          `${scheme} ${accent}`,
        ).toBeGreaterThanOrEqual(4.5);
      }
    }
  }
});
