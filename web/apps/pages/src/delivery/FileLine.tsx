import { makeStyles, tokens } from "@fluentui/react-components";
import { FileRow, type TextKey, type Translate, useSpeech } from "@sealpost/ui";
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
  const { name, manifest, stated } = file;
  const kinds = kindsIn(stated, t);
  const facts = [kindOf(name, manifest.mediaType, t), format.size(manifest.length)].join(" · ");
  return (
    <FileRow
      name={name}
      facts={
        <>
          {facts}
          {kinds.length > 0 && <div>{t("delivery.stated", { kinds: format.list(kinds) })}</div>}
        </>
      }
      below={<Saving name={name} download={download} onSave={() => onSave(file)} onCancel={onCancel} />}
    />
  );
}

/** Words of the rules about files; what is none says nothing to anybody. */
function kindsIn(stated: readonly string[], t: Translate): string[] {
  return stated
    .map((word) => [`kind.${word}`, t(`kind.${word}` as TextKey)])
    .flatMap(([key, text = ""]) => (text === key ? [] : text));
}
