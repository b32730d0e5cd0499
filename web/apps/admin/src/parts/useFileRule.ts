import { type TextKey, useSpeech } from "@sealpost/ui";

/** What a rule about files is called, by its place in the policy; its word, if this page does not know it. */
export function useFileRule(): (rule: string) => string {
  const { t } = useSpeech();
  return (rule) => {
    const keys = [`policy.field.types.${rule}`, `rule.types.${rule}`] as TextKey[];
    return keys.map((key) => [key, t(key)]).find(([key, text]) => key !== text)?.[1] ?? rule;
  };
}
