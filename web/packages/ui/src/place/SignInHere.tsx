import { createContext, type ReactNode, useContext } from "react";

const Context = createContext<(() => void) | undefined>(undefined);

interface Props {
  /** Begins it, beside what is on the screen. */
  readonly begin: () => void;
  readonly children: ReactNode;
}

/** For apps in which one signs in without leaving: a link would lead away, such as out of Outlook. */
export function SignInHere({ begin, children }: Props): ReactNode {
  return <Context value={begin}>{children}</Context>;
}

/** Begins to sign in within this app; nothing if a page of the service is there for that. */
export function useSignInHere(): (() => void) | undefined {
  return useContext(Context);
}
