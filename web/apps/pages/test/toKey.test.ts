import {
  Contents,
  fingerprint,
  Key,
  PrivateKey,
  readId,
  SealedError,
  sealContentKeyTo,
  sealPart,
  sealText,
  systemRandom,
  toBase64url,
} from "@sealpost/sealed";
import { sealedFile } from "@sealpost/sending/sealing/sealedFile.ts";
import { expect, test } from "vitest";
import { openWith, type Received } from "../src/delivery/toKey/receive.ts";
import { NotWhole } from "../src/delivery/whole.ts";
import { sealedToMember } from "../src/keys/ring.ts";

const TENANT = "01890000-0000-7000-8000-000000000001";
const TRANSFER = "01890000-0000-7000-8000-000000000002";
const FILE = "01890000-0000-7000-8000-000000000003";
const TEAM = "01890000-0000-7000-8000-000000000004";
const place = { tenant: readId(TENANT), transfer: readId(TRANSFER) };

/** What an outsider's browser seals: a file of five bytes, and words, to this key. */
async function sent(to: Uint8Array): Promise<Received> {
  const content = Key.generate<"content">();
  const key = Key.generate<"upload">();
  const at = { tenant: place.tenant, upload: readId(FILE), sequence: 0n };
  const part = await sealPart(key, at, new Blob(["hello"]), systemRandom);
  const { fileKey, manifest } = await sealedFile(content, place, {
    id: FILE,
    name: "plans/wing.txt",
    size: 5,
    type: "text/plain",
    crc32: part.crc32,
    key,
    parts: [{ salt: part.salt, crc32: part.crc32 }],
  });
  const column = { tenant: place.tenant, row: place.transfer, name: "transfers.message" };
  const message = await sealText(content, column, "as you wished");
  const files = [{ id: readId(FILE), manifest }];
  const contents = await (await Contents.of({ message, files })).seal(content, place);
  const delivery = {
    id: TRANSFER,
    mode: "zero_knowledge",
    subject: "Plans for the wing",
    files: [
      {
        id: FILE,
        size: part.bytes.length,
        sealing: { file_key: toBase64url(fileKey), manifest: toBase64url(manifest) },
      },
    ],
  } as unknown as Received["delivery"];
  const own = await fingerprint(to);
  return {
    grant: "g",
    delivery,
    sealedTo: {
      tenant: TENANT,
      transfer: TRANSFER,
      content_key_to: [],
      message: toBase64url(message),
      contents: toBase64url(contents),
    } as Received["sealedTo"],
    own: { tenant: TENANT, owner: TEAM, prf_input: "", key_pairs: [] },
    contentKey: toBase64url(await sealContentKeyTo(to, place, content)),
    fingerprint: own,
    wanted: own,
    team: undefined,
  };
}

test("what was sealed to a key opens with it, and with no other", async () => {
  const key = await PrivateKey.generate();
  const received = await sent(key.publicKey);
  const opened = await openWith(new Map([[received.wanted, key]]), received);
  expect(opened.files.map(({ name }) => name)).toEqual(["plans/wing.txt"]);
  expect(opened.message).toBe("as you wished");
  expect(opened.subject, "what the request is called").toBe("Plans for the wing");
  const other = new Map([[received.wanted, await PrivateKey.generate()]]);
  await expect(openWith(other, received)).rejects.toSatisfy(
    (error) => error instanceof SealedError && error.kind === "locked",
  );
});

test("what is not all that was sealed is not shown", async () => {
  const key = await PrivateKey.generate();
  const received = await sent(key.publicKey);
  const ring = new Map([[received.wanted, key]]);
  const fewer = { ...received, delivery: { ...received.delivery, files: [] } };
  await expect(openWith(ring, fewer)).rejects.toBeInstanceOf(NotWhole);
  const { message: _, ...wordless } = received.sealedTo;
  await expect(openWith(ring, { ...received, sealedTo: wordless })).rejects.toBeInstanceOf(NotWhole);
  const { contents: __, ...unbound } = received.sealedTo;
  await expect(openWith(ring, { ...received, sealedTo: unbound as typeof wordless })).rejects.toBeInstanceOf(
    NotWhole,
  );
});

test("what was sealed to a team opens by the key of a member", async () => {
  const [shared, anna] = [await PrivateKey.generate(), await PrivateKey.generate()];
  const told = async (key: PrivateKey) => ({
    public_key: toBase64url(key.publicKey),
    fingerprint: await fingerprint(key.publicKey),
  });
  const pairs = { tenant: TENANT, owner: TEAM, key_pairs: [], members: [] };
  const member = { user_id: TEAM, email: "a@b", name: "", ...(await told(anna)) };
  const pair = {
    id: TEAM,
    ...(await told(shared)),
    created_at: "",
    held_by: [],
    private_key: await sealedToMember(pairs, shared, member),
  };
  const received = { ...(await sent(shared.publicKey)), team: { pairs, pair }, wanted: member.fingerprint };
  const opened = await openWith(new Map([[member.fingerprint, anna]]), received);
  expect(opened.message).toBe("as you wished");
});
