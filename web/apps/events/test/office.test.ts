/// <reference types="office-js" />
import { expect, test } from "vitest";

import type { Item, OfficeApi, Settings } from "../src/host/office.ts";

// That these compile is the proof: what this file takes for Office.js is what Microsoft says it is.
const item = (real: Office.MessageCompose): Item => real;
const settings = (real: Office.RoamingSettings): Settings => real;
const requirements = (
  real: Office.RequirementSetSupport,
): NonNullable<OfficeApi["context"]>["requirements"] => real;

test("what is used of Office.js is there", () => {
  expect([item, settings, requirements].every((one) => typeof one === "function")).toBe(true);
});
