/**
 * Text in the form of Slack's incoming webhooks, which Mattermost, Rocket.Chat and others take too. Nothing in it is a link, a mention or
 * markup. https://docs.slack.dev/messaging/formatting-message-text
 */
import { checkUrl, post } from "./http.ts";
import type { SinkType } from "./types.ts";

const MOST_TEXT = 3_500;

export const slack: SinkType = {
  type: "slack",
  title: "a channel, by an incoming webhook in Slack's form",
  options: { url: { description: "The incoming webhook's address", required: true, secret: true } },
  check: ({ url }) => void checkUrl(url),
  shown: ({ url }) => checkUrl(url).host,
  send: async ({ subject, text }, { url = "" }) => {
    const plain = `${subject}\n${text}`.slice(0, MOST_TEXT);
    const body = {
      text: escaped(plain),
      mrkdwn: false,
      link_names: false,
      parse: "none",
      unfurl_links: false,
    };
    await post(url, JSON.stringify(body));
  },
};

/** Where a server reads mentions in plain text all the same, a zero-width space stands in the way. */
const escaped = (text: string): string =>
  text
    .replace(/&/g, "&amp;")
    .replace(/</g, "&lt;")
    .replace(/>/g, "&gt;")
    .replace(/@(?=\w)/g, "@\u200b");
