import { makeStyles, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({ checked: { color: tokens.colorNeutralForeground2 } });

/** Who has sent something in, and whether he has shown that he is. */
export function Uploader({ uploader }: { readonly uploader: Shape<"Uploader"> }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { name, email, proved } = uploader;
  return (
    <div>
      {t("received.from")} {name && <bdi>{name}</bdi>} <bdi>{name ? `<${email}>` : email}</bdi>{" "}
      <span className={styles.checked}>({t(proved ? "received.proved" : "received.not_proved")})</span>
    </div>
  );
}
