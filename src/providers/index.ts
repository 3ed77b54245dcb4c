/** The registry: every provider, by name. A provider is its own file and one line here. */
import { anthropic } from "./anthropic.ts";
import { aws } from "./aws.ts";
import { azure } from "./azure.ts";
import { azureOpenai } from "./azure-openai.ts";
import { cerebras } from "./cerebras.ts";
import { cohere } from "./cohere.ts";
import { comet } from "./comet.ts";
import { databricks } from "./databricks.ts";
import { deepseek } from "./deepseek.ts";
import { dockerhub } from "./dockerhub.ts";
import { elevenlabs } from "./elevenlabs.ts";
import { fireworks } from "./fireworks.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { google } from "./google.ts";
import { groq } from "./groq.ts";
import { huggingface } from "./huggingface.ts";
import { jina } from "./jina.ts";
import { langfuse } from "./langfuse.ts";
import { langsmith } from "./langsmith.ts";
import { llamacloud } from "./llamacloud.ts";
import { mistral } from "./mistral.ts";
import { mlflow } from "./mlflow.ts";
import { neptune } from "./neptune.ts";
import { npm } from "./npm.ts";
import { nvidia } from "./nvidia.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { perplexity } from "./perplexity.ts";
import { pinecone } from "./pinecone.ts";
import { postgres } from "./postgres.ts";
import { pypi } from "./pypi.ts";
import { qdrant } from "./qdrant.ts";
import { replicate } from "./replicate.ts";
import { slack } from "./slack.ts";
import { stripe } from "./stripe.ts";
import { supabase } from "./supabase.ts";
import { tavily } from "./tavily.ts";
import { together } from "./together.ts";
import { vault } from "./vault.ts";
import { voyage } from "./voyage.ts";
import { wandb } from "./wandb.ts";
import { weaviate } from "./weaviate.ts";
import { xai } from "./xai.ts";
import type { Provider } from "./types.ts";

export const providers: readonly Provider[] = [
  anthropic,
  aws,
  azure,
  azureOpenai,
  cerebras,
  cohere,
  comet,
  databricks,
  deepseek,
  dockerhub,
  elevenlabs,
  fireworks,
  github,
  gitlab,
  google,
  groq,
  huggingface,
  jina,
  langfuse,
  langsmith,
  llamacloud,
  mistral,
  mlflow,
  neptune,
  npm,
  nvidia,
  openai,
  openrouter,
  perplexity,
  pinecone,
  postgres,
  pypi,
  qdrant,
  replicate,
  slack,
  stripe,
  supabase,
  tavily,
  together,
  vault,
  voyage,
  wandb,
  weaviate,
  xai,
];
