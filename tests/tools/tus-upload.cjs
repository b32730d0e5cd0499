// Uploads one file with tus-js-client. What is to be done comes as JSON in the first argument:
//   file, endpoint, token, chunk (bytes of a PATCH), parallel (uploads at once), store (file that remembers unfinished
//   uploads), delays (ms before each try of the same piece), pauses (how often to pause on the way), die_at (bytes after which the process ends as if it were killed)
// Prints JSON: the upload's address, and how many bytes were there when it began.
const fs = require('node:fs');
const tus = require('tus-js-client');

const order = JSON.parse(process.argv[2]);
const size = fs.statSync(order.file).size;
let pauses = order.pauses ?? 0;
let began = null;

// Whether the next process will find where to go on.
function isRemembered() {
  try {
    return Object.keys(JSON.parse(fs.readFileSync(order.store))).length > 0 && !fs.existsSync(`${order.store}.lock`);
  } catch {
    return false;
  }
}

const upload = new tus.Upload(fs.createReadStream(order.file), {
  endpoint: order.endpoint,
  headers: { Authorization: `Bearer ${order.token}` },
  metadata: { filename: order.name, filetype: 'application/octet-stream' },
  chunkSize: order.chunk ?? Infinity,
  parallelUploads: order.parallel ?? 1,
  retryDelays: order.delays ?? [0, 100, 500, 1000, 2000],
  urlStorage: new tus.FileUrlStorage(order.store),
  storeFingerprintForResuming: true,
  removeFingerprintOnSuccess: true,
  onProgress(sent) {
    began ??= sent;
    if (order.die_at && sent >= order.die_at && isRemembered()) process.kill(process.pid, 'SIGKILL');
    if (pauses > 0 && sent >= (size / (order.pauses + 1)) * (order.pauses - pauses + 1)) {
      pauses -= 1;
      upload.abort().then(() => upload.start());
    }
  },
  onError(error) {
    console.error(String(error));
    process.exit(1);
  },
  onSuccess() {
    console.log(JSON.stringify({ url: upload.url, began, pauses }));
  },
});

upload.findPreviousUploads().then((previous) => {
  if (previous.length > 0) upload.resumeFromPreviousUpload(previous[0]);
  upload.start();
});
