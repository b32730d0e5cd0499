import { Field, Input, makeStyles, Textarea } from "@fluentui/react-components";
import { ACCENT, contrast, textOn, useSpeech } from "@sealpost/ui";
import { type ReactNode, useId, useState } from "react";

import type { Draft } from "../policy/useDraft.ts";

const useStyles = makeStyles({
  fields: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem" },
  colour: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem" },
  // The browser's own, as high as the field beside it.
  picker: { width: "3rem", height: "2rem", padding: 0, border: "none", background: "none" },
  text: { width: "9rem" },
});

/** The fields in their order: texts of one line, the colour, texts of several lines. */
export const TEXTS = [
  { path: "branding.name", kind: "line" },
  { path: "branding.accent", kind: "colour" },
  { path: "branding.support", kind: "line" },
  { path: "branding.footer.en", kind: "lines" },
  { path: "branding.footer.de", kind: "lines" },
  { path: "branding.footer.nl", kind: "lines" },
] as const;

type Text = (typeof TEXTS)[number];

interface Props {
  readonly draft: Draft;
}

/** What the tenant says of itself. What is left empty is as without it. */
export function BrandingFields({ draft }: Props): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.fields}>
      {TEXTS.map((text) =>
        text.kind === "colour" ? (
          <Colour key={text.path} draft={draft} />
        ) : (
          <Line key={text.path} text={text} draft={draft} />
        ),
      )}
    </div>
  );
}

function Line({ text: { path, kind }, draft }: Props & { readonly text: Text }): ReactNode {
  const { t } = useSpeech();
  const [text, setText] = useState(String(draft.value(path) ?? ""));
  const fault = draft.faults.get(path);
  const write = (value: string) => {
    setText(value);
    draft.edit(path, value.trim() === "" ? null : value);
  };
  return (
    <Field
      label={t(`policy.field.${path}`)}
      hint={t(`policy.help.${path}`)}
      {...(fault && { validationState: "error", validationMessage: fault.text })}
    >
      {kind === "lines" ? (
        <Textarea
          rows={2}
          resize="vertical"
          lang={path.slice(-2)}
          value={text}
          onChange={(_, { value }) => write(value)}
        />
      ) : (
        <Input value={text} onChange={(_, { value }) => write(value)} />
      )}
    </Field>
  );
}

/** A colour, written or chosen; and how well text on it is read. */
function Colour({ draft }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const path = "branding.accent";
  const [text, setText] = useState(String(draft.value(path) ?? ""));
  const fault = draft.faults.get(path);
  const pickerId = useId();
  const write = (value: string) => {
    setText(value);
    const wish = value.trim().toLowerCase();
    if (wish === "") draft.edit(path, null);
    else if (/^#[0-9a-f]{6}$/.test(wish)) draft.edit(path, wish);
    else draft.find(path, { text: t("branding.colour.wrong") });
  };
  const colour = String(draft.value(path) ?? ACCENT);
  const on = textOn(colour);
  const ratio = format.number(Math.round(contrast(colour, on) * 10) / 10);
  return (
    <Field
      label={t(`policy.field.${path}`)}
      hint={`${t(`policy.help.${path}`)} ${t(on === "#ffffff" ? "branding.white" : "branding.black", { ratio })}`}
      {...(fault && { validationState: "error", validationMessage: fault.text })}
    >
      <div className={styles.colour}>
        <Input
          className={styles.text}
          placeholder={ACCENT}
          spellCheck={false}
          value={text}
          onChange={(_, { value }) => write(value)}
        />
        <input
          id={pickerId}
          className={styles.picker}
          type="color"
          aria-label={t("branding.colour.choose")}
          value={colour}
          onChange={({ target }) => write(target.value)}
        />
      </div>
    </Field>
  );
}
