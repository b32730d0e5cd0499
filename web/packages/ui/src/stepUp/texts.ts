/** The texts of the question, for the catalogue of whichever page asks it. */
import type { Catalogues } from "../language/texts.ts";

export const PROOF: Catalogues = {
  en: () => import("../../../../../locales/en/proof.json"),
  de: () => import("../../../../../locales/de/proof.json"),
  nl: () => import("../../../../../locales/nl/proof.json"),
};
