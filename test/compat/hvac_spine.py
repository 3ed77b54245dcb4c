"""What a team does with hvac, unmodified: AppRole login, KV v2 in all its verbs, Vault's error texts. Prints `ok NAME` lines."""

import os

import hvac
from checks import check, refused
from hvac import exceptions

URL = os.environ["VAULT_ADDR"]
root = hvac.Client(url=URL, token=os.environ["ROOT_TOKEN"])


check("authenticated", root.is_authenticated())
check("health", root.sys.read_health_status(method="GET")["sealed"] is False)
check("seal status", root.sys.read_seal_status()["initialized"] is True)
check("initialized", root.sys.is_initialized() and not root.sys.is_sealed())
check("mounts", "secret/" in root.sys.list_mounted_secrets_engines()["data"])
check("auth methods", "approle/" in root.sys.list_auth_methods()["data"])

root.sys.create_or_update_policy(
    "app",
    'path "secret/metadata/ml/*" { capabilities = ["read","list","delete","update"] }\n'
    'path "secret/+/ml/*" { capabilities = ["create","read","update","patch","delete","list"] }\n',
)
check("policy read", "secret/+/ml/*" in root.sys.read_policy("app")["data"]["rules"])
check("policies list", "app" in root.sys.list_policies()["data"]["policies"])

root.auth.approle.create_or_update_approle("trainer", token_policies=["app"], token_ttl="10m", secret_id_num_uses=2)
check("roles", root.auth.approle.list_roles()["data"]["keys"] == ["trainer"])
check("role read", root.auth.approle.read_role("trainer")["data"]["token_policies"] == ["app"])
role_id = root.auth.approle.read_role_id("trainer")["data"]["role_id"]
secret_id = root.auth.approle.generate_secret_id("trainer", metadata={"purpose": "test"})["data"]
check("secret id", len(secret_id["secret_id"]) >= 32 and "secret_id_accessor" in secret_id)

client = hvac.Client(url=URL)
login = client.auth.approle.login(role_id=role_id, secret_id=secret_id["secret_id"])
check("login", client.is_authenticated() and login["auth"]["metadata"]["role_name"] == "trainer", login)
check("ttl", login["auth"]["lease_duration"] == 600 and login["auth"]["renewable"] is True, login["auth"])
own = client.auth.token.lookup_self()["data"]
check("lookup self", own["policies"] == ["app", "default"] and own["meta"]["purpose"] == "test", own)
hvac.Client(url=URL).auth.approle.login(role_id=role_id, secret_id=secret_id["secret_id"])
BAD_LOGIN = "invalid role or secret ID"
refused(
    "secret id used up",
    exceptions.InvalidRequest,
    BAD_LOGIN,
    lambda: hvac.Client(url=URL).auth.approle.login(role_id=role_id, secret_id=secret_id["secret_id"]),
)
refused(
    "wrong secret id",
    exceptions.InvalidRequest,
    BAD_LOGIN,
    lambda: hvac.Client(url=URL).auth.approle.login(role_id=role_id, secret_id="x"),
)

kv = client.secrets.kv.v2


def read(path, version=None):
    return kv.read_secret_version(path, version=version, raise_on_deleted_version=True)["data"]


check("write 1", kv.create_or_update_secret("ml/openai", {"api_key": "first", "n": 1})["data"]["version"] == 1)
check("write 2", kv.create_or_update_secret("ml/openai", {"api_key": "second"}, cas=1)["data"]["version"] == 2)
refused(
    "check and set",
    exceptions.InvalidRequest,
    "check-and-set parameter did not match the current version",
    lambda: kv.create_or_update_secret("ml/openai", {"api_key": "no"}, cas=1),
)
seen = read("ml/openai")
check("read", seen["data"] == {"api_key": "second"} and seen["metadata"]["version"] == 2, seen)
check("read version", read("ml/openai", 1)["data"] == {"api_key": "first", "n": 1})
check("patch", kv.patch("ml/openai", {"extra": "more"})["data"]["version"] == 3)
check("patched", read("ml/openai")["data"] == {"api_key": "second", "extra": "more"})
check("list", kv.list_secrets("ml")["data"]["keys"] == ["openai"])
kv.create_or_update_secret("ml/deep/er", {"v": "nested"})
check("list folders", kv.list_secrets("ml")["data"]["keys"] == ["deep/", "openai"])
kv.delete_latest_version_of_secret("ml/openai")
refused("deleted", exceptions.InvalidPath, "", lambda: read("ml/openai"))
gone = kv.read_secret_version("ml/openai", raise_on_deleted_version=False)["data"]
check("deleted envelope", gone["data"] is None and gone["metadata"]["deletion_time"] != "", gone)
kv.undelete_secret_versions("ml/openai", versions=[3])
check("undeleted", read("ml/openai")["data"]["extra"] == "more")
kv.delete_secret_versions("ml/openai", versions=[1, 2])
kv.destroy_secret_versions("ml/openai", versions=[1])
root.secrets.kv.v2.update_metadata("ml/openai", custom_metadata={"owner": "ml"}, max_versions=5)
meta = kv.read_secret_metadata("ml/openai")["data"]
check("destroyed", meta["versions"]["1"]["destroyed"] is True and meta["versions"]["2"]["destroyed"] is False, meta)
check("metadata", meta["custom_metadata"] == {"owner": "ml"} and meta["max_versions"] == 5, meta)
kv.delete_metadata_and_all_versions("ml/openai")
refused("all gone", exceptions.InvalidPath, "", lambda: read("ml/openai"))
refused("list of nothing", exceptions.InvalidPath, "", lambda: kv.list_secrets("ml/none"))
DENIED = "permission denied"
refused("forbidden", exceptions.Forbidden, DENIED, lambda: read("other/x"))
refused("forbidden write", exceptions.Forbidden, DENIED, lambda: kv.create_or_update_secret("other/x", {"a": "b"}))
stranger = hvac.Client(url=URL, token="hvs.none").secrets.kv.v2
refused(
    "bad token",
    exceptions.Forbidden,
    DENIED,
    lambda: stranger.read_secret_version("ml/openai", raise_on_deleted_version=True),
)

root.secrets.kv.v2.configure(max_versions=3, mount_point="secret")
check("engine config", root.secrets.kv.v2.read_configuration()["data"]["max_versions"] == 3)
root.sys.enable_secrets_engine("kv", path="team", options={"version": "2"})
root.secrets.kv.v2.create_or_update_secret("a", {"k": "v"}, mount_point="team")
refused(
    "mount twice",
    exceptions.InvalidRequest,
    "path is already in use",
    lambda: root.sys.enable_secrets_engine("kv", path="team", options={"version": "2"}),
)
root.sys.disable_secrets_engine("team")

child = root.auth.token.create(policies=["app"], ttl="1h", meta={"a": "b"})["auth"]
check("token create", child["policies"] == ["app", "default"] and child["lease_duration"] == 3600, child)
check("token lookup", root.auth.token.lookup(child["client_token"])["data"]["meta"] == {"a": "b"})
check("token renew", root.auth.token.renew(child["client_token"], increment="30m")["auth"]["lease_duration"] == 1800)
root.auth.token.revoke(child["client_token"])
refused("token revoked", exceptions.Forbidden, "", lambda: root.auth.token.lookup(child["client_token"]))
client.auth.token.revoke_self()
refused("own token revoked", exceptions.Forbidden, DENIED, lambda: client.auth.token.lookup_self())
check("capabilities", root.sys.get_capabilities(["secret/data/x"])["data"]["capabilities"] == ["root"])
root.auth.approle.delete_role("trainer")
root.sys.delete_policy("app")
print("done")
