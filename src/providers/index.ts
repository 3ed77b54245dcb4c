/** The registry: every provider, by name. A provider is its own file and one line here. */
import { age } from "./age.ts";
import { aikido } from "./aikido.ts";
import { alibaba } from "./alibaba.ts";
import { anthropic } from "./anthropic.ts";
import { asaas } from "./asaas.ts";
import { auth0 } from "./auth0.ts";
import { authress } from "./authress.ts";
import { aws } from "./aws.ts";
import { azure } from "./azure.ts";
import { azureOpenai } from "./azure-openai.ts";
import { bitrise } from "./bitrise.ts";
import { bitwarden } from "./bitwarden.ts";
import { braintree } from "./braintree.ts";
import { brevo } from "./brevo.ts";
import { buildkite } from "./buildkite.ts";
import { cerebras } from "./cerebras.ts";
import { checkout } from "./checkout.ts";
import { circleci } from "./circleci.ts";
import { civo } from "./civo.ts";
import { clerk } from "./clerk.ts";
import { clojars } from "./clojars.ts";
import { cloudflare } from "./cloudflare.ts";
import { cloudsmith } from "./cloudsmith.ts";
import { codecov } from "./codecov.ts";
import { cohere } from "./cohere.ts";
import { coinbase } from "./coinbase.ts";
import { comet } from "./comet.ts";
import { coveralls } from "./coveralls.ts";
import { crates } from "./crates.ts";
import { databricks } from "./databricks.ts";
import { deepseek } from "./deepseek.ts";
import { definedNetworking } from "./defined-networking.ts";
import { deno } from "./deno.ts";
import { digitalocean } from "./digitalocean.ts";
import { dockerhub } from "./dockerhub.ts";
import { dockerSwarm } from "./docker-swarm.ts";
import { doppler } from "./doppler.ts";
import { drone } from "./drone.ts";
import { duffel } from "./duffel.ts";
import { easypost } from "./easypost.ts";
import { elevenlabs } from "./elevenlabs.ts";
import { endorlabs } from "./endorlabs.ts";
import { exoscale } from "./exoscale.ts";
import { fastly } from "./fastly.ts";
import { fireworks } from "./fireworks.ts";
import { flutterwave } from "./flutterwave.ts";
import { flyio } from "./flyio.ts";
import { gcnotify } from "./gcnotify.ts";
import { github } from "./github.ts";
import { gitlab } from "./gitlab.ts";
import { gitter } from "./gitter.ts";
import { gocardless } from "./gocardless.ts";
import { google } from "./google.ts";
import { groq } from "./groq.ts";
import { gumroad } from "./gumroad.ts";
import { harness } from "./harness.ts";
import { hcp } from "./hcp.ts";
import { heroku } from "./heroku.ts";
import { huggingface } from "./huggingface.ts";
import { ibmCloud } from "./ibm-cloud.ts";
import { infisical } from "./infisical.ts";
import { infomaniak } from "./infomaniak.ts";
import { infracost } from "./infracost.ts";
import { instantly } from "./instantly.ts";
import { intercom } from "./intercom.ts";
import { ionic } from "./ionic.ts";
import { jenkins } from "./jenkins.ts";
import { jfrog } from "./jfrog.ts";
import { jina } from "./jina.ts";
import { jumpcloud } from "./jumpcloud.ts";
import { klaviyo } from "./klaviyo.ts";
import { kraken } from "./kraken.ts";
import { langfuse } from "./langfuse.ts";
import { langsmith } from "./langsmith.ts";
import { lark } from "./lark.ts";
import { llamacloud } from "./llamacloud.ts";
import { lob } from "./lob.ts";
import { mailchimp } from "./mailchimp.ts";
import { mailersend } from "./mailersend.ts";
import { mailgun } from "./mailgun.ts";
import { mattermost } from "./mattermost.ts";
import { meraki } from "./meraki.ts";
import { mercury } from "./mercury.ts";
import { mergify } from "./mergify.ts";
import { messagebird } from "./messagebird.ts";
import { midtrans } from "./midtrans.ts";
import { mistral } from "./mistral.ts";
import { mlflow } from "./mlflow.ts";
import { neptune } from "./neptune.ts";
import { netlify } from "./netlify.ts";
import { ngrok } from "./ngrok.ts";
import { npm } from "./npm.ts";
import { nuget } from "./nuget.ts";
import { nvidia } from "./nvidia.ts";
import { nylas } from "./nylas.ts";
import { octopus } from "./octopus.ts";
import { okta } from "./okta.ts";
import { onepassword } from "./onepassword.ts";
import { onesignal } from "./onesignal.ts";
import { onfido } from "./onfido.ts";
import { openai } from "./openai.ts";
import { openrouter } from "./openrouter.ts";
import { openshift } from "./openshift.ts";
import { ovh } from "./ovh.ts";
import { packagist } from "./packagist.ts";
import { paddle } from "./paddle.ts";
import { paypal } from "./paypal.ts";
import { perplexity } from "./perplexity.ts";
import { persona } from "./persona.ts";
import { pinecone } from "./pinecone.ts";
import { plaid } from "./plaid.ts";
import { plivo } from "./plivo.ts";
import { polar } from "./polar.ts";
import { portainer } from "./portainer.ts";
import { postgres } from "./postgres.ts";
import { postmark } from "./postmark.ts";
import { pulumi } from "./pulumi.ts";
import { pypi } from "./pypi.ts";
import { qdrant } from "./qdrant.ts";
import { railway } from "./railway.ts";
import { ramp } from "./ramp.ts";
import { razorpay } from "./razorpay.ts";
import { redirectpizza } from "./redirectpizza.ts";
import { render } from "./render.ts";
import { replicate } from "./replicate.ts";
import { resend } from "./resend.ts";
import { rubygems } from "./rubygems.ts";
import { scaleway } from "./scaleway.ts";
import { scalingo } from "./scalingo.ts";
import { sendbird } from "./sendbird.ts";
import { sendgrid } from "./sendgrid.ts";
import { shippo } from "./shippo.ts";
import { shopify } from "./shopify.ts";
import { slack } from "./slack.ts";
import { snyk } from "./snyk.ts";
import { sonar } from "./sonar.ts";
import { sourcegraph } from "./sourcegraph.ts";
import { square } from "./square.ts";
import { stripe } from "./stripe.ts";
import { supabase } from "./supabase.ts";
import { tailscale } from "./tailscale.ts";
import { tavily } from "./tavily.ts";
import { teamcity } from "./teamcity.ts";
import { telnyx } from "./telnyx.ts";
import { terraform } from "./terraform.ts";
import { thunderstore } from "./thunderstore.ts";
import { together } from "./together.ts";
import { travis } from "./travis.ts";
import { twilio } from "./twilio.ts";
import { unkey } from "./unkey.ts";
import { upcloud } from "./upcloud.ts";
import { valtown } from "./valtown.ts";
import { vault } from "./vault.ts";
import { vercel } from "./vercel.ts";
import { voyage } from "./voyage.ts";
import { vultr } from "./vultr.ts";
import { wandb } from "./wandb.ts";
import { weaviate } from "./weaviate.ts";
import { wiz } from "./wiz.ts";
import { woocommerce } from "./woocommerce.ts";
import { workos } from "./workos.ts";
import { xai } from "./xai.ts";
import { xendit } from "./xendit.ts";
import { yandex } from "./yandex.ts";
import { zendesk } from "./zendesk.ts";
import type { Provider } from "./types.ts";

export const providers: readonly Provider[] = [
  age,
  aikido,
  alibaba,
  anthropic,
  asaas,
  auth0,
  authress,
  aws,
  azure,
  azureOpenai,
  bitrise,
  bitwarden,
  braintree,
  brevo,
  buildkite,
  cerebras,
  checkout,
  circleci,
  civo,
  clerk,
  clojars,
  cloudflare,
  cloudsmith,
  codecov,
  cohere,
  coinbase,
  comet,
  coveralls,
  crates,
  databricks,
  deepseek,
  definedNetworking,
  deno,
  digitalocean,
  dockerhub,
  dockerSwarm,
  doppler,
  drone,
  duffel,
  easypost,
  elevenlabs,
  endorlabs,
  exoscale,
  fastly,
  fireworks,
  flutterwave,
  flyio,
  gcnotify,
  github,
  gitlab,
  gitter,
  gocardless,
  google,
  groq,
  gumroad,
  harness,
  hcp,
  heroku,
  huggingface,
  ibmCloud,
  infisical,
  infomaniak,
  infracost,
  instantly,
  intercom,
  ionic,
  jenkins,
  jfrog,
  jina,
  jumpcloud,
  klaviyo,
  kraken,
  langfuse,
  langsmith,
  lark,
  llamacloud,
  lob,
  mailchimp,
  mailersend,
  mailgun,
  mattermost,
  meraki,
  mercury,
  mergify,
  messagebird,
  midtrans,
  mistral,
  mlflow,
  neptune,
  netlify,
  ngrok,
  npm,
  nuget,
  nvidia,
  nylas,
  octopus,
  okta,
  onepassword,
  onesignal,
  onfido,
  openai,
  openrouter,
  openshift,
  ovh,
  packagist,
  paddle,
  paypal,
  perplexity,
  persona,
  pinecone,
  plaid,
  plivo,
  polar,
  portainer,
  postgres,
  postmark,
  pulumi,
  pypi,
  qdrant,
  railway,
  ramp,
  razorpay,
  redirectpizza,
  render,
  replicate,
  resend,
  rubygems,
  scaleway,
  scalingo,
  sendbird,
  sendgrid,
  shippo,
  shopify,
  slack,
  snyk,
  sonar,
  sourcegraph,
  square,
  stripe,
  supabase,
  tailscale,
  tavily,
  teamcity,
  telnyx,
  terraform,
  thunderstore,
  together,
  travis,
  twilio,
  unkey,
  upcloud,
  valtown,
  vault,
  vercel,
  voyage,
  vultr,
  wandb,
  weaviate,
  wiz,
  woocommerce,
  workos,
  xai,
  xendit,
  yandex,
  zendesk,
];
