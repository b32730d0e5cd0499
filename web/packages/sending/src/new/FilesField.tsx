import { Button, Label, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { Fault, FileRow, useSpeech } from "@sealpost/ui";
import { type DragEvent, type ReactNode, useId, useRef, useState } from "react";

import { type ChosenFile, totalBytes } from "./draft.ts";
import { fromDrop, fromList } from "./dropped.ts";

const useStyles = makeStyles({
  drop: {
    margin: 0,
    minInlineSize: 0,
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    gap: "0.5rem 0.75rem",
    padding: "1rem",
    border: `1px dashed ${tokens.colorNeutralStrokeAccessible}`,
    borderRadius: tokens.borderRadiusMedium,
  },
  over: {
    border: `1px solid ${tokens.colorCompoundBrandStroke}`,
    background: tokens.colorNeutralBackground1Hover,
  },
  sum: { marginTop: "0.25rem", color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
  files: { margin: "0.5rem 0 0", padding: 0, listStyle: "none" },
  // More would make the page longer than anybody scrolls.
  many: { maxHeight: "24rem", overflowY: "auto" },
});

interface Props {
  readonly files: readonly ChosenFile[];
  readonly fault: string | undefined;
  readonly onChange: (files: readonly ChosenFile[]) => void;
}

/** What is sent: chosen or dropped, files or folders. */
export function FilesField({ files, fault, onChange }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const [isOver, setIsOver] = useState(false);
  const faultId = useId();
  const fileInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);

  const add = (more: readonly ChosenFile[]) => {
    const key = ({ path, file }: ChosenFile) => `${path}/${file.size}/${file.lastModified}`;
    const known = new Set(files.map(key));
    const fresh = more.filter((file) => !known.has(key(file)));
    if (fresh.length > 0) onChange([...files, ...fresh]);
  };
  const onDrop = async (event: DragEvent) => {
    event.preventDefault();
    setIsOver(false);
    add(await fromDrop(event.dataTransfer));
  };
  const hidden = (folder: boolean) => (
    <input
      ref={folder ? folderInput : fileInput}
      type="file"
      hidden
      multiple
      {...(folder && { webkitdirectory: "" })}
      onChange={({ currentTarget }) => {
        add(fromList(currentTarget.files));
        // The same file can be chosen again after it was taken out.
        currentTarget.value = "";
      }}
    />
  );

  return (
    <div>
      <Label required>{t("new.files")}</Label>
      {/* Dropping is a short cut: whoever cannot point has the buttons. */}
      <fieldset
        aria-label={t("new.files")}
        className={mergeClasses(styles.drop, isOver && styles.over)}
        onDragOver={(event) => {
          event.preventDefault();
          setIsOver(true);
        }}
        onDragLeave={() => setIsOver(false)}
        onDrop={(event) => void onDrop(event)}
      >
        <Button
          aria-describedby={fault ? faultId : undefined}
          data-invalid={fault ? "" : undefined}
          onClick={() => fileInput.current?.click()}
        >
          {t("new.files.choose")}
        </Button>
        <Button onClick={() => folderInput.current?.click()}>{t("new.files.folder")}</Button>
        <span>{t("new.files.drop")}</span>
        {hidden(false)}
        {hidden(true)}
      </fieldset>
      {fault && <Fault id={faultId}>{fault}</Fault>}
      {files.length > 0 && (
        <div className={styles.sum}>
          {t("new.files.sum", { count: files.length, size: format.size(totalBytes(files)) })}
        </div>
      )}
      {files.length > 0 && (
        // A list that scrolls has to be reached by the keyboard.
        <ul
          className={mergeClasses(styles.files, files.length > 8 && styles.many)}
          tabIndex={files.length > 8 ? 0 : undefined}
          aria-label={t("new.files.list")}
        >
          {files.map(({ id, path, file }) => (
            <FileRow key={id} name={path} facts={format.size(file.size)}>
              <Button
                appearance="subtle"
                size="small"
                aria-label={t("new.files.remove_named", { name: path })}
                onClick={() => onChange(files.filter((kept) => kept.id !== id))}
              >
                {t("new.files.remove")}
              </Button>
            </FileRow>
          ))}
        </ul>
      )}
    </div>
  );
}
