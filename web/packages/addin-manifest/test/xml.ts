import { DOMParser } from "@xmldom/xmldom";

export type Node = Element | Document;

/** The document; whatever the parser has to say of it is an error. */
export function parse(source: string): Document {
  const fail = (message: string) => {
    throw new Error(message);
  };
  return new DOMParser({ errorHandler: { warning: fail, error: fail, fatalError: fail } }).parseFromString(
    source,
    "text/xml",
  );
}

/** All elements of a name below a node, whatever their prefix; `*` is every name. */
export function all(node: Node, name: string): Element[] {
  return Array.from(node.getElementsByTagNameNS("*", name) as ArrayLike<Element>);
}

export function children(node: Node): Element[] {
  return Array.from(node.childNodes as ArrayLike<ChildNode>).filter(
    (child): child is Element => child.nodeType === 1,
  );
}

export function attribute(element: Element | undefined, name: string): string {
  return element?.getAttribute(name) ?? "";
}

/** What the first element of a name says. */
export function text(node: Node, name: string): string {
  return all(node, name)[0]?.textContent ?? "";
}
