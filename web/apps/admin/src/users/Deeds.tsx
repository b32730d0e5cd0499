import { Button, makeStyles, Subtitle1, tokens } from "@fluentui/react-components";
import type { Shape } from "@sealpost/api-client";
import { Question, type TextKey, useSpeech } from "@sealpost/ui";
import type { ReactNode } from "react";

import { users } from "./api.ts";

/** Something that is done to a user, and what is said when it is done. */
export interface UserDeed {
  readonly act: (id: string) => Promise<unknown>;
  readonly said: TextKey;
}

const useStyles = makeStyles({
  all: { display: "grid", gridTemplateColumns: "minmax(0, 1fr)" },
  row: {
    display: "flex",
    flexWrap: "wrap",
    alignItems: "center",
    justifyContent: "space-between",
    gap: "0.5rem 1.5rem",
    padding: "0.75rem 0",
    borderBottom: `1px solid ${tokens.colorNeutralStroke2}`,
  },
  text: { flex: "1 1 18rem", maxWidth: "44rem" },
});

interface Props {
  readonly user: Shape<"User">;
  /** Whether it is who looks: nobody shuts himself out. */
  readonly isSelf: boolean;
  readonly isBusy: boolean;
  readonly onDeed: (deed: UserDeed) => void;
}

/** What can be done to a user, each with what it does; what hurts asks once more. */
export function Deeds({ user, isSelf, isBusy, onDeed }: Props): ReactNode {
  const styles = useStyles();
  const { t } = useSpeech();
  const hasFactor = user.second_factor.app || user.second_factor.passkeys > 0;
  const asked = (what: Asked, deed: UserDeed) => (
    <Question
      button={t(`users.${what}`)}
      title={t(`users.${what}.title`, { who: user.email })}
      text={t(`users.${what}.text`)}
      no={t("parts.cancel")}
      yes={t(`users.${what}`)}
      busy={isBusy}
      onYes={() => onDeed(deed)}
    />
  );
  const plain = (what: Plain, act: UserDeed["act"]) => (
    <Button disabledFocusable={isBusy} onClick={() => onDeed({ act, said: `users.${what}.done` })}>
      {t(`users.${what}`)}
    </Button>
  );

  return (
    <div className={styles.all}>
      <Subtitle1 as="h2">{t("users.deeds")}</Subtitle1>
      <Row text={t(user.seat_at ? "users.take_seat.text" : "users.give_seat.text")}>
        {user.seat_at ? plain("take_seat", users.takeSeat) : plain("give_seat", users.giveSeat)}
      </Row>
      <Row text={t(user.sending_suspended_at ? "users.resume.text" : "users.suspend.text")}>
        {user.sending_suspended_at
          ? plain("resume", (id) => users.change(id, { sending_suspended: false }))
          : plain("suspend", (id) => users.change(id, { sending_suspended: true }))}
      </Row>
      <Row text={t("users.end_sessions.text")}>{plain("end_sessions", users.endSessions)}</Row>
      <Row text={t("users.reset_password.text")}>
        {asked("reset_password", {
          act: (id) => users.reset(id, { password: true }),
          said: "users.reset_password.done",
        })}
      </Row>
      {hasFactor && (
        <Row text={t("users.reset_factors.text")}>
          {asked("reset_factors", {
            act: (id) => users.reset(id, { factors: true }),
            said: "users.reset_factors.done",
          })}
        </Row>
      )}
      {!isSelf && (
        <Row text={t(user.disabled_at ? "users.enable.text" : "users.disable.text")}>
          {user.disabled_at
            ? plain("enable", (id) => users.change(id, { disabled: false }))
            : asked("disable", {
                act: (id) => users.change(id, { disabled: true }),
                said: "users.disable.done",
              })}
        </Row>
      )}
    </div>
  );
}

type Asked = "disable" | "reset_factors" | "reset_password";
type Plain = "enable" | "end_sessions" | "give_seat" | "resume" | "suspend" | "take_seat";

function Row({ text, children }: { readonly text: string; readonly children: ReactNode }): ReactNode {
  const styles = useStyles();
  return (
    <div className={styles.row}>
      <div className={styles.text}>{text}</div>
      <div>{children}</div>
    </div>
  );
}
