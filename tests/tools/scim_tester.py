"""Runs scim2-tester against a service. What is to be done comes as JSON in the first argument: base, token. Prints a line for
every check, and last how many had which outcome, as JSON."""
import collections
import json
import sys

from httpx2 import Client
from scim2_client.engines.httpx2 import SyncSCIMClient
from scim2_tester import Status, check_server

order = json.loads(sys.argv[1])
headers = {"Authorization": "Bearer " + order["token"]}
with Client(base_url=order["base"], headers=headers, trust_env=False, timeout=60) as http:
    results = check_server(SyncSCIMClient(http))
outcomes = collections.Counter()
for result in results:
    outcomes[result.status.name] += 1
    reason = " ".join((result.reason or "").split())
    print(f"{result.status.name:9} {result.resource_type or '-':6} {result.title}: {reason[:300]}")
    if result.status in (Status.ERROR, Status.CRITICAL):
        print("         ", str(result.data)[:600])
print(json.dumps(outcomes))
