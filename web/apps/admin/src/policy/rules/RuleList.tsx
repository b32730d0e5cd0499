import { Badge, Button, Field, Input, makeStyles, tokens } from "@fluentui/react-components";
import { AddRegular } from "@fluentui/react-icons";
import { Fault, useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useId, useRef, useState } from "react";

import type { Json } from "../document.ts";
import { moved } from "../order.ts";
import type { Draft } from "../useDraft.ts";
import type { AnyRule, RuleFault } from "./faults.ts";
import { RuleDeeds } from "./RuleDeeds.tsx";

/** Rules that are shown at once: a policy may have ten thousand. */
const AT_ONCE = 50;

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
  top: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "end",
    justifyContent: "space-between",
    gap: "0.75rem",
  },
  list: { margin: 0, padding: 0, listStyle: "none" },
  rule: { padding: "0.5rem 0", borderBottom: `1px solid ${tokens.colorNeutralStroke2}` },
  head: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "start",
    justifyContent: "space-between",
    gap: "0.25rem 0.75rem",
  },
  what: { flex: "1 1 14rem", minWidth: 0 },
  name: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.25rem 0.5rem", fontWeight: 600 },
  text: { color: tokens.colorNeutralForeground2 },
  editor: {
    padding: "0.75rem 0 0.75rem 1rem",
    borderLeft: `3px solid ${tokens.colorNeutralStroke1}`,
    marginTop: "0.5rem",
  },
});

export interface EditorProps<Rule> {
  readonly rule: Rule;
  readonly fault: RuleFault | undefined;
  readonly onChange: (rule: Rule) => void;
}

interface Props<Rule extends AnyRule> {
  readonly path: "addresses" | "content";
  readonly draft: Draft;
  readonly rules: readonly Rule[];
  /** What they are told by, beside their name. */
  readonly tell: (rule: Rule) => ReactNode;
  /** What is wrong with them, at most one of each. */
  readonly check: (rules: readonly Rule[]) => readonly RuleFault[];
  readonly fresh: (taken: readonly string[]) => Rule;
  readonly Editor: (props: EditorProps<Rule>) => ReactNode;
  /** Whether the first that is about something decides. */
  readonly isOrdered: boolean;
  readonly canChange: boolean;
}

type Follow = { readonly place: number; readonly deed: "up" | "down" | "edit" | "name" };

/** A list of rules: found, opened, moved, switched off, removed; by keyboard as well, the focus goes along. */
export function RuleList<Rule extends AnyRule>(props: Props<Rule>): ReactNode {
  const { path, draft, rules, tell, check, fresh, Editor, isOrdered, canChange } = props;
  const styles = useStyles();
  const { t } = useSpeech();
  const [sought, setSought] = useState("");
  const [most, setMost] = useState(AT_ONCE);
  const [open, setOpen] = useState<number>();
  const [follow, setFollow] = useState<Follow>();
  const list = useRef<HTMLOListElement>(null);
  const add = useRef<HTMLDivElement>(null);
  const faultId = useId();
  const [status, setStatus] = useState("");

  useEffect(() => {
    if (!follow) return;
    const rule = list.current?.querySelector(`[data-place="${follow.place}"]`);
    if (follow.deed === "name") return rule?.querySelector("input")?.focus();
    rule?.querySelector<HTMLElement>(`[data-deed="${follow.deed}"]`)?.focus();
  }, [follow]);

  const faults = canChange ? check(rules) : [];
  const service = draft.faults.get(path);

  const change = (next: readonly Rule[]) => {
    draft.edit(path, next as unknown as Json);
    const [first] = check(next);
    if (first)
      draft.find(path, {
        text: t("rule.fault", { number: first.rule, text: t(first.text) }),
        rule: first.rule,
      });
  };
  const move = (from: number, to: number, deed: "up" | "down") => {
    if (to < 0 || to >= rules.length) return;
    change(moved(rules, from, to));
    setOpen(open === from ? to : undefined);
    setMost(Math.max(most, to + 1));
    setStatus(t("rule.moved", { name: rules[from]?.name ?? "", number: to + 1 }));
    setFollow({ place: to, deed });
  };
  const remove = (place: number) => {
    change(rules.toSpliced(place, 1));
    setOpen(undefined);
    setStatus(t("rule.removed", { name: rules[place]?.name ?? "" }));
    if (rules.length > 1) setFollow({ place: Math.min(place, rules.length - 2), deed: "edit" });
    else add.current?.querySelector("button")?.focus();
  };
  const create = () => {
    setSought("");
    setMost(Math.max(most, rules.length + 1));
    change([...rules, fresh(rules.map(({ name }) => name))]);
    setOpen(rules.length);
    setFollow({ place: rules.length, deed: "name" });
  };

  const found = rules
    .map((rule, place) => ({ rule, place }))
    // One that is open stays, whatever is written in it.
    .filter(
      ({ rule, place }) =>
        place === open || JSON.stringify(rule).toLowerCase().includes(sought.trim().toLowerCase()),
    );

  return (
    <div className={styles.all}>
      <div ref={add} className={styles.top}>
        {rules.length > 5 && (
          <Field label={t("rule.find")}>
            <Input type="search" value={sought} onChange={(_, { value }) => setSought(value)} />
          </Field>
        )}
        {canChange && (
          <Button icon={<AddRegular />} onClick={create}>
            {t("rule.add")}
          </Button>
        )}
      </div>
      {service && !faults.some(({ rule }) => rule === service.rule) && (
        <Fault id={faultId}>{service.text}</Fault>
      )}
      <span className="spoken" role="status">
        {status}
      </span>
      {rules.length === 0 && <div>{t(`rule.none.${path}`)}</div>}
      {rules.length > 0 && found.length === 0 && <div>{t("rule.not_found")}</div>}
      <ol ref={list} className={styles.list}>
        {found.slice(0, most).map(({ rule, place }) => {
          const fault = faults.find((one) => one.rule === place + 1);
          const isOpen = open === place;
          return (
            <li key={place} data-place={place} className={styles.rule}>
              <div className={styles.head}>
                <div className={styles.what}>
                  <div className={styles.name}>
                    <span>
                      {place + 1}. <bdi>{rule.name}</bdi>
                    </span>
                    {rule.disabled && (
                      <Badge appearance="tint" color="informative">
                        {t("rule.off")}
                      </Badge>
                    )}
                    {(fault || service?.rule === place + 1) && (
                      <Badge appearance="tint" color="danger">
                        {t("rule.wrong")}
                      </Badge>
                    )}
                  </div>
                  <div className={styles.text}>{tell(rule)}</div>
                </div>
                {canChange && (
                  <RuleDeeds
                    name={rule.name}
                    isOpen={isOpen}
                    {...(isOrdered && {
                      place,
                      last: rules.length - 1,
                      onMove: (to: number, deed: "up" | "down") => move(place, to, deed),
                    })}
                    onOpen={() => setOpen(isOpen ? undefined : place)}
                    onRemove={() => remove(place)}
                  />
                )}
              </div>
              {isOpen && (
                <fieldset className={styles.editor} style={{ border: 0, minWidth: 0 }}>
                  <legend className="spoken">{t("rule.edit.named", { name: rule.name })}</legend>
                  <Editor
                    key={draft.round}
                    rule={rule}
                    fault={fault}
                    onChange={(next) => change(rules.with(place, next))}
                  />
                </fieldset>
              )}
            </li>
          );
        })}
      </ol>
      {found.length > most && (
        <div>
          <Button onClick={() => setMost(most + AT_ONCE)}>
            {t("rule.more", { count: found.length - most })}
          </Button>
        </div>
      )}
    </div>
  );
}
