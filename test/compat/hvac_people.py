"""KV version 1 and logins of people with hvac, unmodified. Prints `ok NAME` lines."""

import os

import hvac
from checks import check, refused
from hvac import exceptions

URL = os.environ["VAULT_ADDR"]
root = hvac.Client(url=URL, token=os.environ["ROOT_TOKEN"])


# KV version 1
root.sys.enable_secrets_engine("kv", path="old", options={"version": "1"})
root.sys.enable_secrets_engine("kv", path="plain")
mounts = root.sys.list_mounted_secrets_engines()["data"]
check("version", mounts["old/"]["options"] == {"version": "1"} and mounts["old/"]["type"] == "kv", mounts["old/"])
kv = root.secrets.kv.v1
for mount in ["old", "plain"]:
    kv.create_or_update_secret("ml/openai", {"api_key": "one", "n": 1}, mount_point=mount)
    kv.create_or_update_secret("ml/openai", {"api_key": "two"}, method="PUT", mount_point=mount)
    seen = kv.read_secret("ml/openai", mount_point=mount)
    check(f"{mount} read", seen["data"] == {"api_key": "two"} and seen["lease_duration"] == 2764800, seen)
    kv.create_or_update_secret("ml/deep/er", {"v": "x", "ttl": "1h"}, mount_point=mount)
    check(f"{mount} ttl", kv.read_secret("ml/deep/er", mount_point=mount)["lease_duration"] == 3600)
    check(f"{mount} list", kv.list_secrets("ml", mount_point=mount)["data"]["keys"] == ["deep/", "openai"])
    check(f"{mount} as a path", root.read(f"{mount}/ml/openai")["data"]["api_key"] == "two")
    kv.delete_secret("ml/openai", mount_point=mount)
    refused(f"{mount} gone", exceptions.InvalidPath, "", lambda: kv.read_secret("ml/openai", mount_point=mount))
    refused(f"{mount} empty", exceptions.InvalidPath, "", lambda: kv.list_secrets("none", mount_point=mount))
    refused(
        f"{mount} nothing said",
        exceptions.InvalidRequest,
        "missing data fields",
        lambda: kv.create_or_update_secret("ml/x", {}, mount_point=mount),
    )

# user names and passwords
root.sys.enable_auth_method("userpass")
root.sys.create_or_update_policy("reader", 'path "old/ml/*" { capabilities = ["read"] }')
users = root.auth.userpass
users.create_or_update_user("Ada", "one two three", policies="reader")
check("users", users.list_user()["data"]["keys"] == ["ada"])
user = users.read_user("ada")["data"]
check("user", user["token_policies"] == ["reader"] and "password" not in str(user), user)
client = hvac.Client(url=URL)
login = client.auth.userpass.login("ada", "one two three")
check("login", client.is_authenticated() and login["auth"]["metadata"] == {"username": "ada"}, login)
own = client.auth.token.lookup_self()["data"]
check("who", own["display_name"] == "userpass-ada" and own["path"] == "auth/userpass/login/ada", own)
check("allowed", client.secrets.kv.v1.read_secret("ml/deep/er", mount_point="old")["data"]["v"] == "x")
WRONG = "invalid username or password"
bad = hvac.Client(url=URL).auth.userpass
refused("wrong password", exceptions.InvalidRequest, WRONG, lambda: bad.login("ada", "other"))
refused("unknown user", exceptions.InvalidRequest, WRONG, lambda: bad.login("bob", "other"))
users.update_password_on_user("ada", "four five six")
refused("old password", exceptions.InvalidRequest, WRONG, lambda: bad.login("ada", "one two three"))
check("new password", "client_token" in hvac.Client(url=URL).auth.userpass.login("ada", "four five six")["auth"])
users.delete_user("ada")
refused("deleted", exceptions.InvalidRequest, WRONG, lambda: bad.login("ada", "four five six"))
refused("no users", exceptions.InvalidPath, "", users.list_user)
print("done")
