"""hvac's public methods that the other scripts do not call: AppRole's secret ids, ACL policies, quotas, leases, mounts and the CA calls of pki."""

import os

import hvac
from hvac import exceptions

from checks import check, refused

client = hvac.Client(url=os.environ["VAULT_ADDR"], token=os.environ["ROOT_TOKEN"])

approle = client.auth.approle
approle.create_or_update_approle("ci", token_policies=["default"])
approle.update_role_id("ci", "my-own-role-id")
check("update_role_id", approle.read_role_id("ci")["data"]["role_id"] == "my-own-role-id")
custom = approle.create_custom_secret_id("ci", "a-secret-id-of-our-own", metadata={"run": "1"})["data"]
check("create_custom_secret_id", custom["secret_id"] == "a-secret-id-of-our-own")
check("read_secret_id", approle.read_secret_id("ci", custom["secret_id"])["data"]["metadata"] == {"run": "1"})
accessors = approle.list_secret_id_accessors("ci")["data"]["keys"]
check("list_secret_id_accessors", accessors == [custom["secret_id_accessor"]])
check("read_secret_id_accessor", "secret_id" not in approle.read_secret_id_accessor("ci", accessors[0])["data"])
check("login", "client_token" in hvac.Client(url=os.environ["VAULT_ADDR"]).auth.approle.login("my-own-role-id", custom["secret_id"])["auth"])
approle.destroy_secret_id_accessor("ci", accessors[0])
made = approle.generate_secret_id("ci")["data"]["secret_id"]
approle.destroy_secret_id("ci", made)
refused("destroy_secret_id", exceptions.InvalidRequest, "invalid", lambda: approle.login("my-own-role-id", made))
refused("destroy_secret_id_accessor", exceptions.InvalidRequest, "invalid", lambda: approle.login("my-own-role-id", custom["secret_id"]))

text = 'path "secret/data/a" { capabilities = ["read"] }'
client.sys.create_or_update_acl_policy("readers", text)
check("list_acl_policies", "readers" in client.sys.list_acl_policies()["data"]["keys"])
check("read_acl_policy", client.sys.read_acl_policy("readers")["data"]["policy"] == text)
client.sys.delete_acl_policy("readers")
check("delete_acl_policy", "readers" not in client.sys.list_acl_policies()["data"]["keys"])

client.sys.create_or_update_quota("reads", rate=1000.0, path="secret")
check("list_quotas", client.sys.list_quotas()["data"]["keys"] == ["reads"])
check("read_quota", client.sys.read_quota("reads")["data"]["rate"] == 1000)
client.sys.delete_quota("reads")
refused("delete_quota", exceptions.InvalidPath, "", client.sys.list_quotas)

check("retrieve_mount_option", client.sys.retrieve_mount_option("secret", "version") == "2")
client.sys.enable_auth_method("userpass", path="people")
client.sys.disable_auth_method("people")
check("disable_auth_method", "people/" not in client.sys.list_auth_methods()["data"])

parent = client.auth.token.create(policies=["root"], ttl="1h")["auth"]["client_token"]
child = hvac.Client(url=os.environ["VAULT_ADDR"], token=parent).auth.token.create(ttl="10m")["auth"]["client_token"]
client.auth.token.revoke_and_orphan_children(parent)
check("revoke_and_orphan_children", hvac.Client(url=os.environ["VAULT_ADDR"], token=child).lookup_token()["data"]["orphan"])

client.sys.enable_secrets_engine("pki")
pki = client.secrets.pki
root = pki.generate_root("exported", "Root")["data"]
pki.create_or_update_role("web", {"allow_any_name": True, "generate_lease": True, "ttl": "1h"})
pki.generate_certificate("web", "a.example.com")
check("list_leases", len(client.sys.list_leases("pki/issue/web")["data"]["keys"]) == 1)
check("sign_self_issued", "certificate" in pki.sign_self_issued(root["certificate"])["data"])
client.sys.enable_secrets_engine("pki", path="other")
pki.submit_ca_information(root["private_key"] + "\n" + root["certificate"], mount_point="other")
check("submit_ca_information", len(pki.list_issuers(mount_point="other")["data"]["keys"]) == 1)
pki.revoke_issuer("default", mount_point="other")
check("revoke_issuer", pki.read_issuer("default", mount_point="other")["data"]["revoked"])
pki.delete_root(mount_point="other")
refused("delete_root", exceptions.InvalidPath, "", lambda: pki.list_issuers(mount_point="other"))
print("done")
