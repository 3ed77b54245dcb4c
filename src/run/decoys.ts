/**
 * Files that look like credentials and open nothing, put where the real ones are hidden: other values at every run, so that one that
 * turns up elsewhere tells of its theft and of the run. Nothing of the real files goes into them.
 */
import { randomInt } from "node:crypto";

const ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const BASE64 = `${ALNUM}+/`;
const HEX = "0123456789abcdef";

const draw = (length: number, letters: string): string =>
  Array.from({ length }, () => letters[randomInt(letters.length)]).join("");

export interface Decoy {
  /** Within the hidden folder; empty for a hidden file itself. */
  readonly name: string;
  readonly text: string;
}

interface DecoyRow {
  /** The end of the hidden place's path. */
  readonly place: string;
  readonly make: () => readonly Decoy[];
}

const file = (text: string): readonly Decoy[] => [{ name: "", text }];
const inside = (name: string, text: string): readonly Decoy[] => [{ name, text }];

/** Three lines whose body is random: no key, as any tool that reads it finds. */
const privateKey = (): string => {
  const body = Array.from({ length: 6 }, () => draw(70, BASE64)).join("\n");
  return [
    "-----BEGIN OPENSSH",
    " PRIVATE KEY-----\n",
    body,
    "\n-----END OPENSSH",
    " PRIVATE KEY-----\n",
  ].join("");
};

const rows: readonly DecoyRow[] = [
  {
    place: "/.aws",
    make: () =>
      inside(
        "credentials",
        `[default]\naws_access_key_id = AKIA${draw(16, BASE32)}\naws_secret_access_key = ${draw(40, BASE64)}\n`,
      ),
  },
  { place: "/.ssh", make: () => inside("id_ed25519", privateKey()) },
  { place: "/.vault-token", make: () => file(`hvs.${draw(90, ALNUM)}`) },
  { place: "/.cache/huggingface/token", make: () => file(`hf_${draw(34, ALNUM)}`) },
  { place: "/.netrc", make: () => file(`machine api.wandb.ai\n  login user\n  password ${draw(40, HEX)}\n`) },
  { place: "/.git-credentials", make: () => file(`https://git:${draw(40, ALNUM)}@git.example.com\n`) },
  {
    place: "/.pypirc",
    make: () => file(`[pypi]\nusername = __token__\npassword = pypi-${draw(150, ALNUM)}\n`),
  },
  {
    place: "/.kaggle",
    make: () => inside("kaggle.json", `{"username":"user","key":"${draw(32, HEX)}"}\n`),
  },
  {
    place: "/.databrickscfg",
    make: () =>
      file(
        `[DEFAULT]\nhost = https://dbc-${draw(8, HEX)}.cloud.databricks.com\ntoken = dapi${draw(32, HEX)}\n`,
      ),
  },
  {
    place: "/.modal.toml",
    make: () =>
      file(`[default]\ntoken_id = "ak-${draw(22, ALNUM)}"\ntoken_secret = "as-${draw(22, ALNUM)}"\n`),
  },
  { place: "/.comet.config", make: () => file(`[comet]\napi_key = ${draw(25, ALNUM)}\n`) },
  {
    place: "/.docker",
    make: () =>
      inside(
        "config.json",
        `{"auths":{"registry.example.com":{"auth":"${Buffer.from(`user:${draw(24, ALNUM)}`).toString("base64")}"}}}\n`,
      ),
  },
  {
    place: "/.kube",
    make: () =>
      inside(
        "config",
        `apiVersion: v1\nkind: Config\nclusters:\n- name: main\n  cluster: { server: https://10.20.0.1:6443 }\ncontexts:\n- name: main\n  context: { cluster: main, user: admin }\ncurrent-context: main\nusers:\n- name: admin\n  user: { token: ${draw(64, ALNUM)} }\n`,
      ),
  },
  {
    place: "/.config/gcloud",
    make: () =>
      inside(
        "application_default_credentials.json",
        `{"client_id":"${draw(12, "0123456789")}-${draw(32, "abcdefghijklmnopqrstuvwxyz0123456789")}.apps.googleusercontent.com","client_secret":"d-${draw(22, ALNUM)}","refresh_token":"1//0${draw(60, ALNUM)}","type":"authorized_user"}\n`,
      ),
  },
  {
    place: "/.config/gh",
    make: () => inside("hosts.yml", `github.com:\n    oauth_token: gho_${draw(36, ALNUM)}\n    user: user\n`),
  },
  { place: "/.pgpass", make: () => file(`db.example.com:5432:*:app:${draw(24, ALNUM)}\n`) },
];

/** None for places that nothing is made for: they stay empty. */
export function decoysFor(path: string): readonly Decoy[] {
  return rows.find(({ place }) => path.endsWith(place))?.make() ?? [];
}
