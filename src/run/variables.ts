/**
 * Which variables of the caller a job keeps. Everything outside `kept` is removed: a new vendor's key is then gone without
 * anybody having thought of it. What nobody may declare stands in `core/reserved-variables.ts`, of which `reserved` is a part.
 */

export interface KeptRow {
  /** A name, or the beginning of names with `*`. */
  readonly names: readonly string[];
  readonly why: string;
}

export const kept: readonly KeptRow[] = [
  { names: ["PATH"], why: "programs are found by it" },
  {
    names: ["HOME", "USER", "LOGNAME", "SHELL", "PWD", "HOSTNAME"],
    why: "programs ask who and where they are; files are hidden by isolation",
  },
  { names: ["LANG", "LANGUAGE", "LC_*", "TZ"], why: "text, numbers and times" },
  {
    names: [
      "TERM",
      "COLORTERM",
      "TERM_PROGRAM",
      "NO_COLOR",
      "FORCE_COLOR",
      "CLICOLOR",
      "CLICOLOR_FORCE",
      "COLUMNS",
      "LINES",
    ],
    why: "the terminal",
  },
  { names: ["TMPDIR", "TMP", "TEMP", "XDG_CACHE_HOME"], why: "temporary files and caches" },
  {
    names: [
      "HF_HOME",
      "HF_HUB_CACHE",
      "HF_DATASETS_CACHE",
      "TRANSFORMERS_CACHE",
      "SENTENCE_TRANSFORMERS_HOME",
      "TORCH_HOME",
      "KERAS_HOME",
      "NLTK_DATA",
      "PIP_CACHE_DIR",
      "UV_CACHE_DIR",
      "NUMBA_CACHE_DIR",
      "TRITON_CACHE_DIR",
      "MPLCONFIGDIR",
      "WANDB_DIR",
      "WANDB_CACHE_DIR",
    ],
    why: "caches of models, data and packages",
  },
  {
    names: ["HF_HUB_OFFLINE", "TRANSFORMERS_OFFLINE", "TOKENIZERS_PARALLELISM", "WANDB_MODE"],
    why: "switches of ML libraries",
  },
  {
    names: ["LD_LIBRARY_PATH", "CPATH", "LIBRARY_PATH"],
    why: "GPU and cluster libraries; whoever sets it also sets PATH",
  },
  {
    names: ["VIRTUAL_ENV", "CONDA_*", "MAMBA_*", "PYENV_*", "UV_PROJECT_ENVIRONMENT"],
    why: "the Python environment in use",
  },
  {
    names: [
      "PYTHONPATH",
      "PYTHONUNBUFFERED",
      "PYTHONDONTWRITEBYTECODE",
      "PYTHONHASHSEED",
      "PYTHONIOENCODING",
      "PYTHONUTF8",
      "PYTHONWARNINGS",
      "PYTHONFAULTHANDLER",
    ],
    why: "cluster jobs find their code by it; whoever sets it also sets PATH",
  },
  { names: ["CUDA_*", "NVIDIA_*", "NV_*", "NCCL_*", "CUBLAS_*", "CUDNN_*"], why: "NVIDIA GPUs" },
  {
    names: [
      "ROCM_*",
      "HIP_*",
      "HSA_*",
      "ROCR_*",
      "MIOPEN_*",
      "RCCL_*",
      "GPU_*",
      "ONEAPI_*",
      "ZE_*",
      "SYCL_*",
      "TPU_*",
      "NEURON_*",
    ],
    why: "other accelerators",
  },
  {
    names: [
      "OMP_*",
      "KMP_*",
      "MKL_*",
      "OPENBLAS_*",
      "GOTO_*",
      "NUMEXPR_*",
      "VECLIB_*",
      "BLIS_*",
      "GOMP_*",
      "MALLOC_*",
    ],
    why: "threads and memory",
  },
  {
    names: [
      "PYTORCH_*",
      "TORCH_*",
      "TORCHELASTIC_*",
      "TORCHINDUCTOR_*",
      "XLA_*",
      "TF_*",
      "JAX_*",
      "GLOO_*",
      "UCX_*",
      "FI_*",
      "DS_*",
      "ACCELERATE_*",
    ],
    why: "frameworks and their transports",
  },
  {
    names: [
      "RANK",
      "LOCAL_RANK",
      "WORLD_SIZE",
      "LOCAL_WORLD_SIZE",
      "GROUP_RANK",
      "ROLE_RANK",
      "ROLE_WORLD_SIZE",
      "NODE_RANK",
      "NNODES",
      "NPROC_PER_NODE",
      "MASTER_ADDR",
      "MASTER_PORT",
    ],
    why: "distributed training",
  },
  {
    names: [
      "SLURM_*",
      "SLURMD_*",
      "OMPI_*",
      "PMI_*",
      "PMIX_*",
      "PMI2_*",
      "MPI_*",
      "MPICH_*",
      "HYDRA_*",
      "PBS_*",
      "LSB_*",
      "JOB_COMPLETION_INDEX",
      "KUBERNETES_SERVICE_HOST",
      "KUBERNETES_SERVICE_PORT",
      "RAY_ADDRESS",
    ],
    why: "the scheduler",
  },
  {
    names: [
      "HTTP_PROXY",
      "HTTPS_PROXY",
      "FTP_PROXY",
      "ALL_PROXY",
      "NO_PROXY",
      "http_proxy",
      "https_proxy",
      "ftp_proxy",
      "all_proxy",
      "no_proxy",
    ],
    why: "the way to the network, without user and password",
  },
  {
    names: [
      "SSL_CERT_FILE",
      "SSL_CERT_DIR",
      "REQUESTS_CA_BUNDLE",
      "CURL_CA_BUNDLE",
      "NODE_EXTRA_CA_CERTS",
      "GIT_SSL_CAINFO",
      "AWS_CA_BUNDLE",
      "PIP_CERT",
    ],
    why: "whom TLS trusts",
  },
  {
    names: ["AWS_REGION", "AWS_DEFAULT_REGION", "GOOGLE_CLOUD_PROJECT", "CLOUDSDK_CORE_PROJECT"],
    why: "where, not who",
  },
  {
    names: [
      "CI",
      "GITHUB_ACTIONS",
      "GITHUB_WORKFLOW",
      "GITHUB_JOB",
      "GITHUB_RUN_ID",
      "GITHUB_RUN_NUMBER",
      "GITHUB_RUN_ATTEMPT",
      "GITHUB_SHA",
      "GITHUB_REF",
      "GITHUB_REF_NAME",
      "GITHUB_REF_TYPE",
      "GITHUB_HEAD_REF",
      "GITHUB_BASE_REF",
      "GITHUB_REPOSITORY",
      "GITHUB_REPOSITORY_OWNER",
      "GITHUB_EVENT_NAME",
      "GITHUB_ACTOR",
      "GITHUB_SERVER_URL",
      "GITHUB_API_URL",
      "GITHUB_WORKSPACE",
      "GITHUB_STEP_SUMMARY",
      "GITHUB_OUTPUT",
      "RUNNER_OS",
      "RUNNER_ARCH",
      "RUNNER_NAME",
      "RUNNER_TEMP",
      "RUNNER_TOOL_CACHE",
    ],
    why: "what GitHub says about the run",
  },
  {
    names: [
      "GITLAB_CI",
      "CI_COMMIT_SHA",
      "CI_COMMIT_REF_NAME",
      "CI_COMMIT_BRANCH",
      "CI_COMMIT_TAG",
      "CI_PIPELINE_ID",
      "CI_PIPELINE_SOURCE",
      "CI_JOB_ID",
      "CI_JOB_NAME",
      "CI_JOB_STAGE",
      "CI_PROJECT_ID",
      "CI_PROJECT_PATH",
      "CI_PROJECT_DIR",
      "CI_SERVER_URL",
      "CIRCLECI",
      "CIRCLE_SHA1",
      "CIRCLE_BRANCH",
      "BUILDKITE",
      "BUILDKITE_COMMIT",
      "BUILDKITE_BRANCH",
      "JENKINS_URL",
      "BUILD_NUMBER",
      "TF_BUILD",
    ],
    why: "what other CI systems say about the run",
  },
];

/** Under a beginning with `*`, names that sound like a credential are removed all the same (NVIDIA_API_KEY, SLURM_JWT). */
export const SECRET_LIKE =
  /(^|_)(TOKEN|SECRETS?|PASSWORD|PASSWD|PASS|PW|KEY|APIKEY|CREDENTIALS?|AUTH|JWT|COOKIE|PRIVATE|SIGNATURE|DSN)(_|$)/i;

export interface ReservedRow {
  readonly names: readonly string[];
  readonly why: string;
  /** Never kept either, not even when the caller asks for it. */
  readonly never?: true;
}

export const reserved: readonly ReservedRow[] = [
  { names: ["BULKHEAD_*"], why: "Bulkhead's own", never: true },
  { names: ["VAULT_TOKEN", "BAO_TOKEN"], why: "a store's token is not for jobs", never: true },
  {
    names: ["ACTIONS_ID_TOKEN_REQUEST_TOKEN", "ACTIONS_ID_TOKEN_REQUEST_URL", "ACTIONS_RUNTIME_TOKEN"],
    why: "with it a job can become any identity of its workflow",
    never: true,
  },
  { names: ["LD_PRELOAD", "LD_AUDIT", "DYLD_*"], why: "it loads code into every program" },
  {
    names: ["PYTHONSTARTUP", "PYTHONHOME", "PYTHONINSPECT", "PYTHONBREAKPOINT", "PYTHONEXECUTABLE"],
    why: "it changes what Python starts with",
  },
  {
    names: [
      "NODE_OPTIONS",
      "PERL5OPT",
      "PERL5DB",
      "RUBYOPT",
      "JAVA_TOOL_OPTIONS",
      "_JAVA_OPTIONS",
      "JDK_JAVA_OPTIONS",
    ],
    why: "it starts code in an interpreter",
  },
  {
    names: ["BASH_ENV", "ENV", "BASH_FUNC_*", "PROMPT_COMMAND", "SHELLOPTS", "BASHOPTS", "IFS", "PS4"],
    why: "shells run it or change by it",
  },
  {
    names: [
      "GIT_SSH",
      "GIT_SSH_COMMAND",
      "GIT_ASKPASS",
      "GIT_EXEC_PATH",
      "GIT_CONFIG_*",
      "SSH_ASKPASS",
      "GIT_EXTERNAL_DIFF",
      "GIT_PAGER",
      "PAGER",
      "EDITOR",
      "VISUAL",
      "BROWSER",
    ],
    why: "programs run what it names",
  },
  { names: ["PATH", "HOME", "SHELL", "USER", "PWD", "PPID", "UID", "EUID"], why: "it belongs to the system" },
];

export function matches(names: readonly string[], name: string): { readonly wide: boolean } | null {
  for (const one of names) {
    if (one === name) return { wide: false };
    if (one.endsWith("*") && name.startsWith(one.slice(0, -1))) return { wide: true };
  }
  return null;
}
