import { useSpeech } from "@sealpost/ui";
import { useCallback } from "react";

import { BYTES, fitting, SECONDS } from "./amounts.ts";
import { at, type Json } from "./document.ts";
import { type FieldName, fieldAt, type PolicyField, PROTECTIONS, wordValue } from "./fields.ts";

/** How people read what stands at a place of the policy. */
export function useShown(): (path: string, value: Json) => string {
  const { t, format } = useSpeech();

  return useCallback(
    (path, value) => {
      const words = (values: readonly string[]) =>
        values.length > 0 ? format.list(values) : t("policy.nothing");
      const seconds = (amount: number) => {
        const unit = fitting(amount, SECONDS);
        if (!unit) return `${amount} ${t("policy.unit.seconds")}`;
        return t(`format.${unit.word as "minutes"}`, { count: amount / unit.worth });
      };
      const bytes = (amount: number) => {
        const unit = fitting(amount, BYTES);
        return unit && amount / unit.worth < 100_000
          ? `${format.number(amount / unit.worth)}\u00a0${unit.word}`
          : format.size(amount);
      };
      const protection = (word: string) => {
        const known = PROTECTIONS.find((one) => one === word);
        return known ? t(`protection.${known}`) : word;
      };
      const told = (field: PolicyField): string => {
        switch (field.kind) {
          case "count":
            return typeof value === "number" ? format.number(value) : String(value);
          case "seconds":
            return typeof value === "number" ? seconds(value) : String(value);
          case "bytes":
            return typeof value === "number" ? bytes(value) : String(value);
          case "score":
            return SCORES.includes(value as Score) ? t(`policy.score.${value as Score}`) : String(value);
          case "switch":
            return t(value === true ? "policy.yes" : "policy.no");
          case "choice": {
            const word = field.words.find((one) => wordValue(one) === value);
            return word ? t(`policy.word.${word}`) : String(value);
          }
          case "words":
            return words(
              texts(value).map((one) => {
                const word = field.words.find((known) => known === one);
                return word ? t(`policy.word.${word}`) : one;
              }),
            );
          case "protections":
            return words(texts(value).map(protection));
          case "link":
            return String(value);
          case "lines":
          case "people":
            return words(texts(value));
        }
      };
      if (path === RECOVERY) {
        const key = at({ key: value }, "key.public_key");
        return typeof key === "string" ? key : t("policy.none.recovery");
      }
      const field = fieldAt(path);
      if (value === null) return field && "none" in field && field.none ? t(field.none) : t("policy.nothing");
      if (field) return told(field);
      return typeof value === "string" ? value : JSON.stringify(value);
    },
    [t, format],
  );
}

/** The recovery key, of which its public half is told. */
const RECOVERY = "settings.recovery";

export const SCORES = [0, 1, 2, 3, 4] as const;
export type Score = (typeof SCORES)[number];

/** The texts of a list. */
export function texts(value: Json): readonly string[] {
  return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
}

/** What people call a place; its own name, if the console knows none. */
export function useLabel(): (path: string) => string {
  const { t } = useSpeech();
  return useCallback(
    (path) => {
      const key = `policy.field.${path as FieldName}` as const;
      const text = t(key);
      return text === key ? path : text;
    },
    [t],
  );
}
