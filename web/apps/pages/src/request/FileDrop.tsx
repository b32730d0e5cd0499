import { Button, makeStyles, mergeClasses, tokens } from "@fluentui/react-components";
import { ArrowUploadRegular } from "@fluentui/react-icons";
import type { ChosenFile } from "@sealpost/sending/new/draft.ts";
import { fromDrop, fromList } from "@sealpost/sending/new/dropped.ts";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useEffect, useRef, useState } from "react";
import { named } from "./accept.ts";

const useStyles = makeStyles({
  drop: {
    display: "grid",
    justifyItems: "center",
    gap: "0.75rem",
    margin: 0,
    minInlineSize: 0,
    padding: "1.5rem min(1.5rem, 5vw)",
    border: `2px dashed ${tokens.colorNeutralStrokeAccessible}`,
    borderRadius: tokens.borderRadiusLarge,
    textAlign: "center",
  },
  over: {
    border: `2px solid ${tokens.colorCompoundBrandStroke}`,
    background: tokens.colorNeutralBackground1Hover,
  },
  icon: { color: tokens.colorNeutralForeground2, fontSize: "2rem" },
  buttons: { display: "flex", flexWrap: "wrap", justifyContent: "center", gap: "0.5rem" },
  hint: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
});

/** React knows it; its types do not. */
const FOLDERS = { webkitdirectory: "" };

interface Props {
  readonly onFiles: (files: readonly ChosenFile[]) => void;
}

/** Files and folders: chosen, dropped anywhere on the page, pasted, or taken with a phone's camera. */
export function FileDrop({ onFiles }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const [isOver, setIsOver] = useState(false);
  const fileInput = useRef<HTMLInputElement>(null);
  const folderInput = useRef<HTMLInputElement>(null);
  const cameraInput = useRef<HTMLInputElement>(null);
  // What is in the hand has a camera, and no folders to choose.
  const isPhone = window.matchMedia("(pointer: coarse)").matches;

  useEffect(() => {
    const brings = (transfer: DataTransfer | null) => transfer?.types.includes("Files") === true;
    const over = (event: DragEvent) => {
      if (!brings(event.dataTransfer)) return;
      // Else the browser would open the file in place of this page.
      event.preventDefault();
      setIsOver(true);
    };
    const leave = (event: DragEvent) => {
      if (event.relatedTarget === null) setIsOver(false);
    };
    const drop = (event: DragEvent) => {
      if (!event.dataTransfer || !brings(event.dataTransfer)) return;
      event.preventDefault();
      setIsOver(false);
      void fromDrop(event.dataTransfer).then(onFiles);
    };
    const paste = (event: ClipboardEvent) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (pasted.length === 0) return;
      event.preventDefault();
      onFiles(pasted.map((file) => chosen(pictured(file))));
    };
    document.addEventListener("dragover", over);
    document.addEventListener("dragleave", leave);
    document.addEventListener("drop", drop);
    document.addEventListener("paste", paste);
    return () => {
      document.removeEventListener("dragover", over);
      document.removeEventListener("dragleave", leave);
      document.removeEventListener("drop", drop);
      document.removeEventListener("paste", paste);
    };
  }, [onFiles]);

  return (
    <fieldset className={mergeClasses(styles.drop, isOver && styles.over)} aria-label={t("new.files")}>
      <ArrowUploadRegular className={styles.icon} aria-hidden />
      <div className={styles.buttons}>
        <Button appearance="primary" onClick={() => fileInput.current?.click()}>
          {t("new.files.choose")}
        </Button>
        {isPhone ? (
          <Button onClick={() => cameraInput.current?.click()}>{t("request.files.camera")}</Button>
        ) : (
          <Button onClick={() => folderInput.current?.click()}>{t("new.files.folder")}</Button>
        )}
      </div>
      {!isPhone && <div className={styles.hint}>{t("request.files.drop")}</div>}
      <Chooser input={fileInput} onFiles={(list) => onFiles(fromList(list))} more={{ multiple: true }} />
      <Chooser
        input={folderInput}
        onFiles={(list) => onFiles(fromList(list))}
        more={{ multiple: true, ...FOLDERS }}
      />
      <Chooser
        input={cameraInput}
        onFiles={(list) => onFiles([...(list ?? [])].map((file) => chosen(named(file, new Date()))))}
        more={{ accept: "image/*", capture: "environment" }}
      />
    </fieldset>
  );
}

interface ChooserProps {
  readonly input: React.RefObject<HTMLInputElement | null>;
  readonly onFiles: (list: FileList | null) => void;
  readonly more: React.InputHTMLAttributes<HTMLInputElement>;
}

/** A field that nobody sees: a button opens what it opens. */
function Chooser({ input, onFiles, more }: ChooserProps): ReactNode {
  return (
    <input
      ref={input}
      type="file"
      hidden
      {...more}
      onChange={({ currentTarget }) => {
        onFiles(currentTarget.files);
        // The same file can be chosen again after it was taken out.
        currentTarget.value = "";
      }}
    />
  );
}

function chosen(file: File): ChosenFile {
  return { id: crypto.randomUUID(), file, path: file.name };
}

/** Pictures in the clipboard are all called the same; files that were copied have names of their own. */
function pictured(file: File): File {
  return file.name === "image.png" ? named(file, new Date()) : file;
}
