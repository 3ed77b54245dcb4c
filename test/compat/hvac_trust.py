"""Tokens of platforms, clusters and providers with hvac as its documentation shows it, unmodified. Prints `ok NAME` lines."""

import os

import hvac
from checks import check, refused
from hvac import exceptions

URL = os.environ["VAULT_ADDR"]
ISSUER = os.environ["ISSUER"]
CLUSTER = os.environ["CLUSTER"]
TOKEN = os.environ["JOB_TOKEN"]
POD_TOKEN = os.environ["POD_TOKEN"]
root = hvac.Client(url=URL, token=os.environ["ROOT_TOKEN"])

# jwt: https://python-hvac.org/en/stable/usage/auth_methods/jwt-oidc.html
root.sys.enable_auth_method("jwt", path="jwt")
jwt = root.auth.jwt
jwt.configure(jwks_url=f"{ISSUER}/jwks", default_role="hvac")
config = jwt.read_config()["data"]
check("jwt config", config["jwks_url"] == f"{ISSUER}/jwks" and config["default_role"] == "hvac", config)
jwt.create_role(
    name="hvac",
    role_type="jwt",
    allowed_redirect_uris=["http://localhost:8200/jwt-test/callback"],
    user_claim="sub",
    bound_audiences=["12345"],
    bound_subject="train",
    token_policies=["default"],
    claim_mappings={"team": "team"},
)
role = jwt.read_role(name="hvac")["data"]
check("jwt role", role["bound_audiences"] == ["12345"] and role["user_claim"] == "sub", role)
check("jwt roles", jwt.list_roles()["data"]["keys"] == ["hvac"])
client = hvac.Client(url=URL)
seen = client.auth.jwt.jwt_login(role="hvac", jwt=TOKEN)
check("jwt login", seen["auth"]["metadata"] == {"role": "hvac", "team": "ml"}, seen["auth"])
client.token = seen["auth"]["client_token"]
check("jwt token", client.lookup_token()["data"]["path"] == "auth/jwt/login")
refused("jwt wrong", exceptions.InvalidRequest, "login refused", lambda: client.auth.jwt.jwt_login("hvac", TOKEN[:-8] + "AAAAAAAA"))
refused(
    "jwt broad",
    exceptions.InvalidRequest,
    "bound_audiences",
    lambda: jwt.create_role("broad", "sub", ["http://localhost:8200/x"], role_type="jwt", bound_subject="s"),
)
jwt.delete_role("hvac")
refused("jwt gone", exceptions.InvalidPath, "", lambda: jwt.read_role("hvac"))

# oidc
root.sys.enable_auth_method("oidc", path="oidc")
oidc = root.auth.oidc
oidc.configure(oidc_discovery_url=ISSUER, oidc_client_id="id", oidc_client_secret="hush", default_role="people")
check("oidc config", "oidc_client_secret" not in oidc.read_config()["data"])
BACK = "http://localhost:8250/oidc/callback"
oidc.create_role(name="people", user_claim="email", allowed_redirect_uris=[BACK], oidc_scopes=["email"], role_type="oidc")
check("oidc role", oidc.read_role("people")["data"]["oidc_scopes"] == ["email"])
url = client.auth.oidc.oidc_authorization_url_request(role="people", redirect_uri=BACK)["data"]["auth_url"]
check("oidc url", url.startswith(f"{ISSUER}/auth?") and "code_challenge=" in url, url)
refused(
    "oidc strange answer",
    exceptions.InvalidRequest,
    "OAuth state",
    lambda: client.auth.oidc.oidc_callback(state="x", nonce="y", code="z"),
)
oidc.delete_role("people")

# kubernetes: https://python-hvac.org/en/stable/usage/auth_methods/kubernetes.html
root.sys.enable_auth_method("kubernetes")
kubernetes = root.auth.kubernetes
kubernetes.configure(kubernetes_host=CLUSTER)
check("kubernetes config", kubernetes.read_config()["kubernetes_host"] == CLUSTER)
kubernetes.create_role(
    name="hvac",
    bound_service_account_names="train",
    bound_service_account_namespaces="ml",
    ttl="30m",
    policies=["default"],
)
check("kubernetes role", kubernetes.read_role(name="hvac")["bound_service_account_names"] == ["train"])
check("kubernetes roles", kubernetes.list_roles()["keys"] == ["hvac"])
pod = hvac.Client(url=URL)
seen = pod.auth.kubernetes.login(role="hvac", jwt=POD_TOKEN)
check("kubernetes login", seen["auth"]["metadata"]["service_account_name"] == "train", seen["auth"])
check("kubernetes ttl", seen["auth"]["lease_duration"] == 1800)
refused("kubernetes wrong", exceptions.Forbidden, "permission denied", lambda: pod.auth.kubernetes.login("hvac", TOKEN))
kubernetes.delete_role(name="hvac")
refused("kubernetes gone", exceptions.InvalidPath, "", lambda: kubernetes.read_role("hvac"))
print("done")
