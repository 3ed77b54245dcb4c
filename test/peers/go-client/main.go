// What a team does with Vault's own Go client, unmodified: AppRole login, KV v2 in its verbs, policies, tokens, errors.
// Ends with `done`, or at the first surprise with a line that says what it was.
package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"strings"

	"github.com/hashicorp/vault/api"
	"github.com/hashicorp/vault/api/auth/approle"
)

func check(name string, ok bool, seen any) {
	if !ok {
		fmt.Printf("not ok %s: %v\n", name, seen)
		os.Exit(1)
	}
	fmt.Println("ok", name)
}

func must[T any](value T, err error) T {
	if err != nil {
		fmt.Println("not ok:", err)
		os.Exit(1)
	}
	return value
}

func client(token string) *api.Client {
	config := api.DefaultConfig()
	config.Address = os.Getenv("VAULT_ADDR")
	config.MaxRetries = 0
	made := must(api.NewClient(config))
	made.SetToken(token)
	return made
}

func status(err error) int {
	var response *api.ResponseError
	if errors.As(err, &response) {
		return response.StatusCode
	}
	return 0
}

func main() {
	ctx := context.Background()
	root := client(os.Getenv("ROOT_TOKEN"))

	health := must(root.Sys().Health())
	check("health", health.Initialized && !health.Sealed, health)
	mounts := must(root.Sys().ListMounts())
	check("mounts", mounts["secret/"] != nil && mounts["secret/"].Options["version"] == "2", mounts)
	check("policy", root.Sys().PutPolicy("go", `path "secret/+/go/*" { capabilities = ["create","read","update","patch","delete","list"] }`) == nil, nil)
	check("policy text", strings.Contains(must(root.Sys().GetPolicy("go")), "secret/+/go/*"), nil)

	must(root.Logical().Write("auth/approle/role/go", map[string]any{"token_policies": "go", "token_ttl": "10m", "secret_id_num_uses": 1}))
	roleID := must(root.Logical().Read("auth/approle/role/go/role-id")).Data["role_id"].(string)
	secretID := must(root.Logical().Write("auth/approle/role/go/secret-id", nil)).Data["secret_id"].(string)
	method := must(approle.NewAppRoleAuth(roleID, &approle.SecretID{FromString: secretID}))
	app := client("")
	login := must(app.Auth().Login(ctx, method))
	check("login", login.Auth.LeaseDuration == 600 && login.Auth.Renewable, login.Auth)
	_, err := client("").Auth().Login(ctx, method)
	check("secret id used up", status(err) == 400 && strings.Contains(err.Error(), "invalid role or secret ID"), err)

	kv := app.KVv2("secret")
	one := must(kv.Put(ctx, "go/a", map[string]any{"key": "one"}))
	check("put", one.VersionMetadata.Version == 1, one)
	_, err = kv.Put(ctx, "go/a", map[string]any{"key": "x"}, api.WithCheckAndSet(0))
	check("check and set", status(err) == 400, err)
	must(kv.Patch(ctx, "go/a", map[string]any{"more": "two"}))
	read := must(kv.Get(ctx, "go/a"))
	check("patched", reflect.DeepEqual(read.Data, map[string]any{"key": "one", "more": "two"}), read.Data)
	check("version 1", reflect.DeepEqual(must(kv.GetVersion(ctx, "go/a", 1)).Data, map[string]any{"key": "one"}), nil)
	listed := must(app.Logical().List("secret/metadata/go"))
	check("list", reflect.DeepEqual(listed.Data["keys"], []any{"a"}), listed.Data)
	check("delete", kv.Delete(ctx, "go/a") == nil, nil)
	gone := must(kv.Get(ctx, "go/a"))
	check("deleted", gone.Data == nil && !gone.VersionMetadata.DeletionTime.IsZero(), gone)
	check("undelete", kv.Undelete(ctx, "go/a", []int{2}) == nil, nil)
	check("undeleted", must(kv.Get(ctx, "go/a")).Data["more"] == "two", nil)
	check("destroy", kv.Destroy(ctx, "go/a", []int{1}) == nil, nil)
	check("rollback of a destroyed version", func() bool { _, err := kv.Rollback(ctx, "go/a", 1); return err != nil }(), nil)
	versions := must(kv.GetVersionsAsList(ctx, "go/a"))
	check("versions", len(versions) == 2 && versions[0].Destroyed, versions)
	check("delete all", kv.DeleteMetadata(ctx, "go/a") == nil, nil)
	_, err = kv.Get(ctx, "go/a")
	check("gone", errors.Is(err, api.ErrSecretNotFound), err)
	_, err = app.KVv2("secret").Get(ctx, "other/a")
	check("denied", status(err) == 403, err)

	child := must(root.Auth().Token().Create(&api.TokenCreateRequest{Policies: []string{"go"}, TTL: "1h"}))
	check("child", child.Auth.LeaseDuration == 3600, child.Auth)
	check("lookup", must(client(child.Auth.ClientToken).Auth().Token().LookupSelf()).Data["ttl"] != nil, nil)
	check("revoke", root.Auth().Token().RevokeTree(child.Auth.ClientToken) == nil, nil)
	_, err = client(child.Auth.ClientToken).Auth().Token().LookupSelf()
	check("revoked", status(err) == 403, err)
	check("revoke self", app.Auth().Token().RevokeSelf("") == nil, nil)
	fmt.Println("done")
}
