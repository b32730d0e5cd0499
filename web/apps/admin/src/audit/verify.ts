/**
 * Verifies an exported audit log as docs/audit.md describes it: entries by their hashes, checkpoints by the Merkle tree over
 * them (RFC 6962) and by who has signed them (Ed25519). All of it happens here, and takes nobody's word.
 */

/** Why a log is not what was signed. `entry` is the number of the first that it was seen at, if it is about one. */
export class Tampered extends Error {
  override readonly name = "Tampered";

  constructor(
    readonly reason:
      | "format"
      | "key"
      | "entry"
      | "checkpoint"
      | "signature"
      | "cut_off"
      | "missing"
      | "start",
    readonly entry?: number,
  ) {
    super(reason);
  }
}

/** What an export was found to be: the numbers of its entries, and up to which they are signed. */
export interface Verified {
  readonly first: number;
  readonly last: number;
  readonly signed: number;
  /** When the last checkpoint was signed that covers them. */
  readonly signedAt: Date | undefined;
}

type Bytes = Uint8Array<ArrayBuffer>;

const ENCODER = new TextEncoder();
const DASH = "\u2014 ";

const utf8 = (text: string): Bytes => ENCODER.encode(text);
const fromBase64 = (text: string): Bytes => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));
const fromHex = (text: string): Bytes =>
  Uint8Array.from(text.match(/../g) ?? [], (byte) => Number.parseInt(byte, 16));
const toHex = (bytes: Bytes): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");

function joined(parts: readonly Bytes[]): Bytes {
  const all = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

async function sha256(...parts: readonly Bytes[]): Promise<Bytes> {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", joined(parts)));
}

/** A number in 64 bits, the highest first. */
function be64(number: number): Bytes {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(number));
  return bytes;
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);

/** The whole subtrees of the tree over the first `size` leaves, largest first. */
class Tree {
  constructor(
    public size: number,
    private readonly nodes: Bytes[],
  ) {
    if (nodes.length !== [...size.toString(2)].filter((bit) => bit === "1").length)
      throw new Tampered("start");
  }

  async push(data: Bytes): Promise<void> {
    let node = await sha256(LEAF, data);
    for (let size = this.size; size % 2 === 1; size = (size - 1) / 2) {
      const left = this.nodes.pop();
      if (left) node = await sha256(NODE, left, node);
    }
    this.nodes.push(node);
    this.size += 1;
  }

  async root(): Promise<Bytes> {
    let root = this.nodes.at(-1);
    if (!root) return sha256();
    for (const node of this.nodes.slice(0, -1).reverse()) root = await sha256(NODE, node, root);
    return root;
  }
}

interface Head {
  readonly root: string;
  readonly at: Date | undefined;
}

/** Who signs, as in c2sp.org/signed-note: name, id and public key. */
class Signer {
  private constructor(
    readonly name: string,
    private readonly id: string,
    private readonly key: CryptoKey,
  ) {}

  static async of(text: string): Promise<Signer> {
    const [, name, , encoded] = text.match(/^(.+?)\+([0-9a-f]+)\+(.+)$/) ?? [];
    if (!name || !encoded) throw new Tampered("key");
    const bytes = fromBase64(encoded);
    if (bytes[0] !== 1) throw new Tampered("key");
    const id = (await sha256(utf8(name), utf8("\n"), bytes)).slice(0, 4);
    const key = await crypto.subtle.importKey("raw", bytes.slice(1), { name: "Ed25519" }, false, ["verify"]);
    return new Signer(name, toHex(id), key);
  }

  /** How many entries a checkpoint covers, and the head of their tree. */
  async open(note: string): Promise<Head & { readonly size: number }> {
    const end = note.lastIndexOf("\n\n");
    const text = note.slice(0, end + 1);
    for (const line of note.slice(end + 2).split("\n")) {
      const [name, encoded] = line.slice(DASH.length).split(" ");
      if (!line.startsWith(DASH) || name !== this.name || !encoded) continue;
      const signature = fromBase64(encoded);
      if (toHex(signature.slice(0, 4)) !== this.id) continue;
      const isGenuine = await crypto.subtle.verify("Ed25519", this.key, signature.slice(4), utf8(text));
      if (!isGenuine) throw new Tampered("signature");
      const [origin, size, root, ...rest] = text.split("\n");
      if (origin !== this.name || !size || !root) throw new Tampered("checkpoint");
      const at = rest.find((one) => one.startsWith("at "))?.slice(3);
      return { size: Number(size), root: toHex(fromBase64(root)), at: at ? new Date(Number(at)) : undefined };
    }
    throw new Tampered("signature");
  }
}

interface Line {
  readonly type: string;
  readonly [field: string]: unknown;
}

interface Entry {
  readonly seq: number;
  readonly at: number;
  readonly kind: string;
  readonly transfer: string | null;
  readonly payload: string;
  readonly prev_hash: string;
  readonly hash: string;
}

async function entryHash(tenant: Bytes, entry: Entry, previous: Bytes): Promise<Bytes> {
  const fields = [
    utf8("sealpost/audit/1"),
    previous,
    tenant,
    be64(entry.seq),
    be64(entry.at),
    utf8(entry.kind),
    uuid(entry.transfer ?? ""),
    utf8(entry.payload),
  ];
  return sha256(...fields.flatMap((field) => [be64(field.length), field]));
}

function uuid(text: string): Bytes {
  return fromHex(text.replaceAll("-", ""));
}

/** The checkpoints of a file in which they stand one behind the other. */
export function checkpointsIn(text: string): readonly string[] {
  return text.match(new RegExp(`[\\s\\S]+?\\n\\n(?:${DASH}[^\\n]+\\n)+`, "g")) ?? [];
}

export interface Against {
  /** Who is known to sign; the export has to name the same. */
  readonly key: string;
  /** Checkpoints that were kept elsewhere. */
  readonly kept: readonly string[];
}

/**
 * What the lines of an export are. `progress` is told now and then how many entries were seen.
 * Throws [`Tampered`] if they are not what was signed.
 */
export async function verify(
  lines: AsyncIterable<string>,
  { key, kept }: Against,
  progress: (entries: number) => void,
): Promise<Verified> {
  const reader = lines[Symbol.asyncIterator]();
  const first = await reader.next();
  const log = parsed(first.done ? "" : first.value);
  if (log.type !== "log" || log.format !== "sealpost-audit/1") throw new Tampered("format");
  if (log.key !== key) throw new Tampered("key");
  const signer = await Signer.of(key);
  const tenant = uuid(String(log.tenant));
  const start = Number(log.start);
  const tree = new Tree(start, (log.start_nodes as readonly string[]).map(fromHex));
  const heads = new Map<number, Head>();
  let last = fromHex(String(log.start_hash));
  let signed = 0;
  let ended = false;

  const note = async (text: string) => {
    const head = await signer.open(text);
    const known = heads.get(head.size);
    if (known && known.root !== head.root) throw new Tampered("checkpoint", head.size);
    heads.set(head.size, head);
  };
  const compare = async () => {
    const head = heads.get(tree.size);
    if (!head) return;
    if (head.root !== toHex(await tree.root())) throw new Tampered("checkpoint", tree.size);
    signed = tree.size;
  };

  for (const text of kept) await note(text);
  await compare();
  for (let next = await reader.next(); !next.done; next = await reader.next()) {
    if (ended) throw new Tampered("format");
    const line = parsed(next.value);
    if (line.type === "entry") {
      const entry = line as unknown as Entry;
      const hash = await entryHash(tenant, entry, last);
      const isNext = entry.seq === tree.size + 1 && entry.prev_hash === toHex(last);
      if (!isNext || entry.hash !== toHex(hash)) throw new Tampered("entry", tree.size + 1);
      last = hash;
      await tree.push(hash);
      if (tree.size % 1000 === 0) progress(tree.size - start);
    } else if (line.type === "checkpoint") {
      await note(String(line.note));
    }
    ended = line.type === "end";
    await compare();
  }
  if (!ended) throw new Tampered("cut_off");
  if (Math.max(0, ...heads.keys()) > tree.size) throw new Tampered("missing", tree.size + 1);
  if (start > 0 && !heads.has(start)) throw new Tampered("start");
  return { first: start + 1, last: tree.size, signed, signedAt: heads.get(signed)?.at };
}

function parsed(text: string): Line {
  try {
    return JSON.parse(text) as Line;
  } catch {
    throw new Tampered("format");
  }
}

/** The lines of what comes in, without keeping it. */
export async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<string> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = "";
  for (;;) {
    const { done, value } = await reader.read();
    rest += decoder.decode(value, { stream: !done });
    const lines = rest.split("\n");
    rest = lines.pop() ?? "";
    yield* lines;
    if (done) break;
  }
  if (rest !== "") yield rest;
}
