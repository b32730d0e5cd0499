import {
  Button,
  FluentProvider,
  Link,
  makeStyles,
  Radio,
  RadioGroup,
  tokens,
} from "@fluentui/react-components";
import { ACCENT, Brand, type Scheme, theme, useBootstrap, useSpeech } from "@sealpost/ui";
import { type ReactNode, useId, useState } from "react";

import type { Draft } from "../policy/useDraft.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", alignContent: "start", gap: "1rem" },
  title: { fontSize: tokens.fontSizeBase400, margin: 0 },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
  frame: {
    border: `1px solid ${tokens.colorNeutralStroke1}`,
    borderRadius: tokens.borderRadiusLarge,
    overflow: "hidden",
  },
  bar: {
    padding: "0.75rem 1rem",
    background: tokens.colorNeutralBackground2,
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  body: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    justifyItems: "start",
    gap: "0.75rem",
    padding: "1rem",
  },
  foot: {
    padding: "0.75rem 1rem",
    borderTop: `1px solid ${tokens.colorNeutralStroke2}`,
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
    whiteSpace: "pre-line",
  },
  heading: { fontSize: tokens.fontSizeBase500, fontWeight: 600, lineHeight: tokens.lineHeightBase500 },
  // Mails are white in most programs, whatever stands around them.
  mail: { background: "#fff", color: "#1b1b1b" },
  mailFoot: {
    color: "#5c5c5c",
    borderTop: "1px solid #d6d6d6",
    paddingTop: "0.75rem",
    whiteSpace: "pre-line",
    fontSize: "0.8125rem",
  },
});

const SCHEMES = ["light", "dark"] as const satisfies readonly Scheme[];

/** What recipients would see, with what is written and not saved: the page of a link, and a mail. Nothing in it can be used. */
export function Preview({ draft }: { readonly draft: Draft }): ReactNode {
  const styles = useStyles();
  const { t, language } = useSpeech();
  const titleId = useId();
  const [scheme, setScheme] = useState<Scheme>("light");
  const { data } = useBootstrap();
  if (!data) return null;
  const say = (path: string) => {
    const value = draft.value(path);
    return typeof value === "string" ? value : undefined;
  };
  const name = say("branding.name") ?? data.branding.name;
  const accent = say("branding.accent") ?? ACCENT;
  const footer = say(`branding.footer.${language}`);
  const support = say("branding.support");
  const { logo } = data.branding;
  return (
    <section className={styles.all} aria-labelledby={titleId}>
      <h2 id={titleId} className={styles.title}>
        {t("branding.preview")}
      </h2>
      <p className={styles.text}>{t("branding.preview.text")}</p>
      <RadioGroup
        layout="horizontal"
        aria-label={t("branding.scheme")}
        value={scheme}
        onChange={(_, { value }) => setScheme(SCHEMES.find((one) => one === value) ?? "light")}
      >
        {SCHEMES.map((one) => (
          <Radio key={one} value={one} label={t(`branding.scheme.${one}`)} />
        ))}
      </RadioGroup>
      <FluentProvider theme={theme(scheme, accent)} className={styles.frame}>
        <div className={styles.bar}>
          <Brand branding={logo ? { name, logo } : { name }} />
        </div>
        <div className={styles.body}>
          <div className={styles.heading}>{t("branding.sample.title", { name })}</div>
          <div>{t("branding.sample.text")}</div>
          <Button appearance="primary" tabIndex={-1}>
            {t("branding.sample.button")}
          </Button>
          {support && (
            <div>
              {t("branding.sample.ask")}{" "}
              <Link as="span" inline>
                {support}
              </Link>
            </div>
          )}
        </div>
        {footer && <div className={styles.foot}>{footer}</div>}
      </FluentProvider>
      <div className={styles.frame}>
        <div className={styles.bar}>{t("branding.sample.subject", { name })}</div>
        <div className={`${styles.body} ${styles.mail}`}>
          <strong>{name}</strong>
          <div>{t("branding.sample.mail")}</div>
          <div>https://…/t/…</div>
          {footer && <div className={styles.mailFoot}>{footer}</div>}
        </div>
      </div>
    </section>
  );
}
