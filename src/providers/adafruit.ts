import { named } from "./layout.ts";
import { betterleaks } from "./sources.ts";
import type { Provider } from "./types.ts";

export const adafruit: Provider = {
  id: "adafruit",
  title: "Adafruit IO",
  kind: "generic",
  website: "https://io.adafruit.com",
  docs: "https://io.adafruit.com/api/docs/#authentication",
  credentials: [
    {
      id: "adafruit-io-key",
      title: "Adafruit IO key",
      severity: "medium",
      actsFor: "machine",
      cite: betterleaks(137),
      ...named(["adafruit_io_key", "adafruit_aio_key", "adafruit_key", "adafruit_api_key"], "{base64url 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "username", secret: false },
  ],
  variables: { ADAFRUIT_IO_KEY: "value", AIO_KEY: "value", ADAFRUIT_IO_USERNAME: "username" },
  hosts: ["io.adafruit.com"],
  packages: { python: ["adafruit-io"] },
  rotate: { by: "person", page: "https://io.adafruit.com" },
};
