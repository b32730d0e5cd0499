/// <reference types="office-js" />
import { expect, test } from "vitest";

import type {
  ComposeItem,
  CustomProperties,
  Mailbox,
  OfficeApi,
  OfficeTheme,
  ReadItem,
  Settings,
  Ui,
} from "../src/office/api.ts";

// That these compile is the proof: what the pane takes for Office.js is what Microsoft says it is.
const compose = (real: Office.MessageCompose): ComposeItem => real;
const read = (real: Office.MessageRead): ReadItem => real;
const mailbox = (real: Omit<Office.Mailbox, "item">): Mailbox => real;
const properties = (real: Office.CustomProperties): CustomProperties => real;
const settings = (real: Office.RoamingSettings): Settings => real;
const ui = (real: Office.UI): Ui => real;
const theme = (real: Office.OfficeTheme): OfficeTheme => real;
const requirements = (
  real: Office.RequirementSetSupport,
): NonNullable<OfficeApi["context"]>["requirements"] => real;

test("what is used of Office.js is there", () => {
  const all = [compose, read, mailbox, properties, settings, ui, theme, requirements];
  expect(all.every((one) => typeof one === "function")).toBe(true);
});
