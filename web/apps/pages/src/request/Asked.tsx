import { MessageBar, MessageBarBody, makeStyles, tokens, typographyStyles } from "@fluentui/react-components";
import { type Formats, Later, type Translate, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { clock } from "../shell/clock.ts";
import { isKind } from "./kinds.ts";
import type { Opened } from "./note.ts";

const whoseKey = () => import("./sealed/WhoseKey.tsx");

const useStyles = makeStyles({
  card: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem",
    padding: "1.25rem min(1.25rem, 5vw)",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderTop: `0.25rem solid ${tokens.colorCompoundBrandStroke}`,
    borderRadius: tokens.borderRadiusLarge,
    background: tokens.colorNeutralBackground2,
  },
  who: { color: tokens.colorNeutralForeground2 },
  strong: { color: tokens.colorNeutralForeground1, fontWeight: 600 },
  title: { ...typographyStyles.title2, margin: 0 },
  small: { ...typographyStyles.subtitle1, margin: 0 },
  message: {
    margin: 0,
    padding: "0 0 0 0.75rem",
    borderInlineStartWidth: "0.1875rem",
    borderInlineStartStyle: "solid",
    borderInlineStartColor: tokens.colorNeutralStroke1,
    whiteSpace: "pre-wrap",
  },
  facts: {
    display: "grid",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(14rem, 100%), 1fr))",
    gap: "0.5rem 1.5rem",
    margin: 0,
  },
  term: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  fact: { margin: 0 },
});

interface Props {
  readonly opened: Opened;
  /** Whether it is all that there is to read, or what is kept in view while files are chosen. */
  readonly whole: boolean;
}

/** Who asks, for what, until when, and what is taken. */
export function Asked({ opened, whole }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { branding, requester, title, message, expiresAt, types } = opened;
  const wrong = clock.wrong;
  const kinds = kindsOf(types, t, format);
  return (
    <section className={styles.card} aria-label={t("request.about")}>
      <div className={styles.who}>
        {requester ? (
          <>
            {requester.name && (
              <>
                <bdi className={styles.strong}>{requester.name}</bdi>{" "}
              </>
            )}
            <bdi className={requester.name ? undefined : styles.strong}>
              {requester.name ? `(${requester.email})` : requester.email}
            </bdi>
            , <bdi>{branding.name}</bdi>, {t("request.asks")}
          </>
        ) : (
          <>
            <bdi className={styles.strong}>{branding.name}</bdi> {t("request.takes_here")}
          </>
        )}
      </div>
      <h1 className={whole ? styles.title : styles.small}>
        <bdi>{title}</bdi>
      </h1>
      {message && whole && (
        <blockquote className={styles.message}>
          <bdi>{message}</bdi>
        </blockquote>
      )}
      <dl className={styles.facts}>
        {expiresAt && (
          <div>
            <dt className={styles.term}>{t("request.until")}</dt>
            <dd className={styles.fact}>
              {t("request.until_left", {
                time: format.time(new Date(expiresAt)),
                left: format.duration(clock.until(expiresAt)),
              })}
            </dd>
          </div>
        )}
        <div>
          <dt className={styles.term}>{t("request.takes")}</dt>
          <dd className={styles.fact}>{taken(opened)}</dd>
        </div>
        {kinds && (
          <div>
            <dt className={styles.term}>{t("request.kinds")}</dt>
            <dd className={styles.fact}>{kinds}</dd>
          </div>
        )}
      </dl>
      {opened.sealing && (
        <Later name="whose-key" load={whoseKey} silent>
          {(WhoseKey) => <WhoseKey opened={opened} />}
        </Later>
      )}
      {wrong !== undefined && (
        <MessageBar intent="info" layout="multiline">
          <MessageBarBody>{t("request.clock", { time: format.duration(wrong) })}</MessageBarBody>
        </MessageBar>
      )}
    </section>
  );

  function taken({ maxFiles, maxBytes, maxFileBytes }: Opened): string {
    const all = t("request.takes_files", { count: maxFiles, size: format.size(maxBytes) });
    return maxFiles > 1 && maxFileBytes < maxBytes
      ? `${all} ${t("request.takes_each", { size: format.size(maxFileBytes) })}`
      : all;
  }
}

/** More would be longer than anybody reads. */
const MOST_EXTENSIONS = 12;

/** What files are taken, where that is few enough to say. */
function kindsOf({ kinds, mode, extensions }: Opened["types"], t: Translate, format: Formats) {
  const words = kinds?.map((kind) => (isKind(kind) ? t(`kind.${kind}`) : kind));
  const dotted =
    mode === "allow" && extensions.length <= MOST_EXTENSIONS ? extensions.map((one) => `.${one}`) : [];
  const all = words ? format.list(words) : "";
  if (dotted.length === 0) return all;
  return all ? `${all} (${dotted.join(", ")})` : dotted.join(", ");
}
