import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { useMe } from "../../parts/useMe.ts";
import { freeName } from "../order.ts";
import { type ContentRule, contentFaults } from "../rules/faults.ts";
import { RuleList } from "../rules/RuleList.tsx";
import type { Draft } from "../useDraft.ts";
import { ContentEditor } from "./ContentEditor.tsx";
import { LEVELS, NUMBERS } from "./words.ts";

/** What is written, and what that asks for: all rules that find something count. */
export function ContentRules({ draft }: { readonly draft: Draft }): ReactNode {
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const rules = (draft.value("content") ?? []) as unknown as readonly ContentRule[];

  const sought = ({ find }: ContentRule) => {
    if ("words" in find) return format.list(find.words.map((word) => `“${word}”`));
    if ("shape" in find) return find.shape;
    if ("number" in find) {
      const known = NUMBERS.find((one) => one === find.number);
      return known ? t(`content.number.${known}`) : find.number;
    }
    if ("files_larger_than" in find)
      return t("content.larger", { size: format.size(find.files_larger_than) });
    return t("content.more", { count: find.more_files_than });
  };
  const level = ({ level }: ContentRule) => {
    const known = LEVELS.find((one) => one === level);
    return known ? t(`content.level.${known}`) : level;
  };

  return (
    <>
      <div>{t("policy.help.content")}</div>
      <RuleList
        path="content"
        draft={draft}
        rules={rules}
        tell={(rule) => (
          <>
            <bdi>{sought(rule)}</bdi>: {level(rule)}
          </>
        )}
        check={contentFaults}
        fresh={(taken): ContentRule => ({
          name: freeName(t("rule.fresh"), taken),
          find: { words: [] },
          level: "notify",
          text: t("content.text_fresh"),
        })}
        Editor={ContentEditor}
        isOrdered={false}
        canChange={mayChange}
      />
    </>
  );
}
