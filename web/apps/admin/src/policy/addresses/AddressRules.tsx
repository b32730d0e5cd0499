import { Field, Input, makeStyles, Radio, RadioGroup, Switch } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { useMe } from "../../parts/useMe.ts";
import { OrderedWords } from "../fields/OrderedWords.tsx";
import { PROTECTIONS } from "../fields.ts";
import { freeName } from "../order.ts";
import { type AddressRule, addressFaults } from "../rules/faults.ts";
import { LineField } from "../rules/LineField.tsx";
import { type EditorProps, RuleList } from "../rules/RuleList.tsx";
import { TextLines } from "../rules/TextLines.tsx";
import type { Draft } from "../useDraft.ts";
import { Import } from "./Import.tsx";

const useStyles = makeStyles({
  editor: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
});

/** Who may send to whom: rules that are tried in their order, and the table that they can be taken from. */
export function AddressRules({ draft }: { readonly draft: Draft }): ReactNode {
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const rules = (draft.value("addresses") ?? []) as unknown as readonly AddressRule[];

  const whom = (patterns: readonly string[] | undefined) =>
    patterns && patterns.length > 0 ? format.list(patterns) : t("addresses.everybody");
  const sealed = ({ zero_knowledge: word }: AddressRule) =>
    word && t(word === "require" ? "addresses.zero_knowledge.requires" : "addresses.zero_knowledge.forbids");
  const effect = ({ effect }: AddressRule) => {
    if (effect === "allow") return t("addresses.effect.allow");
    if ("deny" in effect) return t("addresses.effect.denies", { text: effect.deny });
    const known = PROTECTIONS.filter((one) => effect.require.includes(one));
    return t("addresses.effect.requires", { what: format.list(known.map((one) => t(`protection.${one}`))) });
  };

  return (
    <>
      <div>{t("policy.help.addresses")}</div>
      <RuleList
        path="addresses"
        draft={draft}
        rules={rules}
        tell={(rule) => (
          <>
            <bdi>{whom(rule.senders)}</bdi> → <bdi>{whom(rule.recipients)}</bdi>: <bdi>{effect(rule)}</bdi>
            {rule.zero_knowledge && (
              <>
                ; <bdi>{sealed(rule)}</bdi>
              </>
            )}
          </>
        )}
        check={addressFaults}
        fresh={(taken): AddressRule => ({ name: freeName(t("rule.fresh"), taken), effect: "allow" })}
        Editor={Editor}
        isOrdered
        canChange={mayChange}
      />
      {mayChange && <Import draft={draft} />}
    </>
  );
}

const EFFECTS = ["allow", "require", "deny"] as const;
const SEALING = ["none", "require", "forbid"] as const;

function Editor({ rule, fault, onChange }: EditorProps<AddressRule>): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { effect } = rule;
  const kind = typeof effect === "string" ? "allow" : "deny" in effect ? "deny" : "require";
  const wrong = (field: string) => (fault?.field === field ? t(fault.text) : undefined);
  const invalid = (field: string) => {
    const text = wrong(field);
    return text ? ({ validationState: "error", validationMessage: text } as const) : {};
  };
  const choose = (value: string) => {
    // What is not sent is sealed by nobody.
    const { zero_knowledge: _, ...rest } = rule;
    if (value === "deny") onChange({ ...rest, effect: { deny: t("addresses.deny_text") } });
    else if (value === "require") onChange({ ...rule, effect: { require: ["email_code"] } });
    else onChange({ ...rule, effect: "allow" });
  };
  const seal = (value: string) => {
    const { zero_knowledge: _, ...rest } = rule;
    onChange(value === "require" || value === "forbid" ? { ...rest, zero_knowledge: value } : rest);
  };
  return (
    <div className={styles.editor}>
      <Field label={t("rule.name")} hint={t("rule.name.hint")} required {...invalid("name")}>
        <Input value={rule.name} onChange={(_, { value }) => onChange({ ...rule, name: value })} />
      </Field>
      <TextLines
        label={t("addresses.senders")}
        hint={t("addresses.patterns.hint")}
        placeholder="internal"
        lines={rule.senders ?? []}
        fault={wrong("senders")}
        onChange={(senders) => onChange({ ...rule, senders })}
      />
      <TextLines
        label={t("addresses.recipients")}
        hint={t("addresses.patterns.hint")}
        placeholder="partner.example"
        lines={rule.recipients ?? []}
        fault={wrong("recipients")}
        onChange={(recipients) => onChange({ ...rule, recipients })}
      />
      <Field label={t("addresses.effect")}>
        <RadioGroup value={kind} onChange={(_, { value }) => choose(value)}>
          {EFFECTS.map((one) => (
            <Radio key={one} value={one} label={t(`addresses.effect.${one}`)} />
          ))}
        </RadioGroup>
      </Field>
      {typeof effect !== "string" && "deny" in effect && (
        <LineField
          text={effect.deny}
          fault={wrong("text")}
          onChange={(deny) => onChange({ ...rule, effect: { deny } })}
        />
      )}
      {typeof effect !== "string" && "require" in effect && (
        <OrderedWords
          label={t("addresses.one_of")}
          hint={t("addresses.one_of.hint")}
          fault={wrong("protections")}
          words={PROTECTIONS.map((word) => ({ word, text: t(`protection.${word}`) }))}
          chosen={effect.require}
          onChange={(require) => onChange({ ...rule, effect: { require } })}
        />
      )}
      {kind !== "deny" && (
        <Field label={t("addresses.zero_knowledge")} hint={t("addresses.zero_knowledge.hint")}>
          <RadioGroup value={rule.zero_knowledge ?? "none"} onChange={(_, { value }) => seal(value)}>
            {SEALING.map((one) => (
              <Radio key={one} value={one} label={t(`addresses.zero_knowledge.${one}`)} />
            ))}
          </RadioGroup>
        </Field>
      )}
      <Switch
        label={t("rule.on")}
        checked={!rule.disabled}
        onChange={(_, { checked }) => onChange({ ...rule, disabled: !checked })}
      />
    </div>
  );
}
