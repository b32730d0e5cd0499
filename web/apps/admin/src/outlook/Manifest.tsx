import { Link, MessageBar, MessageBarBody, makeStyles, Subtitle1 } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { CopyButton, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { Facts } from "../parts/Facts.tsx";
import { useShown } from "../policy/useShown.ts";

const useStyles = makeStyles({
  part: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.75rem" },
  text: { margin: 0, maxWidth: "48rem" },
  files: { display: "flex", flexWrap: "wrap", gap: "0.5rem 1.5rem" },
  long: { overflowWrap: "anywhere" },
});

/** What an administrator of Microsoft 365 or Exchange is given. */
export function Manifest({ addin }: { readonly addin: Shape<"AdminAddin"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const show = useShown();
  // Of the same service, whatever it is called in the manifest.
  const at = (name: string) => `/addin/${addin.addin_id}/${name}`;
  return (
    <div className={styles.part}>
      <Subtitle1 as="h2">{t("outlook.manifest")}</Subtitle1>
      <p className={styles.text}>{t("outlook.manifest.text")}</p>
      {!addin.manifest_url.startsWith("https:") && (
        <MessageBar intent="warning" layout="multiline">
          <MessageBarBody>{t("outlook.insecure")}</MessageBarBody>
        </MessageBar>
      )}
      <div className={styles.files}>
        <Link href={at("manifest.xml")} download>
          {t("outlook.download")}
        </Link>
        <Link href={at("manifest.zip")} download>
          {t("outlook.download.package")}
        </Link>
      </div>
      <Facts
        facts={[
          [t("outlook.version"), addin.version],
          [t("outlook.changed"), format.time(new Date(addin.changed_at))],
          [t("policy.field.addin.send_mode"), show("addin.send_mode", addin.send_mode)],
          [
            t("outlook.address"),
            <span key="address" className={styles.long}>
              <bdi>{addin.manifest_url}</bdi>{" "}
              <CopyButton text={addin.manifest_url} what={t("outlook.address.copy")} />
            </span>,
          ],
          [
            t("outlook.id"),
            <span key="id" className={styles.long}>
              {addin.addin_id}
            </span>,
          ],
        ]}
      />
      <p className={styles.text}>{t("outlook.address.keep")}</p>
    </div>
  );
}
