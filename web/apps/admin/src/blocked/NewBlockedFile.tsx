import { Button, makeStyles } from "@fluentui/react-components";
import { answer, Problem } from "@sealpost/api-client";
import { api, ProblemBar, useSpeech } from "@sealpost/ui";
import type { QueryKey } from "@tanstack/react-query";
import { type ReactNode, useRef, useState } from "react";

import { Form } from "../parts/Form.tsx";
import { TextField } from "../parts/TextField.tsx";
import { useAct } from "../parts/useAct.ts";
import { hashOf, MOST_BYTES, sha256 } from "./hash.ts";

/** The most that is said of a file, in characters. */
const MOST_NOTE = 500;

const useStyles = makeStyles({
  form: { maxWidth: "48rem" },
  buttons: { display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.5rem 1rem" },
});

interface Props {
  /** What is asked anew when a file has been put on the list. */
  readonly touches: QueryKey;
  readonly onDone: () => void;
}

/** Puts a file on the list, by its hash; the hash of a file that is here is made here. */
export function NewBlockedFile({ touches, onDone }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const [text, setText] = useState("");
  const [length, setLength] = useState<number>();
  const [note, setNote] = useState("");
  const [fault, setFault] = useState<string>();
  const [isHashing, setIsHashing] = useState(false);
  const chooser = useRef<HTMLInputElement>(null);
  const block = useAct(
    (hash: string) =>
      answer(
        api.POST("/api/v1/admin/blocked-files", {
          body: { sha256: hash, note: note.trim(), ...(length !== undefined && { length }) },
        }),
      ),
    [touches],
  );
  const isKnown = block.error instanceof Problem && block.error.code === "already_exists";
  const said = fault ?? (isKnown ? t("blocked.fault.known") : undefined);

  const take = async (file: File | undefined) => {
    if (!file) return;
    const large = file.size > MOST_BYTES;
    setFault(large ? t("blocked.fault.large", { size: format.size(MOST_BYTES) }) : undefined);
    if (large) return;
    setIsHashing(true);
    try {
      setText(await sha256(file));
      setLength(file.size);
    } catch {
      setFault(t("blocked.fault.unreadable"));
    }
    setIsHashing(false);
  };
  const submit = () => {
    const hash = hashOf(text);
    setFault(hash ? undefined : t("blocked.fault.hash"));
    if (!hash) return;
    block.mutate(hash, {
      onSuccess: () => {
        setText("");
        setNote("");
        setLength(undefined);
        onDone();
      },
    });
  };

  return (
    <Form className={styles.form} error={block.error} onSubmit={submit}>
      <TextField
        label={t("blocked.hash")}
        hint={length === undefined ? t("blocked.hash_hint") : format.size(length)}
        spellCheck={false}
        value={text}
        fault={said}
        onChange={(value) => {
          setText(value);
          setLength(undefined);
          setFault(undefined);
          block.reset();
        }}
      />
      <TextField label={t("blocked.note")} maxLength={MOST_NOTE} value={note} onChange={setNote} />
      <input
        ref={chooser}
        type="file"
        hidden
        onChange={(event) => {
          void take(event.target.files?.[0]);
          event.target.value = "";
        }}
      />
      {block.error && !isKnown && <ProblemBar error={block.error} />}
      <div className={styles.buttons}>
        <Button type="submit" appearance="primary" disabledFocusable={block.isPending || isHashing}>
          {t("blocked.add")}
        </Button>
        <Button disabledFocusable={isHashing} onClick={() => chooser.current?.click()}>
          {t("blocked.choose")}
        </Button>
        <span role="status">{isHashing && t("blocked.hashing")}</span>
      </div>
    </Form>
  );
}
