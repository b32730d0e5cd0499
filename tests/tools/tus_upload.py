"""Uploads one file with tuspy. What is to be done comes as JSON in the first argument: file, name, endpoint, token, chunk,
store (file that remembers unfinished uploads), stop_at (bytes after which to leave off). Prints where it began and ended."""
import json
import sys

from tusclient import client
from tusclient.storage import filestorage

order = json.loads(sys.argv[1])
tus = client.TusClient(order["endpoint"], headers={"Authorization": "Bearer " + order["token"]})
uploader = tus.uploader(
    order["file"],
    chunk_size=order["chunk"],
    metadata={"filename": order["name"]},
    store_url=True,
    url_storage=filestorage.FileStorage(order["store"]),
    upload_checksum=True,
)
began = uploader.offset
uploader.upload(stop_at=order.get("stop_at"))
print(json.dumps({"url": uploader.url, "began": began, "ended": uploader.offset}))
