import { Button, MessageBar, MessageBarActions, MessageBarBody } from "@fluentui/react-components";
import { useSpeech } from "@sealpost/ui";
import { type ReactNode, useRef } from "react";

import { fromList } from "../new/dropped.ts";
import { match } from "./again.ts";
import type { FileProgress, UploadQueue } from "./queue.ts";

/** React knows it; its types do not. */
const FOLDER = { webkitdirectory: "" };

interface Props {
  readonly queue: UploadQueue;
  readonly missing: readonly FileProgress[];
}

/** Asks for files that were begun before the page was opened, all of them at once. */
export function MissingFiles({ queue, missing }: Props): ReactNode {
  const { t } = useSpeech();
  const [files, folder] = [useRef<HTMLInputElement>(null), useRef<HTMLInputElement>(null)];
  const give = (list: FileList | null) => {
    const { same, other } = match(missing, fromList(list));
    for (const { id, file } of same) queue.give(id, file);
    for (const { id, file } of other) queue.refuse(id, file);
  };
  const hidden = (input: typeof files, more: object) => (
    <input
      ref={input}
      type="file"
      hidden
      multiple
      {...more}
      onChange={({ currentTarget }) => {
        give(currentTarget.files);
        currentTarget.value = "";
      }}
    />
  );
  return (
    <MessageBar intent="info" layout="multiline">
      <MessageBarBody>{t("missing.told", { count: missing.length })}</MessageBarBody>
      <MessageBarActions>
        <Button appearance="primary" onClick={() => files.current?.click()}>
          {t("new.files.choose")}
        </Button>
        {missing.some(({ path }) => path.includes("/")) && (
          <Button onClick={() => folder.current?.click()}>{t("new.files.folder")}</Button>
        )}
      </MessageBarActions>
      {hidden(files, {})}
      {hidden(folder, FOLDER)}
    </MessageBar>
  );
}
