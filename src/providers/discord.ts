import { layout, named } from "./layout.ts";
import { betterleaks, credsweeper } from "./sources.ts";
import type { Provider, RecipePart } from "./types.ts";

/** The account's number in base64, a time and a signature. */
const TOKEN = "[MNO][A-Za-z0-9_-]{22,27}\\.[A-Za-z0-9_-]{6}\\.[A-Za-z0-9_-]{27,40}(?![A-Za-z0-9_-])";
const token: readonly RecipePart[] = [
  { base64: ["1", { random: "digits", length: 17 }] },
  ".",
  { random: "base64url", length: 6 },
  ".",
  { random: "base64url", length: 38 },
];

export const discord: Provider = {
  id: "discord",
  title: "Discord",
  kind: "generic",
  website: "https://discord.com",
  docs: "https://discord.com/developers/docs/reference#authentication",
  credentials: [
    {
      id: "discord-bot-token",
      title: "Discord bot token",
      severity: "high",
      actsFor: "machine",
      cite: credsweeper(1907),
      formats: [
        {
          pattern: `(?:[tT][oO][kK][eE][nN]|[bB][oO][tT] |\\.run\\(|\\.login\\()[^\\n]{0,20}?(?<![A-Za-z0-9_.-])(${TOKEN})`,
          literals: ["token", "bot ", ".run(", ".login("],
          maxLength: 110,
          before: 0,
          check: "discord-id",
        },
      ],
      hits: [
        ["DISCORD_TOKEN=", ...token],
        ["Authorization: Bot ", ...token],
        ['client.run("', ...token, '")'],
        ["client.login('", ...token, "')"],
      ],
      misses: [
        ["DISCORD_TOKEN=M", { random: "base64url", length: 23 }, ".", { random: "base64url", length: 6 }],
        [
          "DISCORD_TOKEN=M",
          { random: "base64url", length: 23 },
          ".",
          { random: "base64url", length: 6 },
          ".",
          { random: "base64url", length: 38 },
        ],
      ],
    },
    {
      id: "discord-webhook",
      title: "Discord webhook address",
      severity: "medium",
      kind: "webhook",
      part: "webhook",
      actsFor: "machine",
      cite: credsweeper(1925),
      ...layout([
        "https://discord.com/api/webhooks/{digits 16-22}/{base64url 60-80}",
        "https://discordapp.com/api/webhooks/{digits 16-22}/{base64url 60-80}",
      ]),
    },
    {
      id: "discord-client-secret",
      title: "Discord client secret",
      severity: "high",
      part: "client_secret",
      actsFor: "machine",
      cite: betterleaks(2928),
      ...named(["discord_client_secret", "discord_secret"], "{base64url 32}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "webhook", secret: true },
    { name: "client_secret", secret: true },
    { name: "client_id", secret: false },
  ],
  variables: {
    DISCORD_TOKEN: "value",
    DISCORD_BOT_TOKEN: "value",
    DISCORD_WEBHOOK: "webhook",
    DISCORD_WEBHOOK_URL: "webhook",
    DISCORD_CLIENT_SECRET: "client_secret",
    DISCORD_CLIENT_ID: "client_id",
  },
  hosts: ["discord.com", "discordapp.com"],
  packages: { python: ["discord.py", "py-cord", "nextcord"], npm: ["discord.js", "@discordjs/rest"] },
  rotate: { by: "person", page: "https://discord.com/developers/applications" },
  verify: {
    method: "GET",
    url: "https://discord.com/api/v10/users/@me",
    headers: { Authorization: "Bot {value}" },
    verdicts: { 200: "live", 401: "dead", 429: "limited" },
  },
};
