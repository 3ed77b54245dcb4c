import { prefixed } from "./format.ts";
import type { Provider } from "./types.ts";

export const pypi: Provider = {
  id: "pypi",
  title: "PyPI",
  kind: "package-registry",
  website: "https://pypi.org",
  docs: "https://pypi.org/help/#apitoken",
  credentials: [
    {
      id: "pypi-token",
      title: "PyPI API token",
      severity: "critical",
      actsFor: "person",
      cite: "https://pypi.org/help/#apitoken",
      ...prefixed(["pypi-AgEIcHlwaS5vcmc", "pypi-AgENdGVzdC5weXBpLm9yZw"], {
        alphabet: "base64url",
        min: 50,
        max: 1000,
      }),
    },
  ],
  variables: {
    TWINE_PASSWORD: "value",
    PYPI_TOKEN: "value",
    PYPI_API_TOKEN: "value",
    UV_PUBLISH_TOKEN: "value",
    POETRY_PYPI_TOKEN_PYPI: "value",
    FLIT_PASSWORD: "value",
  },
  hosts: ["upload.pypi.org", "test.pypi.org"],
  packages: { python: ["twine"], npm: [] },
  rotate: { by: "person", page: "https://pypi.org/manage/account/token/" },
  ciActions: ["pypa/gh-action-pypi-publish"],
};
