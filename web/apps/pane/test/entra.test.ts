import { expect, test } from "vitest";

import { faultOf } from "../src/signin/entra.ts";

const OURS = "11111111-0000-4000-8000-000000000001";
const THEIRS = "22222222-0000-4000-8000-000000000002";

test("errors of MSAL are told apart by what there is to do", () => {
  for (const [thrown, reason, code] of [
    [
      { name: "InteractionRequiredAuthError", errorCode: "interaction_required" },
      "person",
      "interaction_required",
    ],
    [{ name: "ClientAuthError", errorCode: "user_canceled" }, "cancelled", "user_canceled"],
    [{ name: "ClientAuthError", errorCode: "no_network_connectivity" }, "offline", "no_network_connectivity"],
    [
      { name: "ClientAuthError", errorCode: "nested_app_auth_bridge_disabled" },
      "missing",
      "nested_app_auth_bridge_disabled",
    ],
    [
      { name: "ServerError", errorCode: "invalid_grant", errorMessage: "AADSTS53003: blocked." },
      "refused",
      "AADSTS53003",
    ],
    [
      { name: "InteractionRequiredAuthError", errorCode: "x", errorMessage: "AADSTS53003: blocked" },
      "refused",
      "AADSTS53003",
    ],
    [{ name: "BrowserAuthError", errorCode: "popup_window_error" }, "missing", "popup_window_error"],
    [new TypeError("x"), "missing", "unknown_error"],
    [undefined, "missing", "unknown_error"],
  ] as const) {
    const fault = faultOf(thrown, OURS);
    expect([fault.reason, fault.code, fault.correlation]).toEqual([reason, code, OURS]);
  }
});

test("the correlation id is the one in the directory's log, if Entra has named it", () => {
  const errorMessage = `AADSTS53003: Access has been blocked. Trace ID: ${OURS} Correlation ID: ${THEIRS} Timestamp: 2026`;
  expect(faultOf({ name: "ServerError", errorCode: "invalid_grant", errorMessage }, OURS).correlation).toBe(
    THEIRS,
  );
});
