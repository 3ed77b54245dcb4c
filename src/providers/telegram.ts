import { layout } from "./layout.ts";
import { credsweeper } from "./sources.ts";
import type { Provider } from "./types.ts";

export const telegram: Provider = {
  id: "telegram",
  title: "Telegram",
  kind: "generic",
  website: "https://telegram.org",
  docs: "https://core.telegram.org/bots/api#authorizing-your-bot",
  credentials: [
    {
      id: "telegram-bot-token",
      title: "Telegram bot token",
      severity: "high",
      actsFor: "machine",
      cite: credsweeper(898),
      ...layout("{digits 8-10}:AA{base64url 33}"),
    },
  ],
  parts: [
    { name: "value", secret: true },
    { name: "chat_id", secret: false },
  ],
  variables: {
    TELEGRAM_BOT_TOKEN: "value",
    TELEGRAM_TOKEN: "value",
    TELEGRAM_API_TOKEN: "value",
    TG_BOT_TOKEN: "value",
    TELEGRAM_CHAT_ID: "chat_id",
  },
  hosts: ["api.telegram.org"],
  packages: {
    python: ["python-telegram-bot", "telebot", "pyTelegramBotAPI", "aiogram", "telethon"],
    npm: ["telegraf", "node-telegram-bot-api", "grammy"],
  },
  rotate: { by: "person", page: "https://t.me/BotFather" },
  verify: {
    method: "GET",
    url: "https://api.telegram.org/bot{value}/getMe",
    headers: { Accept: "application/json" },
    verdicts: { 200: "live", 401: "dead", 404: "dead", 429: "limited" },
  },
  ciActions: ["appleboy/telegram-action"],
};
