import { type TextKey, useSpeech } from "@sealpost/ui";
import { useCallback } from "react";

type Kind<Key> = Key extends `audit.kind.${infer Name}` ? Name : never;

/** What a kind of entry is called; nothing for one that this page does not know. */
export function useKind(): (kind: string) => string | undefined {
  const { t } = useSpeech();
  return useCallback(
    (kind) => {
      const key = `audit.kind.${kind as Kind<TextKey>}` as const;
      const text = t(key);
      return text === key ? undefined : text;
    },
    [t],
  );
}
