import { expect, test, vi } from "vitest";

import { command } from "../src/commands/command.ts";
import { wordsOf } from "../src/commands/words.ts";
import type { Callback, Notification, OfficeApi } from "../src/office/api.ts";

function office(set: boolean, replace?: (shown: Notification) => void): OfficeApi {
  return {
    context: {
      displayLanguage: "de-AT",
      requirements: { isSetSupported: () => set },
      mailbox: {
        item: {
          ...(replace && {
            notificationMessages: {
              replaceAsync: (_: string, message: Notification, callback: Callback<void>) => {
                replace(message);
                callback({ status: "succeeded", value: undefined });
              },
            },
          }),
        } as never,
      },
    },
  };
}

test("a button shows the bar that leads to the pane, and to what it was pressed for", async () => {
  const shown: Notification[] = [];
  const completed = vi.fn();
  await command(
    office(true, (one) => shown.push(one)),
    "request",
    { completed },
  );
  const [action] = shown[0]?.actions ?? [];
  expect(shown[0]).toMatchObject({ type: "insightMessage" });
  expect(action).toMatchObject({ commandId: "SealpostPane", actionText: "Dateien anfordern" });
  expect(JSON.parse(action?.contextData ?? "")).toEqual({ format: 1, view: "request", reasons: [] });
  expect(completed).toHaveBeenCalledOnce();
});

test("where bars have no buttons, they say which one to press", async () => {
  const shown: Notification[] = [];
  await command(
    office(false, (one) => shown.push(one)),
    "take_over",
    { completed: () => {} },
  );
  expect(shown).toEqual([
    expect.objectContaining({ type: "informationalMessage", message: expect.stringContaining("Menüband") }),
  ]);
});

test("a command is completed whatever comes of it", async () => {
  vi.useFakeTimers();
  const broken = office(true, () => {
    throw new Error("no");
  });
  const silent: OfficeApi = {
    context: { mailbox: { item: { notificationMessages: { replaceAsync: () => {} } } as never } },
  };
  for (const one of [office(true), broken, {}, silent]) {
    const completed = vi.fn();
    const ran = command(one, "take_over", { completed });
    await vi.advanceTimersByTimeAsync(5000);
    await ran;
    expect(completed).toHaveBeenCalledOnce();
  }
  vi.useRealTimers();
});

test("what bars say fits, in all languages", () => {
  for (const tag of ["en", "de-DE", "nl", "fr", undefined]) {
    for (const { message, action, plain } of Object.values(wordsOf(tag))) {
      expect(Math.max(message.length, plain.length), message).toBeLessThanOrEqual(150);
      expect(action.length, action).toBeLessThanOrEqual(30);
    }
  }
});
