import {
  Button,
  Link,
  MessageBar,
  MessageBarBody,
  MessageBarTitle,
  makeStyles,
  tokens,
} from "@fluentui/react-components";
import { Heading, useCarefulLeaving, useSpeech } from "@sealpost/ui";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useEffect, useState, useSyncExternalStore } from "react";

import { About } from "./About.tsx";
import { forgetBrowser, reply } from "./calls.ts";
import { Downloads, isRunning } from "./download/downloads.ts";
import { save } from "./download/ways.ts";
import { FileLine } from "./FileLine.tsx";
import { isWhole, orderOfAll, orderOfFile } from "./orders.ts";
import { Saving } from "./Saving.tsx";
import { Trouble } from "./Trouble.tsx";
import type { Opened } from "./unlock.ts";

/** The name under which all files are saved together: no file's id. */
const ALL = "all";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  files: { margin: 0, padding: 0, listStyle: "none" },
  small: { fontSize: "1.125rem", fontWeight: 600 },
  hint: { margin: 0, color: tokens.colorNeutralForeground2 },
  aside: { display: "grid", gap: "0.5rem", justifyItems: "start" },
});

interface Props {
  readonly opened: Opened;
  /** Until when no code is asked for in this browser. */
  readonly rememberedUntil: string | undefined;
}

/** What the sender has sealed: who, what, the files, and how each is saved. */
export default function Inside({ opened, rememberedUntil }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { delivery, files } = opened;
  const [downloads] = useState(() => new Downloads(save));
  const known = useSyncExternalStore(downloads.subscribe, downloads.snapshot);
  const running = isRunning(known);
  useCarefulLeaving(running);
  useEffect(() => () => downloads.cancelAll(), [downloads]);
  const whole = files.filter(isWhole);
  const size = whole.reduce((sum, { manifest }) => sum + manifest.length, 0);
  const everything = () => orderOfAll(opened, whole, new Date());
  return (
    <div className={styles.all}>
      <Heading>{t("delivery.title")}</Heading>
      <About opened={opened} />
      <MessageBar intent="warning" layout="multiline">
        <MessageBarBody>
          <MessageBarTitle>{t("delivery.uninspected")}</MessageBarTitle> {t("delivery.uninspected.why")}
        </MessageBarBody>
      </MessageBar>
      <h2 className={styles.small} id="files">
        {t("delivery.files", { count: files.length, size: format.size(size) })}
      </h2>
      <ul className={styles.files} aria-labelledby="files">
        {files.map((file) => (
          <FileLine
            key={file.id}
            file={file}
            download={known.get(file.id)}
            onSave={(one) => void downloads.begin(one.id, orderOfFile(opened, one))}
            onCancel={() => downloads.cancel(file.id)}
          />
        ))}
      </ul>
      {files.length > 1 &&
        (whole.length === files.length ? (
          <Saving
            name={`sealpost-${opened.transfer}.zip`}
            label={`${t("delivery.save_all")} (${format.size(everything().length)})`}
            download={known.get(ALL)}
            onSave={() => void downloads.begin(ALL, everything())}
            onCancel={() => downloads.cancel(ALL)}
          />
        ) : (
          <p className={styles.hint}>{t("delivery.damaged.zip")}</p>
        ))}
      {running && <p className={styles.hint}>{t("delivery.running.stay")}</p>}
      {delivery.takes_replies && <Reply opened={opened} />}
      {rememberedUntil && <Remembered until={rememberedUntil} />}
      <p className={styles.hint}>
        <Link href={`${location.pathname}/report`} target="_blank" rel="noopener">
          {t("delivery.report")}
        </Link>
      </p>
    </div>
  );
}

function Reply({ opened }: Pick<Props, "opened">): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { mutate, error, isPending } = useMutation({
    mutationFn: () => reply(opened.delivery.id, opened.grant),
    onSuccess: ({ url }) => location.assign(url),
  });
  return (
    <div className={styles.aside}>
      <p className={styles.hint} id="reply">
        {t("delivery.reply.hint")}
      </p>
      {error && <Trouble error={error} />}
      <Button disabledFocusable={isPending} aria-describedby="reply" onClick={() => mutate()}>
        {t("delivery.reply")}
      </Button>
    </div>
  );
}

function Remembered({ until }: { readonly until: string }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { mutate, error, isPending, isSuccess } = useMutation({
    mutationFn: () => forgetBrowser(location.pathname),
  });
  if (isSuccess) return null;
  return (
    <div className={styles.aside}>
      <p className={styles.hint} id="remembered">
        {t("delivery.forget.hint", { date: format.time(new Date(until)) })}
      </p>
      {error && <Trouble error={error} />}
      <Button disabledFocusable={isPending} aria-describedby="remembered" onClick={() => mutate()}>
        {t("delivery.forget")}
      </Button>
    </div>
  );
}
