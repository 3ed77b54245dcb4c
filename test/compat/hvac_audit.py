"""Audit devices with hvac, unmodified. Prints `ok NAME` lines."""

import json
import os

import hvac
from checks import check, refused
from hvac import exceptions

FOLDER = os.environ["LOG_FOLDER"]
root = hvac.Client(url=os.environ["VAULT_ADDR"], token=os.environ["ROOT_TOKEN"])

devices = root.sys.list_enabled_audit_devices()["data"]
check("the log that is always there", list(devices) == ["chain/"], devices)

# as hvac's documentation writes it
options = {"path": f"{FOLDER}/vault.audit.log"}
done = root.sys.enable_audit_device(device_type="file", options=options, path="tmp-file-audit")
check("enable", done.status_code == 204)
devices = root.sys.list_enabled_audit_devices()["data"]
check("list", devices["tmp-file-audit/"]["options"] == options, devices)
check("type", devices["tmp-file-audit/"]["type"] == "file")
refused(
    "twice",
    exceptions.InvalidRequest,
    "path already in use",
    lambda: root.sys.enable_audit_device(device_type="file", options=options, path="tmp-file-audit"),
)
root.sys.enable_audit_device(
    device_type="file",
    description="at the path of its type",
    options={"file_path": f"{FOLDER}/second.log", "hmac_accessor": "false"},
)
check("default path", "file/" in root.sys.list_enabled_audit_devices()["data"])
refused(
    "unknown type",
    exceptions.InvalidRequest,
    "unknown backend type",
    lambda: root.sys.enable_audit_device(device_type="nope", path="x"),
)

root.secrets.kv.v2.create_or_update_secret("audited", {"password": "the value"})
root.secrets.kv.v2.read_secret_version("audited", raise_on_deleted_version=True)
hashed = root.sys.calculate_hash("tmp-file-audit", "the value")["data"]["hash"]
check("hash", hashed.startswith("hmac-sha256:") and len(hashed) == 76)
refused("hash of none", exceptions.InvalidRequest, "unknown audit backend", lambda: root.sys.calculate_hash("no", "x"))

with open(f"{FOLDER}/vault.audit.log", encoding="utf-8") as file:
    entries = [json.loads(line) for line in file]
reads = [e for e in entries if e["request"]["path"] == "secret/data/audited" and e["type"] == "response"]
check("found", reads[-1]["response"]["data"]["data"]["password"] == hashed, reads[-1])
check("members", reads[-1]["request"]["mount_type"] == "kv" and reads[-1]["auth"]["policies"] == ["root"])
check("no value", "the value" not in json.dumps(entries))

root.sys.disable_audit_device("tmp-file-audit")
check("disable", "tmp-file-audit/" not in root.sys.list_enabled_audit_devices()["data"])
root.sys.disable_audit_device("tmp-file-audit")
print("done")
