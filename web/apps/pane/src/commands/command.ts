import type { CommandEvent, ComposeItem, OfficeApi } from "../office/api.ts";
import { showBar } from "../office/bar.ts";
import { type Command, wordsOf } from "./words.ts";

/** Milliseconds: Outlook shows that a function runs, and lets nothing else run meanwhile. */
const PATIENCE = 5000;

/**
 * Shows the bar that leads to the pane. The command is completed whatever comes of that: Outlook would wait five minutes.
 */
export async function command(office: OfficeApi, view: Command, event: CommandEvent): Promise<void> {
  try {
    const { context } = office;
    const { message, action, plain } = wordsOf(context?.displayLanguage)[view];
    // Bars with a button came with Mailbox 1.10.
    const withButton = context?.requirements?.isSetSupported?.("Mailbox", "1.10") ?? false;
    const contextData = JSON.stringify({ format: 1, view, reasons: [] });
    const item = (context?.mailbox?.item ?? {}) as ComposeItem;
    const bar = withButton ? { message, action: { text: action, contextData } } : { message: plain };
    await Promise.race([
      showBar(item, bar),
      new Promise((_, late) => setTimeout(() => late(new Error("late")), PATIENCE)),
    ]);
  } catch {
    // There is nobody to tell: the other button opens the pane all the same.
  } finally {
    event.completed();
  }
}
