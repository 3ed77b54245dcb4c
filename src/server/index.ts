/**
 * `bulkhead server`: the HTTP and TLS adapter around the kernel's `handle`, and (local.ts) the composition root that hands the
 * kernel its store, seal, audit log and plug-ins. The CLI uses the same composition in its own process when no server is named.
 */
export { type HttpServer, type HttpServerOptions, startHttpServer } from "./http.ts";
export { type LocalKernel, type LocalOptions, openLocal } from "./local.ts";
export { bulkheadHome } from "./home.ts";
