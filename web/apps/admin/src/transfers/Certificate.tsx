import { Link, makeStyles, Subtitle1 } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.5rem" },
  text: { margin: 0, maxWidth: "48rem" },
  links: { display: "flex", flexWrap: "wrap", gap: "0.25rem 1.25rem" },
});

/** The signed statement that nothing of a transfer is left, once all stores were looked into. */
export function Certificate({ id }: { readonly id: string }): ReactNode {
  const styles = useStyles();
  const { t, language } = useSpeech();
  const path = `/api/v1/admin/transfers/${id}/certificate`;
  return (
    <div className={styles.all}>
      <Subtitle1 as="h2">{t("transfers.certificate")}</Subtitle1>
      <p className={styles.text}>{t("transfers.certificate.text")}</p>
      <div className={styles.links}>
        <Link href={`${path}.pdf?check=true&language=${language}`} download={`certificate-${id}.pdf`}>
          {t("transfers.certificate.pdf")}
        </Link>
        <Link href={`${path}?check=true`} download={`certificate-${id}.json`}>
          {t("transfers.certificate.json")}
        </Link>
      </div>
    </div>
  );
}
