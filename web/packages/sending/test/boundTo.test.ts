import { expect, test } from "vitest";

import { boundTo } from "../src/requests/boundTo.ts";

const [ANNA, BERT] = ["anna@example.org", "bert@example.org"];

test.each([
  ["nobody is addressed: it is typed", undefined, undefined, undefined],
  ["nobody is left", [], ANNA, undefined],
  ["the only one", [ANNA], undefined, ANNA],
  ["of several nobody, until one is chosen", [ANNA, BERT], undefined, ""],
  ["who was chosen", [ANNA, BERT], BERT, BERT],
  ["whoever has the link, if that was chosen", [ANNA], "", ""],
  ["who was chosen is gone: the one who is left", [ANNA], BERT, ANNA],
])("%s", (_, addressed, chosen, expected) => expect(boundTo(addressed, chosen)).toBe(expected));
