import { makeStyles, tokens } from "@fluentui/react-components";
import { answer, type Shape } from "@sealpost/api-client";
import { api, useSpeech } from "@sealpost/ui";
import { useQuery } from "@tanstack/react-query";
import type { ReactNode } from "react";

const useStyles = makeStyles({ checked: { color: tokens.colorNeutralForeground2 } });

/** Who has sent something in, and whether he has shown that he is. */
export function Uploader({ uploader }: { readonly uploader: Shape<"Uploader"> }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { name, email, proved } = uploader;
  return (
    <div>
      {t("received.from")} {name && <bdi>{name}</bdi>} <bdi>{name ? `<${email}>` : email}</bdi>{" "}
      <span className={styles.checked}>({t(proved ? "received.proved" : "received.not_proved")})</span>
    </div>
  );
}

/** The same of a transfer of which only the summary is known: lists do not say it. */
export function UploaderOf({ transfer }: { readonly transfer: string }): ReactNode {
  const { data } = useQuery({
    queryKey: ["transfers", transfer],
    queryFn: () =>
      answer(api.GET("/api/v1/transfers/{transfer_id}", { params: { path: { transfer_id: transfer } } })),
    staleTime: 60_000,
  });
  const uploader = data?.submission?.uploader;
  return uploader && <Uploader uploader={uploader} />;
}
