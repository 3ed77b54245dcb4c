"""hvac's documented calls for initialization, seal, keys, rekey and root generation, against a server with nothing in it."""

import base64
import os

import hvac
from hvac import exceptions

from checks import check, refused

client = hvac.Client(url=os.environ["VAULT_ADDR"])

# https://hvac.readthedocs.io/en/stable/usage/system_backend/init.html
check("read_init_status", client.sys.read_init_status() == {"initialized": False})
check("is_initialized", client.sys.is_initialized() is False)
check("health before", client.sys.read_health_status(method="GET").status_code == 501)
result = client.sys.initialize(5, 3)
root_token = result["root_token"]
unseal_keys = result["keys"]
check("five keys", len(unseal_keys) == 5 and len(result["keys_base64"]) == 5)
check("root token", len(root_token) == 28 and root_token.startswith("hvs."))
check("initialized", client.sys.is_initialized() is True)
refused("initialize again", exceptions.InvalidRequest, "already initialized", lambda: client.sys.initialize(1, 1))

# https://hvac.readthedocs.io/en/stable/usage/system_backend/seal.html
check("is_sealed", client.sys.is_sealed() is True)
refused("sealed", exceptions.VaultDown, "sealed", lambda: client.secrets.kv.v2.read_secret("x"))
check("seal status", client.sys.read_seal_status()["t"] == 3)
response = client.sys.submit_unseal_key(key=unseal_keys[0])
check("one key", response["sealed"] and response["progress"] == 1)
response = client.sys.submit_unseal_key(reset=True)
check("reset", response["progress"] == 0)
response = client.sys.submit_unseal_keys(keys=[unseal_keys[0], unseal_keys[1], unseal_keys[2]])
check("unsealed", response["sealed"] is False)
check("health", client.sys.read_health_status(method="GET")["initialized"] is True)
check("health HEAD", client.sys.read_health_status().status_code == 200)
check("leader", client.sys.read_leader_status()["ha_enabled"] is False)

client.token = root_token
check("is_authenticated", client.is_authenticated())

# https://hvac.readthedocs.io/en/stable/usage/system_backend/key.html
check("key status", client.sys.get_encryption_key_status()["data"]["term"] == 1)
client.sys.rotate_encryption_key()
check("rotated", client.sys.get_encryption_key_status()["data"]["term"] == 2)

check("rekey progress", client.sys.read_rekey_progress()["started"] is False)
started = client.sys.start_rekey(secret_shares=3, secret_threshold=2, require_verification=True)
check("start_rekey", started["nonce"] != "" and started["verification_required"])
client.sys.cancel_rekey()
refused("cancelled", exceptions.InvalidRequest, "no barrier rekey", lambda: client.sys.rekey(key=unseal_keys[0], nonce=started["nonce"]))
nonce = client.sys.start_rekey(secret_shares=3, secret_threshold=2)["nonce"]
rekeyed = client.sys.rekey_multi(unseal_keys[:3], nonce=nonce)
new_keys = rekeyed["keys"]
check("rekey_multi", rekeyed["complete"] and len(new_keys) == 3)
verified = client.sys.start_rekey(secret_shares=2, secret_threshold=2, require_verification=True)["nonce"]
rekeyed = client.sys.rekey_multi(new_keys[:2], nonce=verified)
check("to be verified", client.sys.read_rekey_verify_progress()["t"] == 2)
step = client.sys.rekey_verify(rekeyed["keys"][0], rekeyed["verification_nonce"])
check("rekey_verify", step["progress"] == 1)
client.sys.cancel_rekey_verify()
again = client.sys.read_rekey_verify_progress()
check("cancel_rekey_verify", again["progress"] == 0)
check("rekey_verify_multi", client.sys.rekey_verify_multi(rekeyed["keys"], again["nonce"])["complete"])
new_keys = [None, *rekeyed["keys"]]
refused("read_backup_keys", exceptions.InvalidRequest, "no backed-up keys", client.sys.read_backup_keys)

started = client.sys.start_root_token_generation()
otp, nonce = started["otp"], started["nonce"]
check("otp", len(otp) == 28 and started["otp_length"] == 28)
check("progress", client.sys.read_root_generation_progress()["started"])
client.sys.generate_root(key=new_keys[2], nonce=nonce)
done = client.sys.generate_root(key=new_keys[1], nonce=nonce)
encoded = done["encoded_root_token"]
mixed = base64.b64decode(encoded + "=" * (-len(encoded) % 4))
made = "".join(chr(a ^ b) for a, b in zip(mixed, otp.encode()))
check("made", made.startswith("hvs.") and len(made) == 28)
check("the made token is root", hvac.Client(url=os.environ["VAULT_ADDR"], token=made).auth.token.lookup_self()["data"]["policies"] == ["root"])
client.sys.start_root_token_generation(otp="a" * 28)
client.sys.cancel_root_generation()

check("step_down", client.sys.step_down().status_code == 204)
client.sys.seal()
check("sealed by seal()", client.sys.is_sealed())
refused("old keys", exceptions.InvalidRequest, "invalid key", lambda: client.sys.submit_unseal_keys(unseal_keys[:2]))
check("new keys", client.sys.submit_unseal_keys(new_keys[1:])["sealed"] is False)
client.sys.enable_secrets_engine("kv", path="secret", options={"version": "2"})
client.secrets.kv.v2.create_or_update_secret("x", {"a": "b"})
check("works", client.secrets.kv.v2.read_secret("x", raise_on_deleted_version=True)["data"]["data"] == {"a": "b"})
print("done")
