import { createContext, type ReactNode, useContext } from "react";

type Open = (address: string) => void;

const Context = createContext<Open>((address) => window.location.assign(address));

interface Props {
  readonly open: Open;
  readonly children: ReactNode;
}

/** For apps that must not be left: what an address outside of them is opened with. */
export function Elsewhere({ open, children }: Props): ReactNode {
  return <Context value={open}>{children}</Context>;
}

/** Opens an address that is not of this app: in its place, unless the app says otherwise. */
export function useElsewhere(): Open {
  return useContext(Context);
}
