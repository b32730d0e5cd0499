// A line between browser and service that does what lines do, and what somebody on it may do.
import { createServer, request as ask } from 'node:http';

/**
 * Passes everything on to `target`. `fault` is asked about each answer with sealed bytes, and says what becomes of it, or nothing: `cut`, after so
 * many bytes the connection is; `short`, so many bytes are all there are, as if that were right; `flip`, the byte at this place of the file
 * is another. `alter` is given what is answered about links, as JSON, with the last word of its address, and may change it. `heard` is all that
 * browsers have said: addresses, headers, bodies.
 */
export async function faulty(target, fault, alter) {
  const heard = [];
  const server = createServer((request, response) => {
    const body = [];
    heard.push(`${request.method} ${request.url}\n${request.rawHeaders.join('\n')}`);
    const { host, 'accept-encoding': _, ...headers } = request.headers;
    const forwarded = ask(`${target}${request.url}`, { method: request.method, headers: { ...headers, host: new URL(target).host } });
    forwarded.on('response', (answer) => {
      const about = alter && answer.statusCode === 200 && request.url.match(/^\/api\/v1\/links\/(\w+)$/)?.[1];
      if (about) return void altered(answer, response, (said) => alter(said, about));
      const isContent = /\/files\/[^/]+\/content$/.test(request.url) && answer.statusCode < 300;
      const wrong = isContent ? (fault?.() ?? {}) : {};
      const first = Number(answer.headers['content-range']?.match(/bytes (\d+)-/)?.[1] ?? 0);
      const most = wrong.short ?? wrong.cut ?? Number.POSITIVE_INFINITY;
      const length = wrong.short && { 'content-length': Math.min(wrong.short, Number(answer.headers['content-length'])) };
      response.writeHead(answer.statusCode, { ...answer.headers, ...length });
      let at = 0;
      answer.on('data', (piece) => {
        const given = piece.subarray(0, Math.max(0, most - at));
        const flipped = wrong.flip === undefined ? -1 : wrong.flip - first - at;
        if (flipped >= 0 && flipped < given.length) given[flipped] ^= 1;
        at += piece.length;
        if (given.length > 0 && !response.write(given)) {
          answer.pause();
          response.once('drain', () => answer.resume());
        }
        if (at < most) return;
        answer.destroy();
        if (wrong.cut) response.destroy();
        else response.end();
      });
      answer.on('end', () => response.end());
      answer.on('error', () => response.destroy());
    });
    forwarded.on('error', () => response.destroy());
    response.on('close', () => forwarded.destroy());
    request.on('data', (piece) => body.push(piece));
    request.on('end', () => heard.push(Buffer.concat(body).toString()));
    request.pipe(forwarded);
  });
  await new Promise((done) => server.listen(0, '127.0.0.1', done));
  const end = () => {
    server.closeAllConnections();
    server.close();
  };
  return { origin: `http://127.0.0.1:${server.address().port}`, heard, end };
}

/** Passes an answer on as somebody has changed it. */
async function altered(answer, response, change) {
  const pieces = [];
  for await (const piece of answer) pieces.push(piece);
  const said = JSON.parse(Buffer.concat(pieces).toString());
  change(said);
  const body = Buffer.from(JSON.stringify(said));
  response.writeHead(answer.statusCode, { ...answer.headers, 'content-length': body.length });
  response.end(body);
}
