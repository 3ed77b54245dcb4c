"""What a team does with hvac's transit module, unmodified: the calls of its documentation, one after the other. Prints `ok NAME` lines."""

import base64
import hashlib
import os

import hvac
from checks import check, refused
from hvac import exceptions

client = hvac.Client(url=os.environ["VAULT_ADDR"], token=os.environ["ROOT_TOKEN"])
transit = client.secrets.transit


def encoded(text):
    return base64.b64encode(text.encode()).decode()


HELLO = encoded("hi its me hvac")

client.sys.enable_secrets_engine("transit", path="transit")
created = transit.create_key(name="hvac-key")
check("create", created["data"]["type"] == "aes256-gcm96", created)
transit.create_key(name="hvac-sign", key_type="ed25519")
transit.create_key(name="hvac-rsa", key_type="rsa-2048", exportable=True)
transit.create_key(name="hvac-ec", key_type="ecdsa-p256")
transit.create_key(name="hvac-derived", derived=True, convergent_encryption=True)
check("read", transit.read_key(name="hvac-key")["data"]["latest_version"] == 1)
check("list", "hvac-rsa" in transit.list_keys()["data"]["keys"])
refused("no key", exceptions.InvalidPath, "", lambda: transit.read_key(name="none"))

check("configure", transit.update_key_configuration(name="hvac-key", exportable=True)["data"]["exportable"] is True)
check("rotate", transit.rotate_key(name="hvac-key")["data"]["latest_version"] == 2)
check("export", set(transit.export_key(name="hvac-key", key_type="encryption-key")["data"]["keys"]) == {"1", "2"})
check("export one", set(transit.export_key(name="hvac-key", key_type="hmac-key", version="2")["data"]["keys"]) == {"2"})

ciphertext = transit.encrypt_data(name="hvac-key", plaintext=HELLO)["data"]["ciphertext"]
check("encrypt", ciphertext.startswith("vault:v2:"), ciphertext)
check("decrypt", transit.decrypt_data(name="hvac-key", ciphertext=ciphertext)["data"]["plaintext"] == HELLO)
old = transit.encrypt_data(name="hvac-key", plaintext=HELLO, key_version=1)["data"]["ciphertext"]
check("old version", old.startswith("vault:v1:"), old)
rewrapped = transit.rewrap_data(name="hvac-key", ciphertext=old)["data"]["ciphertext"]
check("rewrap", rewrapped.startswith("vault:v2:"), rewrapped)
bound = transit.encrypt_data(name="hvac-key", plaintext=HELLO, associated_data=encoded("row"))["data"]["ciphertext"]
check("associated data", transit.decrypt_data(name="hvac-key", ciphertext=bound, associated_data=encoded("row"))["data"]["plaintext"] == HELLO)
refused("not bound", exceptions.InvalidRequest, "message authentication failed", lambda: transit.decrypt_data(name="hvac-key", ciphertext=bound))
batch = transit.encrypt_data(name="hvac-key", batch_input=[{"plaintext": encoded(str(i))} for i in range(5)])["data"]["batch_results"]
opened = transit.decrypt_data(name="hvac-key", batch_input=[{"ciphertext": one["ciphertext"]} for one in batch])["data"]["batch_results"]
check("batch", [one["plaintext"] for one in opened] == [encoded(str(i)) for i in range(5)], opened)
check("rewrap batch", len(transit.rewrap_data(name="hvac-key", ciphertext="", batch_input=[{"ciphertext": old}])["data"]["batch_results"]) == 1)

context = encoded("tenant")
one = transit.encrypt_data(name="hvac-derived", plaintext=HELLO, context=context)["data"]["ciphertext"]
check("convergent", one == transit.encrypt_data(name="hvac-derived", plaintext=HELLO, context=context)["data"]["ciphertext"])
check("derived", transit.decrypt_data(name="hvac-derived", ciphertext=one, context=context)["data"]["plaintext"] == HELLO)
refused("no context", exceptions.InvalidRequest, "missing 'context'", lambda: transit.decrypt_data(name="hvac-derived", ciphertext=one))

data_key = transit.generate_data_key(name="hvac-key", key_type="plaintext")["data"]
check("data key", transit.decrypt_data(name="hvac-key", ciphertext=data_key["ciphertext"])["data"]["plaintext"] == data_key["plaintext"])
check("wrapped", "plaintext" not in transit.generate_data_key(name="hvac-key", key_type="wrapped", bits=512)["data"])
check("random", len(base64.b64decode(transit.generate_random_bytes(n_bytes=32)["data"]["random_bytes"])) == 32)
check("random hex", len(transit.generate_random_bytes(n_bytes=7, output_format="hex")["data"]["random_bytes"]) == 14)
digest = hashlib.sha256(b"hi its me hvac")
check("hash", transit.hash_data(hash_input=HELLO, algorithm="sha2-256")["data"]["sum"] == digest.hexdigest())

hmac = transit.generate_hmac(name="hvac-key", hash_input=HELLO, algorithm="sha2-512")["data"]["hmac"]
check("hmac", transit.verify_signed_data(name="hvac-key", hash_input=HELLO, hmac=hmac, hash_algorithm="sha2-512")["data"]["valid"])

for key in ["hvac-sign", "hvac-rsa", "hvac-ec"]:
    signature = transit.sign_data(name=key, hash_input=HELLO)["data"]["signature"]
    check(f"sign {key}", transit.verify_signed_data(name=key, hash_input=HELLO, signature=signature)["data"]["valid"])
    check(f"other input {key}", not transit.verify_signed_data(name=key, hash_input=encoded("x"), signature=signature)["data"]["valid"])
for key, options in [
    ("hvac-rsa", {"signature_algorithm": "pkcs1v15", "hash_algorithm": "sha2-512"}),
    ("hvac-rsa", {"signature_algorithm": "pss", "salt_length": "hash"}),
    ("hvac-rsa", {"signature_algorithm": "pss", "salt_length": "-1"}),
    ("hvac-ec", {"marshaling_algorithm": "jws"}),
]:
    signature = transit.sign_data(name=key, hash_input=HELLO, **options)["data"]["signature"]
    check(f"sign {key} {options}", transit.verify_signed_data(name=key, hash_input=HELLO, signature=signature, **options)["data"]["valid"])
hashed = base64.b64encode(digest.digest()).decode()
for key in ["hvac-rsa", "hvac-ec"]:
    signature = transit.sign_data(name=key, hash_input=hashed, prehashed=True)["data"]["signature"]
    check(f"prehashed {key}", transit.verify_signed_data(name=key, hash_input=HELLO, signature=signature)["data"]["valid"])
    check(f"prehashed verify {key}", transit.verify_signed_data(name=key, hash_input=hashed, prehashed=True, signature=signature)["data"]["valid"])
signed = transit.sign_data(name="hvac-sign", batch_input=[{"input": HELLO}, {"input": encoded("two")}])["data"]["batch_results"]
check("sign batch", len(signed) == 2 and all("signature" in one for one in signed), signed)

transit.update_key_configuration(name="hvac-key", min_decryption_version=2)
refused("too old", exceptions.InvalidRequest, "disallowed by policy (too old)", lambda: transit.decrypt_data(name="hvac-key", ciphertext=old))
transit.rotate_key(name="hvac-key")
transit.update_key_configuration(name="hvac-key", min_decryption_version=2, min_encryption_version=3)
check("trim", transit.trim_key(name="hvac-key", min_version=2)["data"]["min_available_version"] == 2)
refused("not deleted", exceptions.InvalidRequest, "deletion is not allowed", lambda: transit.delete_key(name="hvac-key"))
transit.update_key_configuration(name="hvac-key", deletion_allowed=True)
transit.delete_key(name="hvac-key")
refused("deleted", exceptions.InvalidPath, "", lambda: transit.read_key(name="hvac-key"))
client.sys.disable_secrets_engine(path="transit")
print("done")
