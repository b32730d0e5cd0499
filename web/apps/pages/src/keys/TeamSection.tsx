import {
  Button,
  MessageBar,
  MessageBarBody,
  makeStyles,
  Spinner,
  tokens,
  typographyStyles,
} from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { ProblemBar, Question, useSpeech } from "@sealpost/ui";
import { useGuarded } from "@sealpost/ui/stepUp";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

import { type OwnPairs, type TeamMember, type TeamPairs, teamPairs, teams } from "./calls.ts";
import { Fingerprint } from "./Fingerprint.tsx";
import { OpenKeys } from "./OpenKeys.tsx";
import { current, type Ring } from "./ring.ts";
import { giveTo, hasKey, makeTeamPair } from "./teamDeeds.ts";
import { toldOfKeys } from "./told.ts";

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "1rem" },
  title: { ...typographyStyles.subtitle1, margin: 0 },
  small: { ...typographyStyles.subtitle2, margin: 0 },
  text: { margin: 0, maxWidth: "40rem" },
  card: {
    display: "grid",
    gridTemplateColumns: "minmax(0, 1fr)",
    gap: "0.75rem",
    padding: "1rem min(1rem, 4vw)",
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    borderRadius: tokens.borderRadiusLarge,
  },
  list: { display: "grid", gap: "0.75rem", margin: 0, padding: 0, listStyle: "none" },
  row: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)", gap: "0.25rem", justifyItems: "start" },
  hint: { color: tokens.colorNeutralForeground2, fontSize: "0.8125rem" },
});

interface Props {
  readonly own: OwnPairs;
  readonly ring: Ring;
  readonly onOpened: (ring: Ring) => void;
}

/** The teams that one belongs to, each with its key pair and who has it. */
export function TeamSection(props: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { data, error, refetch } = useQuery({ queryKey: ["keys", "teams"], queryFn: teams });
  if (data?.length === 0) return null;
  return (
    <section className={styles.all} aria-labelledby="teams">
      <h2 className={styles.title} id="teams">
        {t("keys.teams")}
      </h2>
      <p className={styles.text}>{t("keys.teams.text")}</p>
      {error && !data && <ProblemBar error={error} retry={() => void refetch()} />}
      {!data && !error && <Spinner label={t("shell.loading")} />}
      {data?.map((mailbox) => (
        <Team key={mailbox.id} mailbox={mailbox} {...props} />
      ))}
    </section>
  );
}

function Team({ mailbox, ...props }: Props & { readonly mailbox: Shape<"Mailbox"> }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const { data, error, refetch } = useQuery({
    queryKey: ["keys", "team", mailbox.id],
    queryFn: () => teamPairs(mailbox.id),
  });
  return (
    <section className={styles.card} aria-label={mailbox.name || mailbox.email}>
      <h3 className={styles.small}>
        <bdi>{mailbox.name || mailbox.email}</bdi>
      </h3>
      {data ? (
        <Inside team={data} {...props} />
      ) : error ? (
        <ProblemBar error={error} retry={() => void refetch()} />
      ) : (
        <Spinner label={t("shell.loading")} />
      )}
    </section>
  );
}

function Inside({ team, own, ring, onOpened }: Props & { readonly team: TeamPairs }): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const guarded = useGuarded();
  const queries = useQueryClient();
  const [done, setDone] = useState<string>();
  const act = useMutation({
    mutationFn: ({ act }: { readonly act: () => Promise<void>; readonly said: string }) => act(),
    onMutate: () => setDone(undefined),
    onSuccess: (_, { said }) => setDone(said),
    onSettled: () => queries.invalidateQueries({ queryKey: ["keys", "team"] }),
  });
  const pair = current(team.key_pairs);
  const mine = current(own.key_pairs);
  // Those of which one has the private half: given on together, so that what came before opens as well.
  const held = team.key_pairs.filter(({ private_key }) => private_key !== undefined);
  const isHolder = pair?.private_key !== undefined;
  const isOpen = held.every(({ private_key }) => private_key && ring.has(private_key.fingerprint));
  const isLost = pair !== undefined && pair.held_by.length === 0;
  const make = () => act.mutate({ act: () => makeTeamPair(team, guarded), said: t("keys.team.made") });
  const give = (member: TeamMember) =>
    act.mutate({
      act: () => giveTo(team, held, member, ring, guarded),
      said: t("keys.team.given", { name: nameOf(member) }),
    });
  const isOld = (member: TeamMember) =>
    member.user_id === own.owner &&
    isHolder &&
    held.some(({ private_key }) => private_key?.fingerprint !== mine?.fingerprint);
  const lacks = (member: TeamMember) => !held.every(({ held_by }) => held_by.includes(member.user_id));
  const canGive =
    isHolder && team.members.some((member) => hasKey(member) && (lacks(member) || isOld(member)));

  return (
    <>
      <div role="status">{done}</div>
      {pair ? (
        <div>
          {t("keys.fingerprint")}: <Fingerprint of={pair.fingerprint} />
        </div>
      ) : (
        <p className={styles.text}>{t("keys.team.none")}</p>
      )}
      {isLost && <p className={styles.text}>{t("keys.team.lost")}</p>}
      {pair && !isLost && !isHolder && <p className={styles.text}>{t("keys.team.ask")}</p>}
      {!mine && <p className={styles.text}>{t("keys.team.first")}</p>}
      <ul className={styles.list} aria-label={t("keys.team.members")}>
        {team.members.map((member) => (
          <li key={member.user_id} className={styles.row}>
            <div>
              <bdi>{nameOf(member)}</bdi> – {t(stateOf(member, pair?.held_by))}
            </div>
            {member.fingerprint && (
              <div className={styles.hint}>
                <Fingerprint of={member.fingerprint} />
              </div>
            )}
            {isOpen && isHolder && hasKey(member) && (lacks(member) || isOld(member)) && (
              <Question
                button={t(isOld(member) ? "keys.team.renew" : "keys.team.give", { name: nameOf(member) })}
                title={t(isOld(member) ? "keys.team.renew" : "keys.team.give", { name: nameOf(member) })}
                text={t("keys.team.compare", {
                  name: nameOf(member),
                  fingerprint: member.fingerprint ?? "",
                })}
                no={t("keys.cancel")}
                yes={t("keys.team.give.yes")}
                busy={act.isPending}
                onYes={() => give(member)}
              />
            )}
          </li>
        ))}
      </ul>
      {act.error && (
        <MessageBar intent="error" layout="multiline" role="alert">
          <MessageBarBody>{toldOfKeys(act.error, t)}</MessageBarBody>
        </MessageBar>
      )}
      {mine && canGive && !isOpen && (
        <>
          <p className={styles.text}>{t("keys.team.open")}</p>
          <OpenKeys
            own={own}
            wanted={held[0]?.private_key?.fingerprint}
            button={t("keys.open")}
            onOpened={onOpened}
          />
        </>
      )}
      {mine && !pair && (
        <div>
          <Button appearance="primary" disabledFocusable={act.isPending} onClick={make}>
            {t("keys.team.make")}
          </Button>
        </div>
      )}
      {mine && pair && (isHolder || isLost) && (
        <div>
          <Question
            button={t("keys.team.replace")}
            title={t("keys.team.replace")}
            text={t("keys.team.replace.text")}
            no={t("keys.cancel")}
            yes={t("keys.team.replace")}
            busy={act.isPending}
            onYes={make}
          />
        </div>
      )}
    </>
  );
}

function nameOf({ name, email }: TeamMember): string {
  return name ? `${name} (${email})` : email;
}

function stateOf(member: TeamMember, holders: readonly string[] = []) {
  if (holders.includes(member.user_id)) return "keys.team.holds" as const;
  return hasKey(member) ? ("keys.team.lacks" as const) : ("keys.team.no_key" as const);
}
