import { Button, makeStyles, tokens } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, Fault, ProblemBar, useBootstrap, useSpeech } from "@sealpost/ui";
import { type ReactNode, useId, useRef, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { useAct } from "../parts/useAct.ts";

const useStyles = makeStyles({
  all: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    justifyItems: "start",
    gap: "0.5rem",
    padding: "1rem",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  title: { fontSize: tokens.fontSizeBase400, margin: 0 },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
  // Logos are made for white, as paper is.
  logo: {
    maxWidth: "100%",
    maxHeight: "6rem",
    padding: "0.5rem",
    background: "#fff",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  buttons: { display: "flex", flexWrap: "wrap", gap: "0.5rem" },
  hidden: { display: "none" },
});

/** Most bytes that the service takes. */
const MOST = 256 * 1024;
const TYPES = ["image/png", "image/svg+xml"];

/** The tenant's logo: another one, or none. It counts at once, for it is no part of the rules. */
export function Logo(): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const titleId = useId();
  const input = useRef<HTMLInputElement>(null);
  const { data } = useBootstrap();
  const logo = data?.branding.logo;
  const [fault, setFault] = useState<string>();
  // Its address stays the same: this has the browser ask again.
  const [edition, setEdition] = useState(0);

  const set = useAct<File, Shape<"Logo">>(
    (file) =>
      answer(
        api.PUT("/api/v1/admin/branding/logo", {
          body: file as never,
          bodySerializer: (body) => body as never,
          headers: { "Content-Type": file.type },
        }),
      ),
    [["bootstrap"]],
  );
  const remove = useAct<void, unknown>(
    () => answer(api.DELETE("/api/v1/admin/branding/logo")),
    [["bootstrap"]],
  );

  const error = set.error ?? remove.error;

  const choose = (file: File | undefined) => {
    set.reset();
    remove.reset();
    setFault(undefined);
    if (!file) return;
    if (!TYPES.includes(file.type)) setFault(t("branding.logo.type"));
    else if (file.size > MOST) setFault(t("branding.logo.large", { size: format.size(file.size) }));
    else set.mutate(file, { onSuccess: () => setEdition(edition + 1) });
  };

  return (
    <section className={styles.all} aria-labelledby={titleId}>
      <h2 id={titleId} className={styles.title}>
        {t("branding.logo")}
      </h2>
      <p className={styles.text}>{t("branding.logo.text")}</p>
      {logo ? (
        <img className={styles.logo} src={`${logo}?${edition}`} alt={t("branding.logo.now")} />
      ) : (
        <p className={styles.text}>{t("branding.logo.none")}</p>
      )}
      <Done>
        {set.data
          ? t("branding.logo.set", { size: format.size(set.data.bytes) })
          : remove.isSuccess && t("branding.logo.removed")}
      </Done>
      {fault && <Fault id={`${titleId}-fault`}>{fault}</Fault>}
      {error && <ProblemBar error={error} />}
      <div className={styles.buttons}>
        <input
          ref={input}
          className={styles.hidden}
          type="file"
          accept={TYPES.join()}
          aria-label={t("branding.logo.file")}
          onChange={({ target }) => {
            choose(target.files?.[0]);
            // The same file again is another choice.
            target.value = "";
          }}
        />
        <Button disabledFocusable={set.isPending} onClick={() => input.current?.click()}>
          {t(logo ? "branding.logo.other" : "branding.logo.choose")}
        </Button>
        {logo && (
          <Button
            disabledFocusable={remove.isPending}
            onClick={() => {
              set.reset();
              remove.mutate();
            }}
          >
            {t("branding.logo.remove")}
          </Button>
        )}
      </div>
    </section>
  );
}
