import { Badge, Button, makeStyles, Spinner } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, CopyButton, go, ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { Done } from "../parts/Done.tsx";
import { Facts } from "../parts/Facts.tsx";
import { SectionHead } from "../parts/SectionHead.tsx";
import { useAct } from "../parts/useAct.ts";
import { useMe } from "../parts/useMe.ts";
import { address } from "../shell/sections.ts";
import { changed, draftOf, type ProviderDraft } from "./draft.ts";
import { LinkAccount } from "./LinkAccount.tsx";
import { ProviderForm } from "./ProviderForm.tsx";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1.5rem" },
  title: { fontSize: "1.125rem", margin: "0 0 0.75rem" },
});

const PROVIDERS = ["identity-providers"] as const;

/** One provider: what is known of it, what can be changed, and whose accounts are whose. */
export function ProviderPage({ id }: { readonly id: string }): ReactNode {
  const { t } = useSpeech();
  const { data, error, refetch } = useQuery({
    queryKey: [...PROVIDERS, id],
    queryFn: () =>
      answer(
        api.GET("/api/v1/admin/identity-providers/{provider_id}", { params: { path: { provider_id: id } } }),
      ),
  });
  if (data) return <Provider provider={data} />;
  return error ? (
    <ProblemBar error={error} retry={() => void refetch()} />
  ) : (
    <Spinner label={t("shell.loading")} />
  );
}

function Provider({ provider }: { readonly provider: Shape<"IdentityProvider"> }): ReactNode {
  const styles = useStyles();
  const { t, format } = useSpeech();
  const { mayChange } = useMe();
  const [said, setSaid] = useState<string>();
  const path = { provider_id: provider.id };
  const change = useAct(
    (body: Shape<"ChangeIdentityProvider">) =>
      answer(api.PATCH("/api/v1/admin/identity-providers/{provider_id}", { params: { path }, body })),
    [PROVIDERS],
  );
  const remove = useAct(
    () => answer(api.DELETE("/api/v1/admin/identity-providers/{provider_id}", { params: { path } })),
    [["identity-providers", "list"]],
  );
  const save = (draft: ProviderDraft) => {
    setSaid(undefined);
    change.mutate(changed(draft, provider), { onSuccess: () => setSaid(t("signin.saved")) });
  };
  const toggle = () => {
    setSaid(undefined);
    change.mutate(
      { enabled: !provider.enabled },
      { onSuccess: ({ enabled }) => setSaid(t(enabled ? "signin.is_on" : "signin.is_off")) },
    );
  };

  return (
    <div className={styles.all}>
      <SectionHead
        title={<bdi>{provider.label}</bdi>}
        beside={
          <Badge appearance="tint" color={provider.enabled ? "success" : "informative"}>
            {t(provider.enabled ? "signin.on" : "signin.off")}
          </Badge>
        }
        back={{ to: address("sign-in"), text: t("signin.title") }}
        deeds={
          mayChange && (
            <>
              <Button disabledFocusable={change.isPending} onClick={toggle}>
                {t(provider.enabled ? "signin.turn_off" : "signin.turn_on")}
              </Button>
              <Question
                button={t("signin.remove")}
                title={t("signin.remove.title", { label: provider.label })}
                text={t("signin.remove.text")}
                no={t("parts.cancel")}
                yes={t("signin.remove")}
                busy={remove.isPending}
                onYes={() => remove.mutate(undefined, { onSuccess: () => go(address("sign-in")) })}
              />
            </>
          )
        }
      />
      <Done>{said}</Done>
      {remove.error && <ProblemBar error={remove.error} />}
      <Facts
        facts={[
          [t("signin.kind"), t(provider.kind === "entra" ? "signin.kind.entra" : "signin.kind.oidc")],
          [t("signin.issuer"), <bdi key="issuer">{provider.issuer}</bdi>],
          [
            t("signin.redirect"),
            <span key="redirect">
              <bdi>{provider.redirect_uri}</bdi>{" "}
              <CopyButton text={provider.redirect_uri} what={t("signin.redirect.copy")} />
            </span>,
          ],
          [t("signin.client"), <bdi key="client">{provider.client_id}</bdi>],
          [t("signin.addin"), t(provider.for_addin ? "policy.yes" : "policy.no")],
          [t("signin.since"), format.time(new Date(provider.created_at))],
        ]}
      />
      {mayChange && (
        <>
          <section aria-label={t("signin.change")}>
            <h2 className={styles.title}>{t("signin.change")}</h2>
            <ProviderForm
              key={JSON.stringify(provider)}
              start={draftOf(provider)}
              isNew={false}
              hasSecret={provider.has_client_secret}
              button={t("signin.save")}
              busy={change.isPending}
              error={change.error}
              onSubmit={save}
            />
          </section>
          {provider.for_users && <LinkAccount providerId={provider.id} />}
        </>
      )}
    </div>
  );
}
