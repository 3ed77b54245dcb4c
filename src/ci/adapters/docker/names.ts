/** Which files are builds of images, and which say how containers run. */
const DOCKERFILE =
  /(?:^|\/)(?:Dockerfile|Containerfile)(?:\.(?!dockerignore$)[\w.-]+)?$|\.(?:dockerfile|containerfile)$/i;
const COMPOSE = /(?:^|\/)(?:docker-)?compose(?:[.-][\w.-]+)?\.ya?ml$/;

/** Programs about them, and samples of tests. */
const NEITHER = /\.(?:[cm]?[jt]sx?|py|go|rs|rb|java|md)$|(?:^|\/)(?:fixtures|testdata)\//i;

export const isDockerfile = (path: string): boolean => DOCKERFILE.test(path) && !NEITHER.test(path);
export const isCompose = (path: string): boolean => COMPOSE.test(path) && !NEITHER.test(path);
