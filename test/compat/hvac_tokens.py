"""hvac's documented examples for tokens, token roles, wrapping, leases and mounts, unmodified. Prints `ok NAME` lines."""

import os

import hvac
from checks import check, refused
from hvac import exceptions

URL = os.environ["VAULT_ADDR"]
client = hvac.Client(url=URL, token=os.environ["ROOT_TOKEN"])

# tokens
client.sys.create_or_update_policy("app", 'path "secret/*" { capabilities = ["read"] }')
made = client.auth.token.create(policies=["app"], ttl="1h", meta={"job": "train"}, display_name="ci", num_uses=0)
token, accessor = made["auth"]["client_token"], made["auth"]["accessor"]
check("create", made["auth"]["policies"] == ["app", "default"] and made["auth"]["lease_duration"] == 3600, made)
found = client.auth.token.lookup(token)["data"]
check("lookup", found["type"] == "service" and isinstance(found["ttl"], int) and found["expire_time"], found)
check("lookup accessor", client.auth.token.lookup_accessor(accessor)["data"]["id"] == "")
check("accessors", accessor in client.auth.token.list_accessors()["data"]["keys"])
check("renew", client.auth.token.renew(token, increment="30m")["auth"]["lease_duration"] == 1800)
check("renew accessor", client.auth.token.renew_accessor(accessor)["auth"]["accessor"] == accessor)
own = hvac.Client(url=URL, token=token)
check("lookup self", own.auth.token.lookup_self()["data"]["meta"] == {"job": "train"})
check("renew self", own.auth.token.renew_self(increment=600)["auth"]["lease_duration"] == 600)
check("orphan", client.auth.token.create_orphan(policies=["app"])["auth"]["orphan"] is True)
batch = client.auth.token.create(policies=["app"], type="batch", ttl="5m")["auth"]
check("batch", batch["token_type"] == "batch" and batch["client_token"].startswith("hvb."), batch)
periodic = client.auth.token.create(policies=["app"], period="10m")["auth"]["client_token"]
check("periodic", client.auth.token.lookup(periodic)["data"]["period"] == 600)
own.auth.token.revoke_self()
refused("revoked", exceptions.Forbidden, "permission denied", lambda: own.auth.token.lookup_self())
client.auth.token.revoke_accessor(client.auth.token.lookup(periodic)["data"]["accessor"])
refused("revoked by accessor", exceptions.Forbidden, "bad token", lambda: client.auth.token.lookup(periodic))

# roles
client.auth.token.create_or_update_role(
    "train", allowed_policies=["app"], orphan=True, renewable=False, token_explicit_max_ttl="1h", path_suffix="jobs"
)
role = client.auth.token.read_role("train")["data"]
check("role", role["allowed_policies"] == ["app"] and role["orphan"] is True and role["renewable"] is False, role)
check("roles", client.auth.token.list_roles()["data"]["keys"] == ["train"])
by_role = client.auth.token.create(role_name="train")["auth"]
check("by role", by_role["orphan"] is True and by_role["lease_duration"] == 3600, by_role)
check("role's path", client.auth.token.lookup(by_role["client_token"])["data"]["path"] == "auth/token/create/train/jobs")
refused(
    "role's policies",
    exceptions.InvalidRequest,
    "must be subset of the role's allowed policies",
    lambda: client.auth.token.create(role_name="train", policies=["root"]),
)
client.auth.token.delete_role("train")
refused("no role", exceptions.InvalidRequest, "unknown role", lambda: client.auth.token.create(role_name="train"))
client.auth.token.tidy()

# wrapping
client.secrets.kv.v2.create_or_update_secret("ml/openai", {"api_key": "one"})
wrapped = client.sys.wrap(payload={"k": "v"}, ttl=60)["wrap_info"]
check("wrap", wrapped["ttl"] == 60 and wrapped["creation_path"] == "sys/wrapping/wrap", wrapped)
check("unwrap", client.sys.unwrap(token=wrapped["token"])["data"] == {"k": "v"})
refused(
    "unwrap twice",
    exceptions.InvalidRequest,
    "wrapping token is not valid or does not exist",
    lambda: client.sys.unwrap(token=wrapped["token"]),
)
kept = client.auth.token.create(policies=["app"], wrap_ttl="60s")["wrap_info"]
check("wrapped accessor", len(kept["wrapped_accessor"]) > 0, kept)
inside = hvac.Client(url=URL, token=kept["token"]).sys.unwrap()
check("unwrap by itself", inside["auth"]["policies"] == ["app", "default"], inside)
check("usable", hvac.Client(url=URL, token=inside["auth"]["client_token"]).is_authenticated())

client.auth.approle.create_or_update_approle("app", token_policies=["app"])
role_id = client.auth.approle.read_role_id("app")["data"]["role_id"]
delivered = client.auth.approle.generate_secret_id("app", wrap_ttl="60s")["wrap_info"]["token"]
secret_id = hvac.Client(url=URL, token=delivered).sys.unwrap()["data"]["secret_id"]
worker = hvac.Client(url=URL)
worker.auth.approle.login(role_id=role_id, secret_id=secret_id)
check("a wrapped secret id logs in", worker.is_authenticated())

# mounts
client.sys.enable_secrets_engine("kv", path="old", options={"version": "1"}, description="d")
client.secrets.kv.v1.create_or_update_secret("a", {"x": "y"}, mount_point="old")
client.sys.tune_mount_configuration("old", default_lease_ttl="3600s", listing_visibility="hidden", description="e")
tuned = client.sys.read_mount_configuration("old")["data"]
check("tuned", tuned["default_lease_ttl"] == 3600 and tuned["description"] == "e", tuned)
client.sys.move_backend("old", "new")
check("moved", client.secrets.kv.v1.read_secret("a", mount_point="new")["data"] == {"x": "y"})
client.sys.tune_auth_method("approle", default_lease_ttl="600s", token_type="default-batch")
check("auth tuned", client.sys.read_auth_method_tuning("approle")["data"]["token_type"] == "default-batch")
worker.auth.approle.login(role_id=role_id, secret_id=secret_id)
check("the mount's token type", worker.token.startswith("hvb."))

# leases and capabilities
refused("no lease", exceptions.InvalidRequest, "invalid lease", lambda: client.sys.read_lease("none"))
check("revoke lease", client.sys.revoke_lease("none").status_code == 204)
check("revoke prefix", client.sys.revoke_prefix("none").status_code == 204)
check("revoke force", client.sys.revoke_force("none").status_code == 204)
check("capabilities", client.sys.get_capabilities(["secret/x"], token=worker.token)["data"]["secret/x"] == ["read"])
check("own capabilities", worker.sys.get_capabilities(["secret/x", "x"])["data"]["x"] == ["deny"])

print("done")
