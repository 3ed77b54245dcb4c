/** The four vendors: what each serves behind its key, and how it refuses one. One row each; replies are deterministic. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Reply, ServiceRequest } from "./http.ts";

export type VendorName = "openai" | "huggingface" | "wandb" | "features";

interface Vendor {
  readonly name: VendorName;
  /** The variable that tells a client the base address. */
  readonly variable: string;
  readonly base: string;
  readonly serve: (request: ServiceRequest) => Reply;
  /** `offered`: a key was sent, but it is not a known one. */
  readonly refuse: (offered: boolean) => Reply;
}

const MODEL = "gpt-5-mini";
const csv = join(import.meta.dirname, "..", "fraud-detector", "data", "transactions.csv");
const notFound: Reply = { status: 404, body: { error: "not found" } };

/** The hub's base model: rough weights that training improves on. */
const baseModel = {
  bias: -2.2,
  weights: { amount: 0.3, night: 0.1, "country=US": 0.2, "merchant=travel": 0.4 },
};

function jsonOf(body: Buffer): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(body.toString("utf8"));
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : null;
  } catch {
    return null;
  }
}

const openaiError = (status: number, message: string, code: string): Reply => ({
  status,
  body: { error: { message, type: "invalid_request_error", param: null, code } },
});

function lastQuestion(messages: unknown): string | null {
  const last: unknown = Array.isArray(messages) ? messages.at(-1) : undefined;
  if (typeof last !== "object" || last === null || !("content" in last)) return null;
  return typeof last.content === "string" ? last.content : null;
}

function complete(request: ServiceRequest): Reply {
  const body = jsonOf(request.body);
  const question = lastQuestion(body?.messages);
  if (question === null) return openaiError(400, "messages must end with a text message", "invalid_type");
  if (body?.model !== MODEL)
    return openaiError(404, "The model does not exist or you do not have access to it.", "model_not_found");
  const answer =
    `${/Payment (\w+)/.exec(question)?.[1] ?? "This payment"} stands out by its amount for this kind of ` +
    "merchant, together with the hour and the country; a reviewer should look at it first.";
  const promptTokens = Math.ceil(question.length / 4);
  const completionTokens = Math.ceil(answer.length / 4);
  return {
    status: 200,
    body: {
      id: `chatcmpl-${createHash("sha256").update(question).digest("hex").slice(0, 24)}`,
      object: "chat.completion",
      created: 1_763_000_000,
      model: MODEL,
      choices: [{ index: 0, message: { role: "assistant", content: answer }, finish_reason: "stop" }],
      usage: {
        prompt_tokens: promptTokens,
        completion_tokens: completionTokens,
        total_tokens: promptTokens + completionTokens,
      },
    },
  };
}

export const vendors: readonly Vendor[] = [
  {
    name: "openai",
    variable: "OPENAI_BASE_URL",
    base: "/v1",
    serve: (request) =>
      request.method === "POST" && request.path === "/v1/chat/completions"
        ? complete(request)
        : request.path === "/v1/models"
          ? { status: 200, body: { object: "list", data: [{ id: MODEL, object: "model" }] } }
          : openaiError(404, `Unknown request URL: ${request.method} ${request.path}.`, "unknown_url"),
    refuse: (offered) =>
      offered
        ? openaiError(401, "Incorrect API key provided.", "invalid_api_key")
        : openaiError(401, "You didn't provide an API key.", "invalid_api_key"),
  },
  {
    name: "huggingface",
    variable: "HF_ENDPOINT",
    base: "",
    serve: (request) =>
      request.path === "/acme/fraud-base/resolve/main/model.json"
        ? { status: 200, body: baseModel }
        : request.path === "/api/whoami-v2"
          ? {
              status: 200,
              body: { type: "user", name: "fraud-bot", auth: { accessToken: { role: "read" } } },
            }
          : notFound,
    refuse: () => ({ status: 401, body: { error: "Invalid username or password." } }),
  },
  {
    name: "wandb",
    variable: "WANDB_BASE_URL",
    base: "",
    serve: (request) =>
      request.method === "POST" && /^\/files\/[\w-]+\/[\w-]+\/[\w-]+\/file_stream$/.test(request.path)
        ? jsonOf(request.body) === null
          ? { status: 400, body: { error: "the body is not JSON" } }
          : { status: 200, body: { exitcode: null, limits: {} } }
        : notFound,
    refuse: () => ({ status: 401, body: { error: "user is not logged in" } }),
  },
  {
    name: "features",
    variable: "FEATURES_URL",
    base: "",
    serve: (request) =>
      request.method === "GET" && request.path === "/transactions.csv"
        ? { status: 200, type: "text/csv", body: readFileSync(csv) }
        : notFound,
    refuse: () => ({ status: 401, body: { error: "unknown token" } }),
  },
];
