/** The registry: every provider, by name. A provider is its own file and one line here. */
import { abuseipdb } from "./abuseipdb.ts";
import { adafruit } from "./adafruit.ts";
import { adobe } from "./adobe.ts";
import { adyen } from "./adyen.ts";
import { ageEncryption } from "./age-encryption.ts";
import { agentops } from "./agentops.ts";
import { ai21 } from "./ai21.ts";
import { ai71 } from "./ai71.ts";
import { aikido } from "./aikido.ts";
import { aimlapi } from "./aimlapi.ts";
import { airbyte } from "./airbyte.ts";
import { airtable } from "./airtable.ts";
import { akamai } from "./akamai.ts";
import { akeyless } from "./akeyless.ts";
import { alchemy } from "./alchemy.ts";
import { alephAlpha } from "./aleph-alpha.ts";
import { algolia } from "./algolia.ts";
import { alibaba } from "./alibaba.ts";
import { amplitude } from "./amplitude.ts";
import { anthropic } from "./anthropic.ts";
import { anyscale } from "./anyscale.ts";
import { apify } from "./apify.ts";
import { apollo } from "./apollo.ts";
import { arcade } from "./arcade.ts";
import { argilla } from "./argilla.ts";
import { arize } from "./arize.ts";
import { asaas } from "./asaas.ts";
import { asana } from "./asana.ts";
import { assemblyai } from "./assemblyai.ts";
import { astronomer } from "./astronomer.ts";
import { athina } from "./athina.ts";
import { atlassian } from "./atlassian.ts";
import { auth0 } from "./auth0.ts";
import { authress } from "./authress.ts";
import { aws } from "./aws.ts";
import { azureAi } from "./azure-ai.ts";
import { azureOpenai } from "./azure-openai.ts";
import { azureSearch } from "./azure-search.ts";
import { azure } from "./azure.ts";
import { baichuan } from "./baichuan.ts";
import { baseten } from "./baseten.ts";
import { beam } from "./beam.ts";
import { beamer } from "./beamer.ts";
import { bentocloud } from "./bentocloud.ts";
import { bitbucket } from "./bitbucket.ts";
import { bitly } from "./bitly.ts";
import { bitrise } from "./bitrise.ts";
import { bitwarden } from "./bitwarden.ts";
import { blackForestLabs } from "./black-forest-labs.ts";
import { bland } from "./bland.ts";
import { box } from "./box.ts";
import { braintree } from "./braintree.ts";
import { braintrust } from "./braintrust.ts";
import { brave } from "./brave.ts";
import { brevo } from "./brevo.ts";
import { browserUse } from "./browser-use.ts";
import { browserbase } from "./browserbase.ts";
import { bugsnag } from "./bugsnag.ts";
import { buildkite } from "./buildkite.ts";
import { bytez } from "./bytez.ts";
import { canva } from "./canva.ts";
import { cartesia } from "./cartesia.ts";
import { cerebras } from "./cerebras.ts";
import { cerebrium } from "./cerebrium.ts";
import { checkoutCom } from "./checkout-com.ts";
import { chroma } from "./chroma.ts";
import { chutes } from "./chutes.ts";
import { circleci } from "./circleci.ts";
import { civo } from "./civo.ts";
import { clarifai } from "./clarifai.ts";
import { cleanlab } from "./cleanlab.ts";
import { clearml } from "./clearml.ts";
import { clerk } from "./clerk.ts";
import { clickhouse } from "./clickhouse.ts";
import { clickup } from "./clickup.ts";
import { clipdrop } from "./clipdrop.ts";
import { clojars } from "./clojars.ts";
import { cloudamqp } from "./cloudamqp.ts";
import { cloudflare } from "./cloudflare.ts";
import { cloudinary } from "./cloudinary.ts";
import { cloudsmith } from "./cloudsmith.ts";
import { cockroachdb } from "./cockroachdb.ts";
import { codecov } from "./codecov.ts";
import { coderabbit } from "./coderabbit.ts";
import { cohere } from "./cohere.ts";
import { coinbase } from "./coinbase.ts";
import { comet } from "./comet.ts";
import { composio } from "./composio.ts";
import { confidentAi } from "./confident-ai.ts";
import { configcat } from "./configcat.ts";
import { confluent } from "./confluent.ts";
import { conjur } from "./conjur.ts";
import { contentful } from "./contentful.ts";
import { contextualAi } from "./contextual-ai.ts";
import { convex } from "./convex.ts";
import { coreweave } from "./coreweave.ts";
import { couchbase } from "./couchbase.ts";
import { coveralls } from "./coveralls.ts";
import { coze } from "./coze.ts";
import { crates } from "./crates.ts";
import { cursor } from "./cursor.ts";
import { dagshub } from "./dagshub.ts";
import { dagster } from "./dagster.ts";
import { daily } from "./daily.ts";
import { dashscope } from "./dashscope.ts";
import { dataGov } from "./data-gov.ts";
import { databento } from "./databento.ts";
import { databricks } from "./databricks.ts";
import { datadog } from "./datadog.ts";
import { datarobot } from "./datarobot.ts";
import { datastax } from "./datastax.ts";
import { daytona } from "./daytona.ts";
import { dbtCloud } from "./dbt-cloud.ts";
import { deepgram } from "./deepgram.ts";
import { deepinfra } from "./deepinfra.ts";
import { deepl } from "./deepl.ts";
import { deepnote } from "./deepnote.ts";
import { deepseek } from "./deepseek.ts";
import { definedNetworking } from "./defined-networking.ts";
import { deno } from "./deno.ts";
import { devcycle } from "./devcycle.ts";
import { devin } from "./devin.ts";
import { diffbot } from "./diffbot.ts";
import { dify } from "./dify.ts";
import { digitalocean } from "./digitalocean.ts";
import { discord } from "./discord.ts";
import { disqus } from "./disqus.ts";
import { dockerSwarm } from "./docker-swarm.ts";
import { dockerhub } from "./dockerhub.ts";
import { doppler } from "./doppler.ts";
import { dremio } from "./dremio.ts";
import { drone } from "./drone.ts";
import { dropbox } from "./dropbox.ts";
import { duffel } from "./duffel.ts";
import { dvcStudio } from "./dvc-studio.ts";
import { dynatrace } from "./dynatrace.ts";
import { e2b } from "./e2b.ts";
import { easypost } from "./easypost.ts";
import { ebay } from "./ebay.ts";
import { edenai } from "./edenai.ts";
import { edgeImpulse } from "./edge-impulse.ts";
import { elastic } from "./elastic.ts";
import { elevenlabs } from "./elevenlabs.ts";
import { endorlabs } from "./endorlabs.ts";
import { etherscan } from "./etherscan.ts";
import { etsy } from "./etsy.ts";
import { evidently } from "./evidently.ts";
import { exa } from "./exa.ts";
import { exoscale } from "./exoscale.ts";
import { facebook } from "./facebook.ts";
import { fal } from "./fal.ts";
import { fastly } from "./fastly.ts";
import { featherless } from "./featherless.ts";
import { fiddler } from "./fiddler.ts";
import { figma } from "./figma.ts";
import { finnhub } from "./finnhub.ts";
import { firebolt } from "./firebolt.ts";
import { firecrawl } from "./firecrawl.ts";
import { fireworks } from "./fireworks.ts";
import { fishAudio } from "./fish-audio.ts";
import { fivetran } from "./fivetran.ts";
import { flickr } from "./flickr.ts";
import { flutterwave } from "./flutterwave.ts";
import { flyio } from "./flyio.ts";
import { frameio } from "./frameio.ts";
import { friendli } from "./friendli.ts";
import { fullstory } from "./fullstory.ts";
import { galadriel } from "./galadriel.ts";
import { galileo } from "./galileo.ts";
import { gamma } from "./gamma.ts";
import { gcnotify } from "./gcnotify.ts";
import { gitea } from "./gitea.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { gitter } from "./gitter.ts";
import { gladia } from "./gladia.ts";
import { gocardless } from "./gocardless.ts";
import { google } from "./google.ts";
import { gooseai } from "./gooseai.ts";
import { grafana } from "./grafana.ts";
import { greptile } from "./greptile.ts";
import { groq } from "./groq.ts";
import { growthbook } from "./growthbook.ts";
import { guardrailsAi } from "./guardrails-ai.ts";
import { gumroad } from "./gumroad.ts";
import { harness } from "./harness.ts";
import { hasura } from "./hasura.ts";
import { hcp } from "./hcp.ts";
import { helicone } from "./helicone.ts";
import { heroku } from "./heroku.ts";
import { hetzner } from "./hetzner.ts";
import { hex } from "./hex.ts";
import { heygen } from "./heygen.ts";
import { hightouch } from "./hightouch.ts";
import { honeycomb } from "./honeycomb.ts";
import { honeyhive } from "./honeyhive.ts";
import { hubspot } from "./hubspot.ts";
import { huggingface } from "./huggingface.ts";
import { humanloop } from "./humanloop.ts";
import { hume } from "./hume.ts";
import { hunter } from "./hunter.ts";
import { hyperbolic } from "./hyperbolic.ts";
import { ibmCloud } from "./ibm-cloud.ts";
import { ideogram } from "./ideogram.ts";
import { inferenceNet } from "./inference-net.ts";
import { infisical } from "./infisical.ts";
import { influxdb } from "./influxdb.ts";
import { infomaniak } from "./infomaniak.ts";
import { infracost } from "./infracost.ts";
import { infura } from "./infura.ts";
import { inngest } from "./inngest.ts";
import { instantly } from "./instantly.ts";
import { intercom } from "./intercom.ts";
import { intra42 } from "./intra42.ts";
import { ionic } from "./ionic.ts";
import { jarvislabs } from "./jarvislabs.ts";
import { jenkins } from "./jenkins.ts";
import { jfrog } from "./jfrog.ts";
import { jina } from "./jina.ts";
import { jumpcloud } from "./jumpcloud.ts";
import { kaggle } from "./kaggle.ts";
import { kagi } from "./kagi.ts";
import { kimi } from "./kimi.ts";
import { klaviyo } from "./klaviyo.ts";
import { klingai } from "./klingai.ts";
import { kraken } from "./kraken.ts";
import { kubernetes } from "./kubernetes.ts";
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
import { lark } from "./lark.ts";
import { launchdarkly } from "./launchdarkly.ts";
import { leonardo } from "./leonardo.ts";
import { lepton } from "./lepton.ts";
import { letta } from "./letta.ts";
import { lichess } from "./lichess.ts";
import { lightdash } from "./lightdash.ts";
import { lightningAi } from "./lightning-ai.ts";
import { lighton } from "./lighton.ts";
import { linear } from "./linear.ts";
import { linkedin } from "./linkedin.ts";
import { linkup } from "./linkup.ts";
import { linode } from "./linode.ts";
import { litellm } from "./litellm.ts";
import { literalAi } from "./literal-ai.ts";
import { livekit } from "./livekit.ts";
import { llamacloud } from "./llamacloud.ts";
import { lmnt } from "./lmnt.ts";
import { lob } from "./lob.ts";
import { log10 } from "./log10.ts";
import { logfire } from "./logfire.ts";
import { logzio } from "./logzio.ts";
import { looker } from "./looker.ts";
import { luma } from "./luma.ts";
import { lunary } from "./lunary.ts";
import { mailchimp } from "./mailchimp.ts";
import { mailersend } from "./mailersend.ts";
import { mailgun } from "./mailgun.ts";
import { mapbox } from "./mapbox.ts";
import { marqo } from "./marqo.ts";
import { martian } from "./martian.ts";
import { mastra } from "./mastra.ts";
import { mathpix } from "./mathpix.ts";
import { mattermost } from "./mattermost.ts";
import { maxim } from "./maxim.ts";
import { maxmind } from "./maxmind.ts";
import { meilisearch } from "./meilisearch.ts";
import { mem0 } from "./mem0.ts";
import { meraki } from "./meraki.ts";
import { mercury } from "./mercury.ts";
import { mergify } from "./mergify.ts";
import { meshy } from "./meshy.ts";
import { messagebird } from "./messagebird.ts";
import { metaLlama } from "./meta-llama.ts";
import { metabase } from "./metabase.ts";
import { midtrans } from "./midtrans.ts";
import { mindee } from "./mindee.ts";
import { minimax } from "./minimax.ts";
import { miro } from "./miro.ts";
import { mistral } from "./mistral.ts";
import { mixedbread } from "./mixedbread.ts";
import { mixpanel } from "./mixpanel.ts";
import { mlflow } from "./mlflow.ts";
import { modal } from "./modal.ts";
import { mongodbAtlas } from "./mongodb-atlas.ts";
import { morph } from "./morph.ts";
import { motherduck } from "./motherduck.ts";
import { msteams } from "./msteams.ts";
import { murf } from "./murf.ts";
import { mux } from "./mux.ts";
import { nango } from "./nango.ts";
import { nats } from "./nats.ts";
import { nebius } from "./nebius.ts";
import { neo4j } from "./neo4j.ts";
import { neon } from "./neon.ts";
import { neptune } from "./neptune.ts";
import { netlify } from "./netlify.ts";
import { newrelic } from "./newrelic.ts";
import { newsapi } from "./newsapi.ts";
import { ngrok } from "./ngrok.ts";
import { nlpCloud } from "./nlp-cloud.ts";
import { nomic } from "./nomic.ts";
import { notdiamond } from "./notdiamond.ts";
import { notion } from "./notion.ts";
import { novita } from "./novita.ts";
import { npm } from "./npm.ts";
import { nscale } from "./nscale.ts";
import { nuget } from "./nuget.ts";
import { nvidia } from "./nvidia.ts";
import { nylas } from "./nylas.ts";
import { nytimes } from "./nytimes.ts";
import { octoai } from "./octoai.ts";
import { octopus } from "./octopus.ts";
import { okareo } from "./okareo.ts";
import { okta } from "./okta.ts";
import { ollama } from "./ollama.ts";
import { onepassword } from "./onepassword.ts";
import { onesignal } from "./onesignal.ts";
import { onfido } from "./onfido.ts";
import { openai } from "./openai.ts";
import { openpipe } from "./openpipe.ts";
import { openrouter } from "./openrouter.ts";
import { openshift } from "./openshift.ts";
import { openweather } from "./openweather.ts";
import { opsgenie } from "./opsgenie.ts";
import { oracleCloud } from "./oracle-cloud.ts";
import { orq } from "./orq.ts";
import { ovh } from "./ovh.ts";
import { packagist } from "./packagist.ts";
import { paddle } from "./paddle.ts";
import { pagerduty } from "./pagerduty.ts";
import { pangea } from "./pangea.ts";
import { paperspace } from "./paperspace.ts";
import { parasail } from "./parasail.ts";
import { parea } from "./parea.ts";
import { patronus } from "./patronus.ts";
import { paypal } from "./paypal.ts";
import { perplexity } from "./perplexity.ts";
import { persona } from "./persona.ts";
import { pinecone } from "./pinecone.ts";
import { pinterest } from "./pinterest.ts";
import { plaid } from "./plaid.ts";
import { planetscale } from "./planetscale.ts";
import { playht } from "./playht.ts";
import { plivo } from "./plivo.ts";
import { polar } from "./polar.ts";
import { pollinations } from "./pollinations.ts";
import { polyaxon } from "./polyaxon.ts";
import { portainer } from "./portainer.ts";
import { portkey } from "./portkey.ts";
import { postgres } from "./postgres.ts";
import { posthog } from "./posthog.ts";
import { postman } from "./postman.ts";
import { postmark } from "./postmark.ts";
import { predibase } from "./predibase.ts";
import { prefect } from "./prefect.ts";
import { privateai } from "./privateai.ts";
import { promptlayer } from "./promptlayer.ts";
import { pulumi } from "./pulumi.ts";
import { pypi } from "./pypi.ts";
import { qdrant } from "./qdrant.ts";
import { quay } from "./quay.ts";
import { ragie } from "./ragie.ts";
import { railway } from "./railway.ts";
import { ramp } from "./ramp.ts";
import { rapidapi } from "./rapidapi.ts";
import { razorpay } from "./razorpay.ts";
import { readme } from "./readme.ts";
import { recraft } from "./recraft.ts";
import { redash } from "./redash.ts";
import { redirectpizza } from "./redirectpizza.ts";
import { redisCloud } from "./redis-cloud.ts";
import { redpanda } from "./redpanda.ts";
import { reducto } from "./reducto.ts";
import { reka } from "./reka.ts";
import { relevanceAi } from "./relevance-ai.ts";
import { render } from "./render.ts";
import { replicate } from "./replicate.ts";
import { requesty } from "./requesty.ts";
import { resemble } from "./resemble.ts";
import { resend } from "./resend.ts";
import { retell } from "./retell.ts";
import { revAi } from "./rev-ai.ts";
import { rime } from "./rime.ts";
import { riotgames } from "./riotgames.ts";
import { roboflow } from "./roboflow.ts";
import { rootly } from "./rootly.ts";
import { rubygems } from "./rubygems.ts";
import { runpod } from "./runpod.ts";
import { runway } from "./runway.ts";
import { saladcloud } from "./saladcloud.ts";
import { salesforce } from "./salesforce.ts";
import { sambanova } from "./sambanova.ts";
import { samsara } from "./samsara.ts";
import { sanity } from "./sanity.ts";
import { sarvam } from "./sarvam.ts";
import { scale } from "./scale.ts";
import { scaleway } from "./scaleway.ts";
import { scalingo } from "./scalingo.ts";
import { scraperapi } from "./scraperapi.ts";
import { scrapingbee } from "./scrapingbee.ts";
import { searchapi } from "./searchapi.ts";
import { segment } from "./segment.ts";
import { segmind } from "./segmind.ts";
import { sendbird } from "./sendbird.ts";
import { sendgrid } from "./sendgrid.ts";
import { sentry } from "./sentry.ts";
import { serpapi } from "./serpapi.ts";
import { serper } from "./serper.ts";
import { settlemint } from "./settlemint.ts";
import { shippo } from "./shippo.ts";
import { shopify } from "./shopify.ts";
import { sidekiq } from "./sidekiq.ts";
import { siliconflow } from "./siliconflow.ts";
import { singlestore } from "./singlestore.ts";
import { slack } from "./slack.ts";
import { snowflake } from "./snowflake.ts";
import { snyk } from "./snyk.ts";
import { sonar } from "./sonar.ts";
import { sourcegraph } from "./sourcegraph.ts";
import { speechify } from "./speechify.ts";
import { speechmatics } from "./speechmatics.ts";
import { splunk } from "./splunk.ts";
import { spotify } from "./spotify.ts";
import { square } from "./square.ts";
import { sslmate } from "./sslmate.ts";
import { stability } from "./stability.ts";
import { statsig } from "./statsig.ts";
import { statuspage } from "./statuspage.ts";
import { stripe } from "./stripe.ts";
import { sumologic } from "./sumologic.ts";
import { suno } from "./suno.ts";
import { supabase } from "./supabase.ts";
import { supervisely } from "./supervisely.ts";
import { swanlab } from "./swanlab.ts";
import { synthesia } from "./synthesia.ts";
import { tableau } from "./tableau.ts";
import { tailscale } from "./tailscale.ts";
import { tavily } from "./tavily.ts";
import { tavus } from "./tavus.ts";
import { teamcity } from "./teamcity.ts";
import { telegram } from "./telegram.ts";
import { telnyx } from "./telnyx.ts";
import { temporal } from "./temporal.ts";
import { tencentCloud } from "./tencent-cloud.ts";
import { terraform } from "./terraform.ts";
import { thunderstore } from "./thunderstore.ts";
import { tidbCloud } from "./tidb-cloud.ts";
import { tigris } from "./tigris.ts";
import { tinybird } from "./tinybird.ts";
import { together } from "./together.ts";
import { traceloop } from "./traceloop.ts";
import { travis } from "./travis.ts";
import { trello } from "./trello.ts";
import { triggerDev } from "./trigger-dev.ts";
import { tripo3d } from "./tripo3d.ts";
import { truefoundry } from "./truefoundry.ts";
import { turbopuffer } from "./turbopuffer.ts";
import { turso } from "./turso.ts";
import { twelvelabs } from "./twelvelabs.ts";
import { twilio } from "./twilio.ts";
import { twitch } from "./twitch.ts";
import { twitter } from "./twitter.ts";
import { typeform } from "./typeform.ts";
import { typesense } from "./typesense.ts";
import { ultralytics } from "./ultralytics.ts";
import { unify } from "./unify.ts";
import { unkey } from "./unkey.ts";
import { unstructured } from "./unstructured.ts";
import { upcloud } from "./upcloud.ts";
import { upstage } from "./upstage.ts";
import { upstash } from "./upstash.ts";
import { v0 } from "./v0.ts";
import { valohai } from "./valohai.ts";
import { valtown } from "./valtown.ts";
import { vapi } from "./vapi.ts";
import { vastAi } from "./vast-ai.ts";
import { vault } from "./vault.ts";
import { vectara } from "./vectara.ts";
import { vellum } from "./vellum.ts";
import { vercelAiGateway } from "./vercel-ai-gateway.ts";
import { vercel } from "./vercel.ts";
import { virustotal } from "./virustotal.ts";
import { voiceflow } from "./voiceflow.ts";
import { volcengine } from "./volcengine.ts";
import { voyage } from "./voyage.ts";
import { vultr } from "./vultr.ts";
import { wakatime } from "./wakatime.ts";
import { wandb } from "./wandb.ts";
import { warpstream } from "./warpstream.ts";
import { watsonx } from "./watsonx.ts";
import { weatherapi } from "./weatherapi.ts";
import { weatherstack } from "./weatherstack.ts";
import { weaviate } from "./weaviate.ts";
import { whylabs } from "./whylabs.ts";
import { wiz } from "./wiz.ts";
import { woocommerce } from "./woocommerce.ts";
import { workato } from "./workato.ts";
import { workos } from "./workos.ts";
import { writer } from "./writer.ts";
import { wundergraph } from "./wundergraph.ts";
import { xai } from "./xai.ts";
import { xata } from "./xata.ts";
import { xendit } from "./xendit.ts";
import { yandex } from "./yandex.ts";
import { you } from "./you.ts";
import { zai } from "./zai.ts";
import { zapier } from "./zapier.ts";
import { zendesk } from "./zendesk.ts";
import { zenml } from "./zenml.ts";
import { zep } from "./zep.ts";
import { zeroentropy } from "./zeroentropy.ts";
import { zilliz } from "./zilliz.ts";
import { zoho } from "./zoho.ts";
import { zuplo } from "./zuplo.ts";
import type { Provider } from "./types.ts";

export const providers: readonly Provider[] = [
  abuseipdb,
  adafruit,
  adobe,
  adyen,
  ageEncryption,
  agentops,
  ai21,
  ai71,
  aikido,
  aimlapi,
  airbyte,
  airtable,
  akamai,
  akeyless,
  alchemy,
  alephAlpha,
  algolia,
  alibaba,
  amplitude,
  anthropic,
  anyscale,
  apify,
  apollo,
  arcade,
  argilla,
  arize,
  asaas,
  asana,
  assemblyai,
  astronomer,
  athina,
  atlassian,
  auth0,
  authress,
  aws,
  azureAi,
  azureOpenai,
  azureSearch,
  azure,
  baichuan,
  baseten,
  beam,
  beamer,
  bentocloud,
  bitbucket,
  bitly,
  bitrise,
  bitwarden,
  blackForestLabs,
  bland,
  box,
  braintree,
  braintrust,
  brave,
  brevo,
  browserUse,
  browserbase,
  bugsnag,
  buildkite,
  bytez,
  canva,
  cartesia,
  cerebras,
  cerebrium,
  checkoutCom,
  chroma,
  chutes,
  circleci,
  civo,
  clarifai,
  cleanlab,
  clearml,
  clerk,
  clickhouse,
  clickup,
  clipdrop,
  clojars,
  cloudamqp,
  cloudflare,
  cloudinary,
  cloudsmith,
  cockroachdb,
  codecov,
  coderabbit,
  cohere,
  coinbase,
  comet,
  composio,
  confidentAi,
  configcat,
  confluent,
  conjur,
  contentful,
  contextualAi,
  convex,
  coreweave,
  couchbase,
  coveralls,
  coze,
  crates,
  cursor,
  dagshub,
  dagster,
  daily,
  dashscope,
  dataGov,
  databento,
  databricks,
  datadog,
  datarobot,
  datastax,
  daytona,
  dbtCloud,
  deepgram,
  deepinfra,
  deepl,
  deepnote,
  deepseek,
  definedNetworking,
  deno,
  devcycle,
  devin,
  diffbot,
  dify,
  digitalocean,
  discord,
  disqus,
  dockerSwarm,
  dockerhub,
  doppler,
  dremio,
  drone,
  dropbox,
  duffel,
  dvcStudio,
  dynatrace,
  e2b,
  easypost,
  ebay,
  edenai,
  edgeImpulse,
  elastic,
  elevenlabs,
  endorlabs,
  etherscan,
  etsy,
  evidently,
  exa,
  exoscale,
  facebook,
  fal,
  fastly,
  featherless,
  fiddler,
  figma,
  finnhub,
  firebolt,
  firecrawl,
  fireworks,
  fishAudio,
  fivetran,
  flickr,
  flutterwave,
  flyio,
  frameio,
  friendli,
  fullstory,
  galadriel,
  galileo,
  gamma,
  gcnotify,
  gitea,
  github,
  gitlab,
  gitter,
  gladia,
  gocardless,
  google,
  gooseai,
  grafana,
  greptile,
  groq,
  growthbook,
  guardrailsAi,
  gumroad,
  harness,
  hasura,
  hcp,
  helicone,
  heroku,
  hetzner,
  hex,
  heygen,
  hightouch,
  honeycomb,
  honeyhive,
  hubspot,
  huggingface,
  humanloop,
  hume,
  hunter,
  hyperbolic,
  ibmCloud,
  ideogram,
  inferenceNet,
  infisical,
  influxdb,
  infomaniak,
  infracost,
  infura,
  inngest,
  instantly,
  intercom,
  intra42,
  ionic,
  jarvislabs,
  jenkins,
  jfrog,
  jina,
  jumpcloud,
  kaggle,
  kagi,
  kimi,
  klaviyo,
  klingai,
  kraken,
  kubernetes,
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
  lark,
  launchdarkly,
  leonardo,
  lepton,
  letta,
  lichess,
  lightdash,
  lightningAi,
  lighton,
  linear,
  linkedin,
  linkup,
  linode,
  litellm,
  literalAi,
  livekit,
  llamacloud,
  lmnt,
  lob,
  log10,
  logfire,
  logzio,
  looker,
  luma,
  lunary,
  mailchimp,
  mailersend,
  mailgun,
  mapbox,
  marqo,
  martian,
  mastra,
  mathpix,
  mattermost,
  maxim,
  maxmind,
  meilisearch,
  mem0,
  meraki,
  mercury,
  mergify,
  meshy,
  messagebird,
  metaLlama,
  metabase,
  midtrans,
  mindee,
  minimax,
  miro,
  mistral,
  mixedbread,
  mixpanel,
  mlflow,
  modal,
  mongodbAtlas,
  morph,
  motherduck,
  msteams,
  murf,
  mux,
  nango,
  nats,
  nebius,
  neo4j,
  neon,
  neptune,
  netlify,
  newrelic,
  newsapi,
  ngrok,
  nlpCloud,
  nomic,
  notdiamond,
  notion,
  novita,
  npm,
  nscale,
  nuget,
  nvidia,
  nylas,
  nytimes,
  octoai,
  octopus,
  okareo,
  okta,
  ollama,
  onepassword,
  onesignal,
  onfido,
  openai,
  openpipe,
  openrouter,
  openshift,
  openweather,
  opsgenie,
  oracleCloud,
  orq,
  ovh,
  packagist,
  paddle,
  pagerduty,
  pangea,
  paperspace,
  parasail,
  parea,
  patronus,
  paypal,
  perplexity,
  persona,
  pinecone,
  pinterest,
  plaid,
  planetscale,
  playht,
  plivo,
  polar,
  pollinations,
  polyaxon,
  portainer,
  portkey,
  postgres,
  posthog,
  postman,
  postmark,
  predibase,
  prefect,
  privateai,
  promptlayer,
  pulumi,
  pypi,
  qdrant,
  quay,
  ragie,
  railway,
  ramp,
  rapidapi,
  razorpay,
  readme,
  recraft,
  redash,
  redirectpizza,
  redisCloud,
  redpanda,
  reducto,
  reka,
  relevanceAi,
  render,
  replicate,
  requesty,
  resemble,
  resend,
  retell,
  revAi,
  rime,
  riotgames,
  roboflow,
  rootly,
  rubygems,
  runpod,
  runway,
  saladcloud,
  salesforce,
  sambanova,
  samsara,
  sanity,
  sarvam,
  scale,
  scaleway,
  scalingo,
  scraperapi,
  scrapingbee,
  searchapi,
  segment,
  segmind,
  sendbird,
  sendgrid,
  sentry,
  serpapi,
  serper,
  settlemint,
  shippo,
  shopify,
  sidekiq,
  siliconflow,
  singlestore,
  slack,
  snowflake,
  snyk,
  sonar,
  sourcegraph,
  speechify,
  speechmatics,
  splunk,
  spotify,
  square,
  sslmate,
  stability,
  statsig,
  statuspage,
  stripe,
  sumologic,
  suno,
  supabase,
  supervisely,
  swanlab,
  synthesia,
  tableau,
  tailscale,
  tavily,
  tavus,
  teamcity,
  telegram,
  telnyx,
  temporal,
  tencentCloud,
  terraform,
  thunderstore,
  tidbCloud,
  tigris,
  tinybird,
  together,
  traceloop,
  travis,
  trello,
  triggerDev,
  tripo3d,
  truefoundry,
  turbopuffer,
  turso,
  twelvelabs,
  twilio,
  twitch,
  twitter,
  typeform,
  typesense,
  ultralytics,
  unify,
  unkey,
  unstructured,
  upcloud,
  upstage,
  upstash,
  v0,
  valohai,
  valtown,
  vapi,
  vastAi,
  vault,
  vectara,
  vellum,
  vercelAiGateway,
  vercel,
  virustotal,
  voiceflow,
  volcengine,
  voyage,
  vultr,
  wakatime,
  wandb,
  warpstream,
  watsonx,
  weatherapi,
  weatherstack,
  weaviate,
  whylabs,
  wiz,
  woocommerce,
  workato,
  workos,
  writer,
  wundergraph,
  xai,
  xata,
  xendit,
  yandex,
  you,
  zai,
  zapier,
  zendesk,
  zenml,
  zep,
  zeroentropy,
  zilliz,
  zoho,
  zuplo,
];
