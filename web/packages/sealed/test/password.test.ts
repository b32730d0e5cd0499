import { expect, test } from "vitest";

import {
  decodePasswordParameters,
  derivePasswordKey,
  encodePasswordParameters,
  isOutdated,
  newPasswordParameters,
} from "../src/password.ts";
import { counting, dice, fault, hex, seeded } from "./support.ts";

const SALT = counting(0, 16);

/** The answers are those of the reference implementation in C (argon2-cffi), for the password in NFC. */
test("password keys are those of the reference implementation", async () => {
  for (const [memoryMib, passes, lanes, key] of [
    [64, 3, 1, "4812e57c1f2a4ecd2fec698898a461ebfa6abf5a6530114d47d0d0aa5d7982e0"],
    [19, 1, 1, "b0bf67ac11e3908997a6c9a28b2fc1de63045717e2207fae2858f2f346b2b817"],
    [19, 2, 4, "4dc4c8af3c80f2bd5e87249cfc27d8d3e982f07b5e97f66ae6d91e22a4daa521"],
  ] as const) {
    const parameters = { salt: SALT, memoryKib: memoryMib * 1024, passes, lanes };
    const derived = await derivePasswordKey("Straße e\u{301}té 🔑", parameters);
    expect(hex(derived.expose()), `${memoryMib} MiB`).toBe(key);
  }
});

test("however a password is typed, it is the same; an empty one is none", async () => {
  const parameters = { salt: SALT, memoryKib: 19 * 1024, passes: 1, lanes: 1 };
  const derive = async (password: string) => hex((await derivePasswordKey(password, parameters)).expose());
  expect(await derive("Gru\u{308}ße")).toBe(await derive("Grüße"));
  expect(await derive("Grüße")).not.toBe(await derive("Grüsse"));
  expect(await fault(derivePasswordKey("", parameters))).toBe("derivation");
});

test("parameters are 29 bytes, and costs are brought within their bounds", () => {
  const parameters = newPasswordParameters(seeded(1));
  expect({ ...parameters, salt: null }).toEqual({ salt: null, memoryKib: 65_536, passes: 3, lanes: 1 });
  const bytes = encodePasswordParameters(parameters);
  expect(hex(bytes)).toBe(`01${hex(parameters.salt)}000100000000000300000001`);
  expect(decodePasswordParameters(bytes)).toEqual(parameters);
  const costs = (memoryKib: number, passes: number, lanes: number) => {
    const read = decodePasswordParameters(encodePasswordParameters({ salt: SALT, memoryKib, passes, lanes }));
    return [read.memoryKib, read.passes, read.lanes];
  };
  expect(costs(0, 0, 0)).toEqual([19 * 1024, 1, 1]);
  expect(costs(2 ** 32 - 1, 2 ** 32 - 1, 2 ** 32 - 1)).toEqual([256 * 1024, 10, 4]);
});

test("parameters of another version or length are none, whatever they hold", async () => {
  const bytes = encodePasswordParameters(newPasswordParameters(seeded(1)));
  for (const length of [0, 1, 16, 28])
    expect(await fault(() => decodePasswordParameters(bytes.subarray(0, length)))).toBe(
      "password_parameters",
    );
  expect(await fault(() => decodePasswordParameters(Uint8Array.of(...bytes, 0)))).toBe("password_parameters");
  const roll = dice(5);
  for (let round = 0; round < 1000; round += 1) {
    const random = Uint8Array.from({ length: 29 }, () => roll(256));
    if (random[0] === 1) continue;
    expect(await fault(() => decodePasswordParameters(random))).toBe("password_parameters");
    random[0] = 1;
    const read = decodePasswordParameters(random);
    expect(decodePasswordParameters(encodePasswordParameters(read))).toEqual(read);
  }
});

test("parameters that cost less than those of today are outdated", () => {
  const today = newPasswordParameters(seeded(1));
  expect(isOutdated(today)).toBe(false);
  expect(isOutdated({ ...today, memoryKib: 256 * 1024, passes: 10 })).toBe(false);
  expect(isOutdated({ ...today, memoryKib: today.memoryKib - 1 })).toBe(true);
  expect(isOutdated({ ...today, passes: 2 })).toBe(true);
  // Costs are brought within bounds when they are read, which makes none of them those of today.
  const none = encodePasswordParameters({ ...today, memoryKib: 0, passes: 0 });
  expect(isOutdated(decodePasswordParameters(none))).toBe(true);
});
