"""What a team does with hvac's pki module and its cert login, unmodified. Prints `ok NAME` lines."""

import os
import tempfile

import hvac
from checks import check, refused
from hvac import exceptions

client = hvac.Client(url=os.environ["VAULT_ADDR"], token=os.environ["ROOT_TOKEN"], verify=os.environ["CA"])
pki = client.secrets.pki

client.sys.enable_secrets_engine("pki", path="pki")
client.sys.tune_mount_configuration("pki", max_lease_ttl="87600h")
made = pki.generate_root(type="internal", common_name="Vault integration tests", extra_params={"key_type": "ec", "ttl": "8760h"})
check("root", made["data"]["certificate"].startswith("-----BEGIN CERTIFICATE-----"))
check("ca", pki.read_ca_certificate().startswith("-----BEGIN CERTIFICATE-----"))
check("chain", "BEGIN CERTIFICATE" in pki.read_ca_certificate_chain())
pki.set_urls({"issuing_certificates": ["http://127.0.0.1:8200/v1/pki/ca"], "crl_distribution_points": ["http://127.0.0.1:8200/v1/pki/crl"]})
check("read urls", pki.read_urls()["data"]["issuing_certificates"] == ["http://127.0.0.1:8200/v1/pki/ca"])
check("crl config", pki.read_crl_configuration()["data"]["expiry"] == "72h")
pki.set_crl_configuration(expiry="96h")
check("set crl config", pki.read_crl_configuration()["data"]["expiry"] == "96h")
check("crl", pki.read_crl().startswith("-----BEGIN X509 CRL-----"))
check("rotate", pki.rotate_crl()["data"]["success"])

pki.create_or_update_role("test-domain", {"allowed_domains": "example.com", "allow_subdomains": True, "key_type": "ec", "generate_lease": True, "ttl": "1h"})
check("role", pki.read_role("test-domain")["data"]["allowed_domains"] == ["example.com"])
check("roles", "test-domain" in pki.list_roles()["data"]["keys"])
leaf = pki.generate_certificate(name="test-domain", common_name="hvac.example.com")
serial = leaf["data"]["serial_number"]
check("issue", leaf["data"]["private_key_type"] == "ec")
check("lease", leaf["lease_id"].startswith("pki/issue/test-domain/"))
check("lookup lease", client.sys.read_lease(leaf["lease_id"])["data"]["id"] == leaf["lease_id"])
refused("name", exceptions.InvalidRequest, "not allowed by this role", lambda: pki.generate_certificate(name="test-domain", common_name="evil.com"))
check("read", pki.read_certificate(serial)["data"]["revocation_time"] == 0)
check("list", serial in pki.list_certificates()["data"]["keys"])
check("revoke", pki.revoke_certificate(serial)["data"]["revocation_time"] > 0)
check("revoked", pki.read_certificate(serial)["data"]["revocation_time"] > 0)
second = pki.generate_certificate(name="test-domain", common_name="second.example.com")
client.sys.revoke_lease(second["lease_id"])
check("revoked by lease", pki.read_certificate(second["data"]["serial_number"])["data"]["revocation_time"] > 0)
third = pki.generate_certificate(name="test-domain", common_name="third.example.com")
client.sys.revoke_prefix("pki/issue/test-domain")
check("revoked by prefix", pki.read_certificate(third["data"]["serial_number"])["data"]["revocation_time"] > 0)
pki.tidy({"tidy_cert_store": True})

client.sys.enable_secrets_engine("pki", path="int")
csr = pki.generate_intermediate(type="internal", common_name="Intermediate", extra_params={"key_type": "ec"}, mount_point="int")["data"]["csr"]
signed = pki.sign_intermediate(csr=csr, common_name="Intermediate", extra_params={"ttl": "100h"})["data"]["certificate"]
pki.set_signed_intermediate(certificate=signed, mount_point="int")
pki.create_or_update_role("sign", {"allow_any_name": True, "key_type": "any", "ttl": "1h"})
check("sign", "certificate" in pki.sign_certificate(name="sign", csr=csr, common_name="Intermediate")["data"])
check("sign verbatim", "certificate" in pki.sign_verbatim(csr=csr)["data"])
check("issuers", len(pki.list_issuers(mount_point="int")["data"]["keys"]) == 1)
check("issuer", pki.read_issuer("default", mount_point="int")["data"]["leaf_not_after_behavior"] == "err")
check("update issuer", pki.update_issuer("default", {"issuer_name": "mid"}, mount_point="int")["data"]["issuer_name"] == "mid")
check("delete issuer", pki.delete_issuer("mid", mount_point="int") is not None)
pki.delete_role("test-domain")
refused("deleted role", exceptions.InvalidPath, "", lambda: pki.read_role("test-domain"))

client.sys.enable_auth_method("cert")
ca = pki.read_ca_certificate()
pki.create_or_update_role("clients", {"allowed_domains": "example.com", "allow_subdomains": True, "key_type": "ec", "ttl": "1h"})
with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "ca.pem")
    with open(path, "w") as file:
        file.write(ca)
    client.auth.cert.create_ca_certificate_role(name="ml", certificate_file=path, token_policies=["default"], token_ttl=600)
    check("cert role", client.auth.cert.read_ca_certificate_role("ml")["data"]["token_ttl"] == 600)
    check("cert roles", "ml" in client.auth.cert.list_certificate_roles()["data"]["keys"])
    client.auth.cert.configure_tls_certificate(disable_binding=True)
    check("cert config", client.read("auth/cert/config")["data"]["disable_binding"] is True)
    own = pki.generate_certificate(name="clients", common_name="train.example.com")["data"]
    pem, key = os.path.join(folder, "c.pem"), os.path.join(folder, "c.key")
    for name, text in ((pem, own["certificate"]), (key, own["private_key"])):
        with open(os.open(name, os.O_WRONLY | os.O_CREAT, 0o600), "w") as file:
            file.write(text)
    login = hvac.Client(url=os.environ["VAULT_ADDR"], verify=os.environ["CA"], cert=(pem, key))
    auth = login.auth.cert.login(name="ml", cert_pem=pem, key_pem=key)["auth"]
    check("cert login", auth["metadata"]["common_name"] == "train.example.com", auth)
    check("cert token", login.is_authenticated() and login.lookup_token()["data"]["path"] == "auth/cert/login")
    client.auth.cert.delete_certificate_role("ml")
    refused("cert deleted", exceptions.InvalidRequest, "invalid certificate", lambda: login.auth.cert.login(cert_pem=pem, key_pem=key))
print("done")
