import type { ComposeItem, Notification, Notifications } from "./api.ts";
import { ask, MISSING } from "./call.ts";

/** The bar is one, whoever shows it: the event file takes the same. */
const KEY = "sealpost";
const ICON = "mark.16";
/** The button of the manifest that opens the pane. */
const PANE = "SealpostPane";
/** Outlook refuses longer ones. */
const MOST = { message: 150, action: 30 };

export interface Bar {
  readonly message: string;
  /** What opens the pane, and what that is told (Mailbox 1.10); elsewhere the message stands alone. */
  readonly action?: { readonly text: string; readonly contextData: string } | undefined;
}

/** Shows a bar over the mail, in the place of the one before (Mailbox 1.3); throws `OfficeFault`. */
export function showBar(item: Pick<ComposeItem, "notificationMessages">, bar: Bar): Promise<void> {
  const message = bar.message.slice(0, MOST.message);
  const notification: Notification = bar.action
    ? {
        type: "insightMessage",
        message,
        icon: ICON,
        actions: [
          {
            actionType: "showTaskPane",
            actionText: bar.action.text.slice(0, MOST.action),
            commandId: PANE,
            contextData: bar.action.contextData,
          },
        ],
      }
    : { type: "informationalMessage", message, icon: ICON, persistent: false };
  return ask<Notifications, void>(
    "notificationMessages.replaceAsync",
    item.notificationMessages,
    (all, callback) => (all.replaceAsync ? all.replaceAsync(KEY, notification, callback) : MISSING),
  );
}

/** Takes it away again. */
export function hideBar(item: Pick<ComposeItem, "notificationMessages">): Promise<void> {
  return ask<Notifications, void>(
    "notificationMessages.removeAsync",
    item.notificationMessages,
    (all, callback) => (all.removeAsync ? all.removeAsync(KEY, callback) : MISSING),
  );
}
