/// <reference types="node" />
import { readFile } from "node:fs/promises";
import openapiTS, { astToString, COMMENT_HEADER } from "openapi-typescript";
import { expect, test } from "vitest";

const DESCRIPTION = new URL("../../../../docs/openapi.json", import.meta.url);
const TYPES = new URL("../src/schema.ts", import.meta.url);

test("the types are those of docs/openapi.json", async () => {
  const made = COMMENT_HEADER + astToString(await openapiTS(DESCRIPTION));
  const committed = await readFile(TYPES, "utf8");
  expect(made === committed, "renew them in web/: npm run renew --workspace packages/api-client").toBe(true);
}, 60_000);
