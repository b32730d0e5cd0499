import { makeStyles, tokens } from "@fluentui/react-components";
import { FileRow, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import type { Download } from "./download/downloads.ts";
import { kindOf } from "./kind.ts";
import { isWhole, type WholeFile } from "./orders.ts";
import { Saving } from "./Saving.tsx";
import type { OpenedFile } from "./unlock.ts";

const useStyles = makeStyles({ damaged: { color: tokens.colorPaletteRedForeground1 } });

interface Props {
  readonly file: OpenedFile;
  readonly download: Download | undefined;
  readonly onSave: (file: WholeFile) => void;
  readonly onCancel: () => void;
}

/** A file: what it is, and how it is saved; or that it does not open. */
export function FileLine({ file, download, onSave, onCancel }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  if (!isWhole(file))
    return (
      <FileRow
        name={t("delivery.damaged.name")}
        facts={<span className={styles.damaged}>{t("delivery.damaged")}</span>}
      />
    );
  const { name, manifest } = file;
  const facts = [kindOf(name, manifest.mediaType, t), format.size(manifest.length)].join(" · ");
  return (
    <FileRow
      name={name}
      facts={facts}
      below={<Saving name={name} download={download} onSave={() => onSave(file)} onCancel={onCancel} />}
    />
  );
}
