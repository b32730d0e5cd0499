import { Button, Checkbox, makeStyles } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import { useProve } from "@sealpost/ui/stepUp";
import { type ReactNode, useState } from "react";
import { Done } from "../parts/Done.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";

const useStyles = makeStyles({
  all: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    justifyItems: "start",
    gap: "1rem",
    maxWidth: "48rem",
  },
  list: { margin: 0, paddingLeft: "1.25rem" },
});

/** A copy of everything of the tenant, for its owners. */
export default function Export(): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const prove = useProve();
  const [files, setFiles] = useState(true);
  const [hasBegun, setBegun] = useState(false);
  const begin = async () => {
    // The browser fetches it by itself and could ask for nothing on the way.
    if (!(await prove())) return;
    setBegun(true);
    window.location.assign(`/api/v1/admin/export?files=${files}`);
  };
  return (
    <div className={styles.all}>
      <SectionHead title={t("export.title")} text={t("export.text")} />
      <ul className={styles.list}>
        <li>{t("export.what")}</li>
        <li>{t("export.keys")}</li>
        <li>{t("export.resume")}</li>
      </ul>
      <Checkbox
        label={t("export.files")}
        checked={files}
        onChange={(_, { checked }) => setFiles(checked === true)}
      />
      <Button appearance="primary" onClick={() => void begin()}>
        {t("export.do")}
      </Button>
      <Done>{hasBegun && t("export.begun")}</Done>
    </div>
  );
}
