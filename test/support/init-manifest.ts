/** A declaration with what `ci init` has to decide: identities, references, awkward names. */
export const INIT_MANIFEST = `project: fraud
environments: { dev: { people: true }, staging: {}, "on": { production: true } }
secrets:
  openai: { provider: openai }
  billing: { from: "env://CI_BILLING_{env}" }
stages:
  train: { run: python train.py, use: [openai], ttl: 20h }
  "1e3": { run: python bill.py, use: { BILLING: billing } }
  serve: { run: python serve.py, use: [openai] }
  idle: { use: [openai] }
identities:
  train:
    staging:
      github: { repository: acme/fraud, workflow: .github/workflows/ship.yml, ref: refs/heads/release, environment: staging }
      gitlab: { project: acme/fraud, ref: release, environment: staging, audience: ours }
    "on":
      github: { repository: acme/fraud, workflow: .github/workflows/ship.yml, ref: refs/heads/release, environment: production-on }
      gitlab: { project: acme/fraud, ref: release, environment: production-on }
  "1e3":
    staging:
      github: { repository: acme/fraud, workflow: .github/workflows/ship.yml, ref: refs/heads/release, environment: staging }
      gitlab: { project: acme/fraud, ref: release, environment: staging }
    "on":
      github: { repository: acme/fraud, workflow: .github/workflows/ship.yml, ref: refs/heads/release, environment: "on" }
      gitlab: { project: acme/fraud, ref: release, environment: "on" }
`;

export const initOptions = { folder: "", version: "1.2.3", integrity: null, address: null } as const;
