import { answer } from "@sealpost/api-client";
import { api } from "@sealpost/ui";

import { strange } from "./again.ts";

/**
 * Takes out of a draft whatever is not to be sent: what somebody has removed while it came in is there in part, which keeps
 * the draft from being sent, or whole, if its last answer was lost.
 */
export async function leaveOut(transfer: string, kept: ReadonlySet<string>): Promise<void> {
  const params = { path: { transfer_id: transfer } };
  const stored = await answer(api.GET("/api/v1/transfers/{transfer_id}", { params }));
  for (const id of strange(kept, stored)) {
    const params = { path: { upload_id: id }, header: { "Tus-Resumable": "1.0.0" } };
    await answer(api.DELETE("/api/v1/uploads/{upload_id}", { params }));
  }
}
