import {
  Button,
  Checkbox,
  Field,
  Input,
  makeStyles,
  Select,
  Textarea,
  Title2,
  tokens,
} from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { type Bootstrap, go, Later, leadingTo, ProblemBar, useSpeech } from "@sealpost/ui";
import { type FormEvent, type ReactNode, useRef, useState } from "react";

import { LifetimeField } from "../new/LifetimeField.tsx";
import { NumberField } from "../new/NumberField.tsx";
import { refusal } from "../new/refusal.ts";
import { REQUESTS, requestAddress } from "../shell/address.ts";
import { BackLink } from "../shell/BackLink.tsx";
import { focusFirstFault } from "../shell/focusFirstFault.ts";
import { boundTo } from "./boundTo.ts";
import { useOwnKey } from "./useOwnKey.ts";
import { useAsking } from "./useRequest.ts";
import { asCreation, emptyWish, KINDS, type Kind, sizes, type Wish, wishFaults } from "./wish.ts";

const toKeyField = () => import("./ToKeyField.tsx");

const useStyles = makeStyles({
  form: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.25rem", marginTop: "1rem" },
  kinds: { margin: 0, padding: 0, border: "none", minInlineSize: 0 },
  hint: { color: tokens.colorNeutralForeground3, fontSize: "0.75rem" },
  two: {
    display: "grid",
    gap: "1.25rem",
    gridTemplateColumns: "repeat(auto-fit, minmax(min(16rem, 100%), 1fr))",
    alignItems: "start",
  },
});

interface KindsProps {
  readonly kinds: readonly Kind[];
  readonly onChange: (kinds: readonly Kind[]) => void;
}

function Kinds({ kinds, onChange }: KindsProps): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  return (
    <fieldset className={styles.kinds}>
      <legend>{t("ask.kinds")}</legend>
      {KINDS.map((kind) => (
        <Checkbox
          key={kind}
          label={t(`ask.kind_${kind}`)}
          checked={kinds.includes(kind)}
          onChange={(_, { checked }) =>
            onChange(KINDS.filter((one) => (one === kind ? checked === true : kinds.includes(one))))
          }
        />
      ))}
      <div className={styles.hint}>{t("ask.kinds.hint")}</div>
    </fieldset>
  );
}

interface Props {
  readonly bootstrap: Bootstrap;
  /** Whom the mail goes to in which the link will stand: who alone may use it is one of them. */
  readonly addressed?: readonly string[] | undefined;
  /** What there is to choose besides. */
  readonly children?: ReactNode;
  /** What is done with what was made, in place of going to its page. */
  readonly onMade?: ((request: Shape<"UploadRequest">) => void) | undefined;
}

/** Asks for files: what for, from whom, and within which bounds. */
export default function Ask({ bootstrap, addressed, children, onMade }: Props): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const form = useRef<HTMLFormElement>(null);
  const [written, setWish] = useState(() => emptyWish(bootstrap));
  const [chosen, setChosen] = useState<string>();
  const wish = { ...written, email: boundTo(addressed, chosen) ?? written.email };
  const [tried, setTried] = useState(false);
  const ask = useAsking();
  const { policy, limits } = bootstrap;
  const own = useOwnKey(wish.toKey);
  const isLooking = useRef(false);

  const change = (changed: Partial<Wish>) => {
    ask.reset();
    setWish((before) => ({ ...before, ...changed }));
  };
  const found = wishFaults(wish, bootstrap, t, format);
  const shown = tried ? found : {};
  // To whom the service may not mail it.
  const refused = refusal(ask.error, t, format).recipients;
  const make = () =>
    ask.mutate(asCreation(wish, bootstrap, new Date()), {
      onSuccess: (request) => (onMade ? onMade(request) : go(requestAddress(request.id))),
    });
  /** Looks for the key. Whoever was faster than the first look waits for it; what is missing stands where it is chosen. */
  const lookForKey = async () => {
    if (isLooking.current) return;
    isLooking.current = true;
    const isFirst = own.isPending;
    const { data } = await own.refetch();
    isLooking.current = false;
    if (isFirst && data) make();
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    setTried(true);
    if (Object.keys(found).length > 0) focusFirstFault(form);
    else if (wish.toKey && !own.data) void lookForKey();
    else if (!ask.isPending) make();
  };
  const wrong = (fault: string | undefined) =>
    fault ? ({ validationState: "error", validationMessage: fault } as const) : {};

  return (
    <form ref={form} className={styles.form} noValidate onSubmit={submit}>
      <BackLink {...leadingTo(REQUESTS)}>{t("requests.back")}</BackLink>
      <Title2 as="h1">{t("ask.heading")}</Title2>
      <div>{t("ask.what")}</div>
      <Field label={t("ask.title")} hint={t("ask.title.hint")} required {...wrong(shown.title)}>
        <Input value={wish.title} maxLength={200} onChange={(_, { value }) => change({ title: value })} />
      </Field>
      <Field label={t("new.message")} hint={t("ask.message.hint")} {...wrong(shown.message)}>
        <Textarea
          value={wish.message}
          rows={4}
          resize="vertical"
          onChange={(_, { value }) => change({ message: value })}
        />
      </Field>
      {addressed?.length ? (
        <Field label={t("ask.email.who")} {...wrong(refused)}>
          <Select
            value={wish.email}
            onChange={(_, { value }) => {
              ask.reset();
              setChosen(value);
            }}
          >
            <option value="">{t("ask.email.whoever")}</option>
            {addressed.map((address) => (
              <option key={address} value={address}>
                {address}
              </option>
            ))}
          </Select>
        </Field>
      ) : (
        <Field label={t("ask.email")} hint={t("ask.email.hint")} {...wrong(shown.email ?? refused)}>
          <Input
            type="text"
            inputMode="email"
            autoComplete="off"
            value={wish.email}
            onChange={(_, { value }) => change({ email: value })}
          />
        </Field>
      )}
      {!addressed && wish.email.trim() && (
        <Checkbox
          label={t("ask.notify")}
          checked={wish.notify}
          onChange={(_, { checked }) => change({ notify: checked === true })}
        />
      )}
      <Field hint={t("ask.code.hint")}>
        <Checkbox
          label={t("ask.code")}
          checked={wish.asksCode}
          onChange={(_, { checked }) => change({ asksCode: checked === true })}
        />
      </Field>
      <div className={styles.two}>
        <NumberField
          label={t("ask.uses")}
          hint={t("ask.uses.hint")}
          value={wish.uses}
          fault={shown.uses}
          required
          onChange={(uses) => change({ uses })}
        />
        {!policy.locked.includes("expiry") && (
          <LifetimeField
            label={t("ask.lifetime")}
            ends="requests.until"
            value={wish.lifetime}
            usual={policy.retention_default_seconds}
            most={policy.retention_max_seconds}
            onChange={(lifetime) => change({ lifetime })}
          />
        )}
        <NumberField
          label={t("ask.files")}
          hint={t("ask.files.hint", { most: limits.max_files })}
          value={wish.files}
          fault={shown.files}
          onChange={(files) => change({ files })}
        />
        <Field label={t("ask.bytes")} hint={t("ask.bytes.hint")}>
          <Select
            value={String(wish.bytes ?? "")}
            onChange={(_, { value }) => change({ bytes: value ? Number(value) : undefined })}
          >
            <option value="">{t("ask.bytes.most", { size: format.size(limits.max_transfer_bytes) })}</option>
            {sizes(bootstrap).map((size) => (
              <option key={size} value={String(size)}>
                {format.size(size)}
              </option>
            ))}
          </Select>
        </Field>
      </div>
      {policy.zero_knowledge !== "forbid" && (
        <Later name="to-key" load={toKeyField} silent>
          {(ToKeyField) => (
            <ToKeyField
              policy={policy}
              toKey={wish.toKey}
              own={own}
              tried={tried}
              onChange={(toKey) => change({ toKey })}
            />
          )}
        </Later>
      )}
      {!wish.toKey && <Kinds kinds={wish.kinds} onChange={(kinds) => change({ kinds })} />}
      {children}
      {ask.error && !refused && <ProblemBar error={ask.error} />}
      <div>
        <Button type="submit" appearance="primary" size="large" disabledFocusable={ask.isPending}>
          {t(ask.isPending ? "new.sending" : "ask.make")}
        </Button>
      </div>
    </form>
  );
}
