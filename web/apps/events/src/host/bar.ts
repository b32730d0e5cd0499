import { type Bar, PANE } from "../decide/answer.ts";
import { ask } from "./call.ts";
import type { Notification, OfficeApi } from "./office.ts";

const KEY = "sealpost";
const ICON = "mark.16";
const CALL_MS = 500;

/** Shows a bar over the mail, in the place of the one before, or takes that away. */
export async function show(office: OfficeApi, bar: Bar | undefined, withButton: boolean): Promise<void> {
  const messages = office.context?.mailbox?.item?.notificationMessages;
  if (bar === undefined) {
    await ask<void>(CALL_MS, messages?.removeAsync?.bind(messages, KEY));
    return;
  }
  const { message, actionText, contextData } = bar;
  const action = { actionType: "showTaskPane" as const, actionText, commandId: PANE, contextData };
  const notification: Notification = withButton
    ? { type: "insightMessage", message, icon: ICON, actions: [action] }
    : { type: "informationalMessage", message, icon: ICON, persistent: false };
  await ask<void>(CALL_MS, messages?.replaceAsync?.bind(messages, KEY, notification));
}
