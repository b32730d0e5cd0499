/** The worker's side: does what it is asked for, and answers. How much at once is for the page to say. */
import type { Bytes } from "./bytes.ts";
import { SealedError } from "./error.ts";
import { Key } from "./key.ts";
import { sealWindows } from "./part.ts";
import { decodePasswordParameters, derivePasswordKey } from "./password.ts";
import type { Answer, Leave, Line, Request, Tasks } from "./protocol.ts";
import { systemRandom } from "./random.ts";
import { Readings } from "./reading.ts";

type Doing = { [Name in keyof Tasks]: (wanted: Tasks[Name]["wanted"]) => Promise<Tasks[Name]["done"]> };

const tasks = (readings: Readings): Doing => ({
  seal: ({ file, source, span, key, place, memory }) => {
    const windows = readings.windows(file, source, span);
    return sealWindows(Key.from(key), place, span.end - span.start, windows, systemRandom, memory);
  },
  derive: async ({ password, parameters }) => {
    const key = await derivePasswordKey(password, decodePasswordParameters(parameters));
    return key.expose();
  },
});

export function serve(line: Line): void {
  const readings = new Readings();
  const doing = tasks(readings);
  line.addEventListener("message", async ({ data }: MessageEvent<Request | Leave>) => {
    if ("leave" in data) return readings.leave(data.leave);
    const answer = await answerTo(data, doing);
    line.postMessage(answer, "done" in answer ? [bufferOf(answer.done)] : []);
  });
}

async function answerTo({ id, task, wanted }: Request, doing: Doing): Promise<Answer> {
  try {
    // Each name has what is wanted of it, which the compiler does not follow.
    const work = doing[task] as (wanted: Request["wanted"]) => Promise<Tasks[keyof Tasks]["done"]>;
    return { id, done: await work(wanted) };
  } catch (error) {
    const { kind, more } = error instanceof SealedError ? error : new SealedError("worker", String(error));
    return { id, failed: { kind, more } };
  }
}

function bufferOf(done: Bytes | { bytes: Bytes }): ArrayBuffer {
  return ("bytes" in done ? done.bytes : done).buffer;
}
