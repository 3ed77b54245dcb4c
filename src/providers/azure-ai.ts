import { named } from "./pieces.ts";
import type { Provider } from "./types.ts";

export const azureAi: Provider = {
  id: "azure-ai",
  title: "Azure AI services",
  kind: "model-api",
  website: "https://azure.microsoft.com/products/ai-services",
  docs: "https://learn.microsoft.com/azure/ai-services/authentication",
  credentials: [
    {
      id: "azure-ai-services-key",
      title: "Azure AI services key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.azurecognitive",
      actsFor: "machine",
      ...named(
        [
          "azure_ai_services_key",
          "azure_ai_key",
          "azure_ai_api_key",
          "cognitive_services_key",
          "cognitive_service_key",
          "azure_vision_key",
          "form_recognizer_key",
          "document_intelligence_key",
          "content_safety_key",
          "azure_language_key",
        ],
        { alphabet: "hex", min: 32 },
      ),
    },
    {
      id: "azure-speech-key",
      title: "Azure Speech key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.azurespeech",
      actsFor: "machine",
      ...named(["speech_key", "azure_speech_api_key", "speech_subscription_key"], {
        alphabet: "hex",
        min: 32,
      }),
    },
    {
      id: "azure-translator-key",
      title: "Azure Translator key",
      severity: "high",
      cite: "https://github.com/mongodb/kingfisher/tree/v1.112.0/crates/kingfisher-rules/data/rules#kingfisher.azuretranslator",
      actsFor: "machine",
      ...named(["translator_key", "translator_api_key", "translator_text_subscription_key"], {
        alphabet: "hex",
        min: 32,
      }),
    },
  ],
  variables: {
    AZURE_AI_API_KEY: "value",
    AZURE_SPEECH_KEY: "value",
    SPEECH_KEY: "value",
    AZURE_TRANSLATOR_KEY: "value",
    AZURE_DOCUMENT_INTELLIGENCE_KEY: "value",
    AZURE_CONTENT_SAFETY_KEY: "value",
  },
  hosts: [
    "*.cognitiveservices.azure.com",
    "*.services.ai.azure.com",
    "api.cognitive.microsofttranslator.com",
  ],
  packages: {
    python: [
      "azure-ai-inference",
      "azure-cognitiveservices-speech",
      "azure-ai-documentintelligence",
      "azure-ai-formrecognizer",
      "azure-ai-contentsafety",
      "azure-ai-textanalytics",
    ],
    npm: ["@azure-rest/ai-inference", "microsoft-cognitiveservices-speech-sdk"],
  },
  rotate: { by: "api", page: "https://learn.microsoft.com/azure/ai-services/rotate-keys" },
};
