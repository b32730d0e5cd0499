/** Fluent's themes in a tenant's colour. */
import {
  type BrandVariants,
  createDarkTheme,
  createLightTheme,
  type Theme,
  teamsHighContrastTheme,
} from "@fluentui/react-components";

import { mix, readOn, textOn } from "./colour.ts";

export type Scheme = "light" | "dark" | "contrast";

/** Ours, where a tenant has said nothing. */
export const ACCENT = "#0b5cad";

const BLACK = "#000000";
const WHITE = "#ffffff";

/** The sixteen shades that Fluent makes a theme of; the colour itself stands at 80. */
function shades(accent: string): BrandVariants {
  const steps = [10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 110, 120, 130, 140, 150, 160] as const;
  const shade = (step: number) =>
    step <= 80 ? mix(accent, BLACK, (80 - step) / 90) : mix(accent, WHITE, (step - 80) / 90);
  return Object.fromEntries(steps.map((step) => [step, shade(step)])) as BrandVariants;
}

/**
 * What can be pressed has the tenant's colour, and text on it is white or black, so that no colour is refused. Links and
 * lines have the shade next to it that is read on what is behind them.
 */
export function theme(scheme: Scheme, accent: string = ACCENT): Theme {
  if (scheme === "contrast") return teamsHighContrastTheme;
  const base = scheme === "light" ? createLightTheme(shades(accent)) : createDarkTheme(shades(accent));
  const on = textOn(accent);
  const away = on === WHITE ? BLACK : WHITE;
  const backs = [base.colorNeutralBackground1, base.colorNeutralBackground2, base.colorNeutralBackground3];
  const towards = scheme === "light" ? BLACK : WHITE;
  const line = readOn(accent, backs, towards);
  const stronger = mix(line, towards, 0.2);
  // Badges stand on a shade of the colour itself; another one under the pointer could leave no text to be read on both.
  const tint = base.colorBrandBackground2;
  const tinted = readOn(line, [...backs, tint], towards);
  return {
    ...base,
    colorBrandBackground: accent,
    colorBrandBackgroundHover: mix(accent, away, 0.12),
    colorBrandBackgroundPressed: mix(accent, away, 0.24),
    colorBrandBackgroundSelected: mix(accent, away, 0.16),
    colorNeutralForegroundOnBrand: on,
    colorBrandForeground1: line,
    colorBrandBackground2Hover: tint,
    colorBrandBackground2Pressed: tint,
    colorBrandForeground2: tinted,
    colorBrandForeground2Hover: tinted,
    colorBrandForeground2Pressed: tinted,
    colorBrandForegroundLink: line,
    colorBrandForegroundLinkHover: stronger,
    colorBrandForegroundLinkPressed: stronger,
    colorBrandStroke1: line,
    colorCompoundBrandForeground1: line,
    colorCompoundBrandForeground1Hover: stronger,
    colorCompoundBrandForeground1Pressed: stronger,
    colorCompoundBrandBackground: line,
    colorCompoundBrandBackgroundHover: stronger,
    colorCompoundBrandBackgroundPressed: stronger,
    colorCompoundBrandStroke: line,
    colorCompoundBrandStrokeHover: stronger,
    colorCompoundBrandStrokePressed: stronger,
  };
}
