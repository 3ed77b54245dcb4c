/** The registry: every provider, by name. A provider is its own file and one line here. */
import { agentops } from "./agentops.ts";
import { ai21 } from "./ai21.ts";
import { ai71 } from "./ai71.ts";
import { aimlapi } from "./aimlapi.ts";
import { airbyte } from "./airbyte.ts";
import { alephAlpha } from "./aleph-alpha.ts";
import { algolia } from "./algolia.ts";
import { amplitude } from "./amplitude.ts";
import { anthropic } from "./anthropic.ts";
import { anyscale } from "./anyscale.ts";
import { apify } from "./apify.ts";
import { arcade } from "./arcade.ts";
import { argilla } from "./argilla.ts";
import { arize } from "./arize.ts";
import { assemblyai } from "./assemblyai.ts";
import { astronomer } from "./astronomer.ts";
import { athina } from "./athina.ts";
import { aws } from "./aws.ts";
import { azureAi } from "./azure-ai.ts";
import { azureOpenai } from "./azure-openai.ts";
import { azureSearch } from "./azure-search.ts";
import { azure } from "./azure.ts";
import { baichuan } from "./baichuan.ts";
import { baseten } from "./baseten.ts";
import { beam } from "./beam.ts";
import { bentocloud } from "./bentocloud.ts";
import { blackForestLabs } from "./black-forest-labs.ts";
import { bland } from "./bland.ts";
import { braintrust } from "./braintrust.ts";
import { braveSearch } from "./brave-search.ts";
import { browserUse } from "./browser-use.ts";
import { browserbase } from "./browserbase.ts";
import { bytez } from "./bytez.ts";
import { cartesia } from "./cartesia.ts";
import { cerebras } from "./cerebras.ts";
import { cerebrium } from "./cerebrium.ts";
import { chroma } from "./chroma.ts";
import { chutes } from "./chutes.ts";
import { clarifai } from "./clarifai.ts";
import { cleanlab } from "./cleanlab.ts";
import { clearml } from "./clearml.ts";
import { clickhouse } from "./clickhouse.ts";
import { clipdrop } from "./clipdrop.ts";
import { cloudamqp } from "./cloudamqp.ts";
import { cockroachdb } from "./cockroachdb.ts";
import { coderabbit } from "./coderabbit.ts";
import { cohere } from "./cohere.ts";
import { comet } from "./comet.ts";
import { composio } from "./composio.ts";
import { confidentAi } from "./confident-ai.ts";
import { confluent } from "./confluent.ts";
import { contextualAi } from "./contextual-ai.ts";
import { convex } from "./convex.ts";
import { coreweave } from "./coreweave.ts";
import { couchbase } from "./couchbase.ts";
import { coze } from "./coze.ts";
import { cursor } from "./cursor.ts";
import { dagshub } from "./dagshub.ts";
import { dagster } from "./dagster.ts";
import { daily } from "./daily.ts";
import { dashscope } from "./dashscope.ts";
import { dataGov } from "./data-gov.ts";
import { databento } from "./databento.ts";
import { databricks } from "./databricks.ts";
import { datarobot } from "./datarobot.ts";
import { datastax } from "./datastax.ts";
import { daytona } from "./daytona.ts";
import { dbtCloud } from "./dbt-cloud.ts";
import { deepgram } from "./deepgram.ts";
import { deepinfra } from "./deepinfra.ts";
import { deepl } from "./deepl.ts";
import { deepnote } from "./deepnote.ts";
import { deepseek } from "./deepseek.ts";
import { devin } from "./devin.ts";
import { diffbot } from "./diffbot.ts";
import { dify } from "./dify.ts";
import { dockerhub } from "./dockerhub.ts";
import { dremio } from "./dremio.ts";
import { dvcStudio } from "./dvc-studio.ts";
import { e2b } from "./e2b.ts";
import { edenai } from "./edenai.ts";
import { edgeImpulse } from "./edge-impulse.ts";
import { elastic } from "./elastic.ts";
import { elevenlabs } from "./elevenlabs.ts";
import { evidently } from "./evidently.ts";
import { exa } from "./exa.ts";
import { fal } from "./fal.ts";
import { featherless } from "./featherless.ts";
import { fiddler } from "./fiddler.ts";
import { finnhub } from "./finnhub.ts";
import { firebolt } from "./firebolt.ts";
import { firecrawl } from "./firecrawl.ts";
import { fireworks } from "./fireworks.ts";
import { fishAudio } from "./fish-audio.ts";
import { fivetran } from "./fivetran.ts";
import { friendli } from "./friendli.ts";
import { galadriel } from "./galadriel.ts";
import { galileo } from "./galileo.ts";
import { gamma } from "./gamma.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { gladia } from "./gladia.ts";
import { google } from "./google.ts";
import { gooseai } from "./gooseai.ts";
import { greptile } from "./greptile.ts";
import { groq } from "./groq.ts";
import { growthbook } from "./growthbook.ts";
import { guardrailsAi } from "./guardrails-ai.ts";
import { hasura } from "./hasura.ts";
import { helicone } from "./helicone.ts";
import { hex } from "./hex.ts";
import { heygen } from "./heygen.ts";
import { hightouch } from "./hightouch.ts";
import { honeyhive } from "./honeyhive.ts";
import { huggingface } from "./huggingface.ts";
import { humanloop } from "./humanloop.ts";
import { hume } from "./hume.ts";
import { hyperbolic } from "./hyperbolic.ts";
import { ideogram } from "./ideogram.ts";
import { inferenceNet } from "./inference-net.ts";
import { influxdb } from "./influxdb.ts";
import { inngest } from "./inngest.ts";
import { jarvislabs } from "./jarvislabs.ts";
import { jina } from "./jina.ts";
import { kaggle } from "./kaggle.ts";
import { kagi } from "./kagi.ts";
import { kimi } from "./kimi.ts";
import { klingai } from "./klingai.ts";
import { labelStudio } from "./label-studio.ts";
import { labelbox } from "./labelbox.ts";
import { lakefs } from "./lakefs.ts";
import { lakera } from "./lakera.ts";
import { lambdaAi } from "./lambda-ai.ts";
import { laminar } from "./laminar.ts";
import { lancedb } from "./lancedb.ts";
import { landingai } from "./landingai.ts";
import { langfuse } from "./langfuse.ts";
import { langsmith } from "./langsmith.ts";
import { langtrace } from "./langtrace.ts";
import { leonardo } from "./leonardo.ts";
import { lepton } from "./lepton.ts";
import { letta } from "./letta.ts";
import { lightdash } from "./lightdash.ts";
import { lightningAi } from "./lightning-ai.ts";
import { lighton } from "./lighton.ts";
import { linkup } from "./linkup.ts";
import { litellm } from "./litellm.ts";
import { literalAi } from "./literal-ai.ts";
import { livekit } from "./livekit.ts";
import { llamacloud } from "./llamacloud.ts";
import { lmnt } from "./lmnt.ts";
import { log10 } from "./log10.ts";
import { logfire } from "./logfire.ts";
import { looker } from "./looker.ts";
import { luma } from "./luma.ts";
import { lunary } from "./lunary.ts";
import { marqo } from "./marqo.ts";
import { martian } from "./martian.ts";
import { mastra } from "./mastra.ts";
import { mathpix } from "./mathpix.ts";
import { maxim } from "./maxim.ts";
import { meilisearch } from "./meilisearch.ts";
import { mem0 } from "./mem0.ts";
import { meshy } from "./meshy.ts";
import { metaLlama } from "./meta-llama.ts";
import { metabase } from "./metabase.ts";
import { mindee } from "./mindee.ts";
import { minimax } from "./minimax.ts";
import { mistral } from "./mistral.ts";
import { mixedbread } from "./mixedbread.ts";
import { mixpanel } from "./mixpanel.ts";
import { mlflow } from "./mlflow.ts";
import { modal } from "./modal.ts";
import { mongodbAtlas } from "./mongodb-atlas.ts";
import { morph } from "./morph.ts";
import { motherduck } from "./motherduck.ts";
import { murf } from "./murf.ts";
import { nango } from "./nango.ts";
import { nats } from "./nats.ts";
import { nebius } from "./nebius.ts";
import { neo4j } from "./neo4j.ts";
import { neon } from "./neon.ts";
import { neptune } from "./neptune.ts";
import { newsapi } from "./newsapi.ts";
import { nlpCloud } from "./nlp-cloud.ts";
import { nomic } from "./nomic.ts";
import { notdiamond } from "./notdiamond.ts";
import { novita } from "./novita.ts";
import { npm } from "./npm.ts";
import { nscale } from "./nscale.ts";
import { nvidia } from "./nvidia.ts";
import { octoai } from "./octoai.ts";
import { okareo } from "./okareo.ts";
import { ollama } from "./ollama.ts";
import { openai } from "./openai.ts";
import { openpipe } from "./openpipe.ts";
import { openrouter } from "./openrouter.ts";
import { orq } from "./orq.ts";
import { pangea } from "./pangea.ts";
import { paperspace } from "./paperspace.ts";
import { parasail } from "./parasail.ts";
import { parea } from "./parea.ts";
import { patronus } from "./patronus.ts";
import { perplexity } from "./perplexity.ts";
import { pinecone } from "./pinecone.ts";
import { planetscale } from "./planetscale.ts";
import { playht } from "./playht.ts";
import { pollinations } from "./pollinations.ts";
import { polyaxon } from "./polyaxon.ts";
import { portkey } from "./portkey.ts";
import { postgres } from "./postgres.ts";
import { posthog } from "./posthog.ts";
import { predibase } from "./predibase.ts";
import { prefect } from "./prefect.ts";
import { privateai } from "./privateai.ts";
import { promptlayer } from "./promptlayer.ts";
import { pypi } from "./pypi.ts";
import { qdrant } from "./qdrant.ts";
import { ragie } from "./ragie.ts";
import { rapidapi } from "./rapidapi.ts";
import { recraft } from "./recraft.ts";
import { redash } from "./redash.ts";
import { redisCloud } from "./redis-cloud.ts";
import { redpanda } from "./redpanda.ts";
import { reducto } from "./reducto.ts";
import { reka } from "./reka.ts";
import { relevanceAi } from "./relevance-ai.ts";
import { replicate } from "./replicate.ts";
import { requesty } from "./requesty.ts";
import { resemble } from "./resemble.ts";
import { retell } from "./retell.ts";
import { revAi } from "./rev-ai.ts";
import { rime } from "./rime.ts";
import { roboflow } from "./roboflow.ts";
import { runpod } from "./runpod.ts";
import { runway } from "./runway.ts";
import { saladcloud } from "./saladcloud.ts";
import { sambanova } from "./sambanova.ts";
import { sarvam } from "./sarvam.ts";
import { scale } from "./scale.ts";
import { scraperapi } from "./scraperapi.ts";
import { scrapingbee } from "./scrapingbee.ts";
import { searchapi } from "./searchapi.ts";
import { segment } from "./segment.ts";
import { segmind } from "./segmind.ts";
import { serpapi } from "./serpapi.ts";
import { serper } from "./serper.ts";
import { siliconflow } from "./siliconflow.ts";
import { singlestore } from "./singlestore.ts";
import { slack } from "./slack.ts";
import { snowflake } from "./snowflake.ts";
import { speechify } from "./speechify.ts";
import { speechmatics } from "./speechmatics.ts";
import { stability } from "./stability.ts";
import { statsig } from "./statsig.ts";
import { stripe } from "./stripe.ts";
import { suno } from "./suno.ts";
import { supabase } from "./supabase.ts";
import { supervisely } from "./supervisely.ts";
import { swanlab } from "./swanlab.ts";
import { synthesia } from "./synthesia.ts";
import { tableau } from "./tableau.ts";
import { tavily } from "./tavily.ts";
import { tavus } from "./tavus.ts";
import { temporal } from "./temporal.ts";
import { tidbCloud } from "./tidb-cloud.ts";
import { tigris } from "./tigris.ts";
import { tinybird } from "./tinybird.ts";
import { together } from "./together.ts";
import { traceloop } from "./traceloop.ts";
import { triggerDev } from "./trigger-dev.ts";
import { tripo3d } from "./tripo3d.ts";
import { truefoundry } from "./truefoundry.ts";
import { turbopuffer } from "./turbopuffer.ts";
import { turso } from "./turso.ts";
import { twelvelabs } from "./twelvelabs.ts";
import { typesense } from "./typesense.ts";
import { ultralytics } from "./ultralytics.ts";
import { unify } from "./unify.ts";
import { unstructured } from "./unstructured.ts";
import { upstage } from "./upstage.ts";
import { upstash } from "./upstash.ts";
import { v0 } from "./v0.ts";
import { valohai } from "./valohai.ts";
import { vapi } from "./vapi.ts";
import { vastAi } from "./vast-ai.ts";
import { vault } from "./vault.ts";
import { vectara } from "./vectara.ts";
import { vellum } from "./vellum.ts";
import { vercelAiGateway } from "./vercel-ai-gateway.ts";
import { voiceflow } from "./voiceflow.ts";
import { volcengine } from "./volcengine.ts";
import { voyage } from "./voyage.ts";
import { wandb } from "./wandb.ts";
import { warpstream } from "./warpstream.ts";
import { watsonx } from "./watsonx.ts";
import { weatherapi } from "./weatherapi.ts";
import { weaviate } from "./weaviate.ts";
import { whylabs } from "./whylabs.ts";
import { writer } from "./writer.ts";
import { xai } from "./xai.ts";
import { xata } from "./xata.ts";
import { you } from "./you.ts";
import { zai } from "./zai.ts";
import { zenml } from "./zenml.ts";
import { zep } from "./zep.ts";
import { zeroentropy } from "./zeroentropy.ts";
import { zilliz } from "./zilliz.ts";
import type { Provider } from "./types.ts";

export const providers: readonly Provider[] = [
  agentops,
  ai21,
  ai71,
  aimlapi,
  airbyte,
  alephAlpha,
  algolia,
  amplitude,
  anthropic,
  anyscale,
  apify,
  arcade,
  argilla,
  arize,
  assemblyai,
  astronomer,
  athina,
  aws,
  azureAi,
  azureOpenai,
  azureSearch,
  azure,
  baichuan,
  baseten,
  beam,
  bentocloud,
  blackForestLabs,
  bland,
  braintrust,
  braveSearch,
  browserUse,
  browserbase,
  bytez,
  cartesia,
  cerebras,
  cerebrium,
  chroma,
  chutes,
  clarifai,
  cleanlab,
  clearml,
  clickhouse,
  clipdrop,
  cloudamqp,
  cockroachdb,
  coderabbit,
  cohere,
  comet,
  composio,
  confidentAi,
  confluent,
  contextualAi,
  convex,
  coreweave,
  couchbase,
  coze,
  cursor,
  dagshub,
  dagster,
  daily,
  dashscope,
  dataGov,
  databento,
  databricks,
  datarobot,
  datastax,
  daytona,
  dbtCloud,
  deepgram,
  deepinfra,
  deepl,
  deepnote,
  deepseek,
  devin,
  diffbot,
  dify,
  dockerhub,
  dremio,
  dvcStudio,
  e2b,
  edenai,
  edgeImpulse,
  elastic,
  elevenlabs,
  evidently,
  exa,
  fal,
  featherless,
  fiddler,
  finnhub,
  firebolt,
  firecrawl,
  fireworks,
  fishAudio,
  fivetran,
  friendli,
  galadriel,
  galileo,
  gamma,
  github,
  gitlab,
  gladia,
  google,
  gooseai,
  greptile,
  groq,
  growthbook,
  guardrailsAi,
  hasura,
  helicone,
  hex,
  heygen,
  hightouch,
  honeyhive,
  huggingface,
  humanloop,
  hume,
  hyperbolic,
  ideogram,
  inferenceNet,
  influxdb,
  inngest,
  jarvislabs,
  jina,
  kaggle,
  kagi,
  kimi,
  klingai,
  labelStudio,
  labelbox,
  lakefs,
  lakera,
  lambdaAi,
  laminar,
  lancedb,
  landingai,
  langfuse,
  langsmith,
  langtrace,
  leonardo,
  lepton,
  letta,
  lightdash,
  lightningAi,
  lighton,
  linkup,
  litellm,
  literalAi,
  livekit,
  llamacloud,
  lmnt,
  log10,
  logfire,
  looker,
  luma,
  lunary,
  marqo,
  martian,
  mastra,
  mathpix,
  maxim,
  meilisearch,
  mem0,
  meshy,
  metaLlama,
  metabase,
  mindee,
  minimax,
  mistral,
  mixedbread,
  mixpanel,
  mlflow,
  modal,
  mongodbAtlas,
  morph,
  motherduck,
  murf,
  nango,
  nats,
  nebius,
  neo4j,
  neon,
  neptune,
  newsapi,
  nlpCloud,
  nomic,
  notdiamond,
  novita,
  npm,
  nscale,
  nvidia,
  octoai,
  okareo,
  ollama,
  openai,
  openpipe,
  openrouter,
  orq,
  pangea,
  paperspace,
  parasail,
  parea,
  patronus,
  perplexity,
  pinecone,
  planetscale,
  playht,
  pollinations,
  polyaxon,
  portkey,
  postgres,
  posthog,
  predibase,
  prefect,
  privateai,
  promptlayer,
  pypi,
  qdrant,
  ragie,
  rapidapi,
  recraft,
  redash,
  redisCloud,
  redpanda,
  reducto,
  reka,
  relevanceAi,
  replicate,
  requesty,
  resemble,
  retell,
  revAi,
  rime,
  roboflow,
  runpod,
  runway,
  saladcloud,
  sambanova,
  sarvam,
  scale,
  scraperapi,
  scrapingbee,
  searchapi,
  segment,
  segmind,
  serpapi,
  serper,
  siliconflow,
  singlestore,
  slack,
  snowflake,
  speechify,
  speechmatics,
  stability,
  statsig,
  stripe,
  suno,
  supabase,
  supervisely,
  swanlab,
  synthesia,
  tableau,
  tavily,
  tavus,
  temporal,
  tidbCloud,
  tigris,
  tinybird,
  together,
  traceloop,
  triggerDev,
  tripo3d,
  truefoundry,
  turbopuffer,
  turso,
  twelvelabs,
  typesense,
  ultralytics,
  unify,
  unstructured,
  upstage,
  upstash,
  v0,
  valohai,
  vapi,
  vastAi,
  vault,
  vectara,
  vellum,
  vercelAiGateway,
  voiceflow,
  volcengine,
  voyage,
  wandb,
  warpstream,
  watsonx,
  weatherapi,
  weaviate,
  whylabs,
  writer,
  xai,
  xata,
  you,
  zai,
  zenml,
  zep,
  zeroentropy,
  zilliz,
];
