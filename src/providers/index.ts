/** The registry: every provider, by name. A provider is its own file and one line here. */
import { abuseipdb } from "./abuseipdb.ts";
import { adafruit } from "./adafruit.ts";
import { adobe } from "./adobe.ts";
import { ageEncryption } from "./age-encryption.ts";
import { aikido } from "./aikido.ts";
import { airtable } from "./airtable.ts";
import { akamai } from "./akamai.ts";
import { alchemy } from "./alchemy.ts";
import { algolia } from "./algolia.ts";
import { alibaba } from "./alibaba.ts";
import { amplitude } from "./amplitude.ts";
import { anthropic } from "./anthropic.ts";
import { apollo } from "./apollo.ts";
import { asaas } from "./asaas.ts";
import { asana } from "./asana.ts";
import { atlassian } from "./atlassian.ts";
import { auth0 } from "./auth0.ts";
import { authress } from "./authress.ts";
import { aws } from "./aws.ts";
import { azure } from "./azure.ts";
import { azureOpenai } from "./azure-openai.ts";
import { beamer } from "./beamer.ts";
import { bitbucket } from "./bitbucket.ts";
import { bitly } from "./bitly.ts";
import { bitrise } from "./bitrise.ts";
import { bitwarden } from "./bitwarden.ts";
import { box } from "./box.ts";
import { braintree } from "./braintree.ts";
import { brave } from "./brave.ts";
import { brevo } from "./brevo.ts";
import { bugsnag } from "./bugsnag.ts";
import { buildkite } from "./buildkite.ts";
import { canva } from "./canva.ts";
import { cerebras } from "./cerebras.ts";
import { checkoutCom } from "./checkout-com.ts";
import { circleci } from "./circleci.ts";
import { civo } from "./civo.ts";
import { clerk } from "./clerk.ts";
import { clickup } from "./clickup.ts";
import { clojars } from "./clojars.ts";
import { cloudflare } from "./cloudflare.ts";
import { cloudinary } from "./cloudinary.ts";
import { cloudsmith } from "./cloudsmith.ts";
import { codecov } from "./codecov.ts";
import { cohere } from "./cohere.ts";
import { coinbase } from "./coinbase.ts";
import { comet } from "./comet.ts";
import { configcat } from "./configcat.ts";
import { contentful } from "./contentful.ts";
import { coveralls } from "./coveralls.ts";
import { crates } from "./crates.ts";
import { databento } from "./databento.ts";
import { databricks } from "./databricks.ts";
import { datadog } from "./datadog.ts";
import { deepseek } from "./deepseek.ts";
import { definedNetworking } from "./defined-networking.ts";
import { deno } from "./deno.ts";
import { devcycle } from "./devcycle.ts";
import { digitalocean } from "./digitalocean.ts";
import { discord } from "./discord.ts";
import { disqus } from "./disqus.ts";
import { dockerhub } from "./dockerhub.ts";
import { dockerSwarm } from "./docker-swarm.ts";
import { doppler } from "./doppler.ts";
import { drone } from "./drone.ts";
import { dropbox } from "./dropbox.ts";
import { duffel } from "./duffel.ts";
import { dynatrace } from "./dynatrace.ts";
import { easypost } from "./easypost.ts";
import { ebay } from "./ebay.ts";
import { elevenlabs } from "./elevenlabs.ts";
import { endorlabs } from "./endorlabs.ts";
import { etherscan } from "./etherscan.ts";
import { etsy } from "./etsy.ts";
import { exoscale } from "./exoscale.ts";
import { facebook } from "./facebook.ts";
import { fastly } from "./fastly.ts";
import { figma } from "./figma.ts";
import { finnhub } from "./finnhub.ts";
import { fireworks } from "./fireworks.ts";
import { flickr } from "./flickr.ts";
import { flutterwave } from "./flutterwave.ts";
import { flyio } from "./flyio.ts";
import { frameio } from "./frameio.ts";
import { fullstory } from "./fullstory.ts";
import { gcnotify } from "./gcnotify.ts";
import { gitea } from "./gitea.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { gitter } from "./gitter.ts";
import { gocardless } from "./gocardless.ts";
import { google } from "./google.ts";
import { grafana } from "./grafana.ts";
import { groq } from "./groq.ts";
import { gumroad } from "./gumroad.ts";
import { harness } from "./harness.ts";
import { hcp } from "./hcp.ts";
import { heroku } from "./heroku.ts";
import { honeycomb } from "./honeycomb.ts";
import { hubspot } from "./hubspot.ts";
import { huggingface } from "./huggingface.ts";
import { hunter } from "./hunter.ts";
import { ibmCloud } from "./ibm-cloud.ts";
import { infisical } from "./infisical.ts";
import { infomaniak } from "./infomaniak.ts";
import { infracost } from "./infracost.ts";
import { infura } from "./infura.ts";
import { instantly } from "./instantly.ts";
import { intercom } from "./intercom.ts";
import { intra42 } from "./intra42.ts";
import { ionic } from "./ionic.ts";
import { jenkins } from "./jenkins.ts";
import { jfrog } from "./jfrog.ts";
import { jina } from "./jina.ts";
import { jumpcloud } from "./jumpcloud.ts";
import { kagi } from "./kagi.ts";
import { klaviyo } from "./klaviyo.ts";
import { kraken } from "./kraken.ts";
import { kubernetes } from "./kubernetes.ts";
import { langfuse } from "./langfuse.ts";
import { langsmith } from "./langsmith.ts";
import { lark } from "./lark.ts";
import { launchdarkly } from "./launchdarkly.ts";
import { lichess } from "./lichess.ts";
import { linear } from "./linear.ts";
import { linkedin } from "./linkedin.ts";
import { llamacloud } from "./llamacloud.ts";
import { lob } from "./lob.ts";
import { logzio } from "./logzio.ts";
import { mailchimp } from "./mailchimp.ts";
import { mailersend } from "./mailersend.ts";
import { mailgun } from "./mailgun.ts";
import { mapbox } from "./mapbox.ts";
import { mattermost } from "./mattermost.ts";
import { maxmind } from "./maxmind.ts";
import { meraki } from "./meraki.ts";
import { mercury } from "./mercury.ts";
import { mergify } from "./mergify.ts";
import { messagebird } from "./messagebird.ts";
import { midtrans } from "./midtrans.ts";
import { miro } from "./miro.ts";
import { mistral } from "./mistral.ts";
import { mixpanel } from "./mixpanel.ts";
import { mlflow } from "./mlflow.ts";
import { msteams } from "./msteams.ts";
import { mux } from "./mux.ts";
import { neptune } from "./neptune.ts";
import { netlify } from "./netlify.ts";
import { newrelic } from "./newrelic.ts";
import { ngrok } from "./ngrok.ts";
import { notion } from "./notion.ts";
import { npm } from "./npm.ts";
import { nuget } from "./nuget.ts";
import { nvidia } from "./nvidia.ts";
import { nylas } from "./nylas.ts";
import { nytimes } from "./nytimes.ts";
import { octopus } from "./octopus.ts";
import { okta } from "./okta.ts";
import { onepassword } from "./onepassword.ts";
import { onesignal } from "./onesignal.ts";
import { onfido } from "./onfido.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { openshift } from "./openshift.ts";
import { openweather } from "./openweather.ts";
import { opsgenie } from "./opsgenie.ts";
import { ovh } from "./ovh.ts";
import { packagist } from "./packagist.ts";
import { paddle } from "./paddle.ts";
import { pagerduty } from "./pagerduty.ts";
import { paypal } from "./paypal.ts";
import { perplexity } from "./perplexity.ts";
import { persona } from "./persona.ts";
import { pinecone } from "./pinecone.ts";
import { pinterest } from "./pinterest.ts";
import { plaid } from "./plaid.ts";
import { plivo } from "./plivo.ts";
import { polar } from "./polar.ts";
import { portainer } from "./portainer.ts";
import { postgres } from "./postgres.ts";
import { posthog } from "./posthog.ts";
import { postman } from "./postman.ts";
import { postmark } from "./postmark.ts";
import { pulumi } from "./pulumi.ts";
import { pypi } from "./pypi.ts";
import { qdrant } from "./qdrant.ts";
import { railway } from "./railway.ts";
import { ramp } from "./ramp.ts";
import { rapidapi } from "./rapidapi.ts";
import { razorpay } from "./razorpay.ts";
import { readme } from "./readme.ts";
import { redirectpizza } from "./redirectpizza.ts";
import { render } from "./render.ts";
import { replicate } from "./replicate.ts";
import { resend } from "./resend.ts";
import { riotgames } from "./riotgames.ts";
import { rootly } from "./rootly.ts";
import { rubygems } from "./rubygems.ts";
import { salesforce } from "./salesforce.ts";
import { samsara } from "./samsara.ts";
import { sanity } from "./sanity.ts";
import { scaleway } from "./scaleway.ts";
import { scalingo } from "./scalingo.ts";
import { segment } from "./segment.ts";
import { sendbird } from "./sendbird.ts";
import { sendgrid } from "./sendgrid.ts";
import { sentry } from "./sentry.ts";
import { settlemint } from "./settlemint.ts";
import { shippo } from "./shippo.ts";
import { shopify } from "./shopify.ts";
import { sidekiq } from "./sidekiq.ts";
import { slack } from "./slack.ts";
import { snyk } from "./snyk.ts";
import { sonar } from "./sonar.ts";
import { sourcegraph } from "./sourcegraph.ts";
import { splunk } from "./splunk.ts";
import { spotify } from "./spotify.ts";
import { square } from "./square.ts";
import { sslmate } from "./sslmate.ts";
import { statuspage } from "./statuspage.ts";
import { stripe } from "./stripe.ts";
import { sumologic } from "./sumologic.ts";
import { supabase } from "./supabase.ts";
import { tableau } from "./tableau.ts";
import { tailscale } from "./tailscale.ts";
import { tavily } from "./tavily.ts";
import { teamcity } from "./teamcity.ts";
import { telegram } from "./telegram.ts";
import { telnyx } from "./telnyx.ts";
import { terraform } from "./terraform.ts";
import { thunderstore } from "./thunderstore.ts";
import { together } from "./together.ts";
import { travis } from "./travis.ts";
import { trello } from "./trello.ts";
import { twilio } from "./twilio.ts";
import { twitch } from "./twitch.ts";
import { twitter } from "./twitter.ts";
import { typeform } from "./typeform.ts";
import { unkey } from "./unkey.ts";
import { upcloud } from "./upcloud.ts";
import { valtown } from "./valtown.ts";
import { vault } from "./vault.ts";
import { vercel } from "./vercel.ts";
import { virustotal } from "./virustotal.ts";
import { voyage } from "./voyage.ts";
import { vultr } from "./vultr.ts";
import { wakatime } from "./wakatime.ts";
import { wandb } from "./wandb.ts";
import { weatherstack } from "./weatherstack.ts";
import { weaviate } from "./weaviate.ts";
import { wiz } from "./wiz.ts";
import { woocommerce } from "./woocommerce.ts";
import { workato } from "./workato.ts";
import { workos } from "./workos.ts";
import { wundergraph } from "./wundergraph.ts";
import { xai } from "./xai.ts";
import { xendit } from "./xendit.ts";
import { yandex } from "./yandex.ts";
import { zapier } from "./zapier.ts";
import { zendesk } from "./zendesk.ts";
import { zoho } from "./zoho.ts";
import { zuplo } from "./zuplo.ts";
import type { Provider } from "./types.ts";

export const providers: readonly Provider[] = [
  abuseipdb,
  adafruit,
  adobe,
  ageEncryption,
  aikido,
  airtable,
  akamai,
  alchemy,
  algolia,
  alibaba,
  amplitude,
  anthropic,
  apollo,
  asaas,
  asana,
  atlassian,
  auth0,
  authress,
  aws,
  azure,
  azureOpenai,
  beamer,
  bitbucket,
  bitly,
  bitrise,
  bitwarden,
  box,
  braintree,
  brave,
  brevo,
  bugsnag,
  buildkite,
  canva,
  cerebras,
  checkoutCom,
  circleci,
  civo,
  clerk,
  clickup,
  clojars,
  cloudflare,
  cloudinary,
  cloudsmith,
  codecov,
  cohere,
  coinbase,
  comet,
  configcat,
  contentful,
  coveralls,
  crates,
  databento,
  databricks,
  datadog,
  deepseek,
  definedNetworking,
  deno,
  devcycle,
  digitalocean,
  discord,
  disqus,
  dockerhub,
  dockerSwarm,
  doppler,
  drone,
  dropbox,
  duffel,
  dynatrace,
  easypost,
  ebay,
  elevenlabs,
  endorlabs,
  etherscan,
  etsy,
  exoscale,
  facebook,
  fastly,
  figma,
  finnhub,
  fireworks,
  flickr,
  flutterwave,
  flyio,
  frameio,
  fullstory,
  gcnotify,
  gitea,
  github,
  gitlab,
  gitter,
  gocardless,
  google,
  grafana,
  groq,
  gumroad,
  harness,
  hcp,
  heroku,
  honeycomb,
  hubspot,
  huggingface,
  hunter,
  ibmCloud,
  infisical,
  infomaniak,
  infracost,
  infura,
  instantly,
  intercom,
  intra42,
  ionic,
  jenkins,
  jfrog,
  jina,
  jumpcloud,
  kagi,
  klaviyo,
  kraken,
  kubernetes,
  langfuse,
  langsmith,
  lark,
  launchdarkly,
  lichess,
  linear,
  linkedin,
  llamacloud,
  lob,
  logzio,
  mailchimp,
  mailersend,
  mailgun,
  mapbox,
  mattermost,
  maxmind,
  meraki,
  mercury,
  mergify,
  messagebird,
  midtrans,
  miro,
  mistral,
  mixpanel,
  mlflow,
  msteams,
  mux,
  neptune,
  netlify,
  newrelic,
  ngrok,
  notion,
  npm,
  nuget,
  nvidia,
  nylas,
  nytimes,
  octopus,
  okta,
  onepassword,
  onesignal,
  onfido,
  openai,
  openrouter,
  openshift,
  openweather,
  opsgenie,
  ovh,
  packagist,
  paddle,
  pagerduty,
  paypal,
  perplexity,
  persona,
  pinecone,
  pinterest,
  plaid,
  plivo,
  polar,
  portainer,
  postgres,
  posthog,
  postman,
  postmark,
  pulumi,
  pypi,
  qdrant,
  railway,
  ramp,
  rapidapi,
  razorpay,
  readme,
  redirectpizza,
  render,
  replicate,
  resend,
  riotgames,
  rootly,
  rubygems,
  salesforce,
  samsara,
  sanity,
  scaleway,
  scalingo,
  segment,
  sendbird,
  sendgrid,
  sentry,
  settlemint,
  shippo,
  shopify,
  sidekiq,
  slack,
  snyk,
  sonar,
  sourcegraph,
  splunk,
  spotify,
  square,
  sslmate,
  statuspage,
  stripe,
  sumologic,
  supabase,
  tableau,
  tailscale,
  tavily,
  teamcity,
  telegram,
  telnyx,
  terraform,
  thunderstore,
  together,
  travis,
  trello,
  twilio,
  twitch,
  twitter,
  typeform,
  unkey,
  upcloud,
  valtown,
  vault,
  vercel,
  virustotal,
  voyage,
  vultr,
  wakatime,
  wandb,
  weatherstack,
  weaviate,
  wiz,
  woocommerce,
  workato,
  workos,
  wundergraph,
  xai,
  xendit,
  yandex,
  zapier,
  zendesk,
  zoho,
  zuplo,
];
