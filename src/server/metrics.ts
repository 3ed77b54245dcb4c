/** Prometheus metrics. Labels are methods and status classes: never a path, a name or a token. */
import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from "prom-client";

export interface ServerMetrics {
  observe(request: { method: string; status: number; seconds: number }): void;
  readonly contentType: string;
  render(): Promise<string>;
}

export function createMetrics(facts: { version: string; sealed: () => boolean }): ServerMetrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry, prefix: "bulkhead_" });
  const requests = new Counter({
    name: "bulkhead_requests_total",
    help: "Requests answered.",
    labelNames: ["method", "status"],
    registers: [registry],
  });
  const duration = new Histogram({
    name: "bulkhead_request_duration_seconds",
    help: "Time from the first byte of a request to the last of its answer.",
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1, 5],
    registers: [registry],
  });
  new Gauge({
    name: "bulkhead_sealed",
    help: "1 while the barrier is sealed.",
    registers: [registry],
    collect() {
      this.set(facts.sealed() ? 1 : 0);
    },
  });
  new Gauge({
    name: "bulkhead_build_info",
    help: "Always 1; the label names the version.",
    labelNames: ["version"],
    registers: [registry],
  }).set({ version: facts.version }, 1);
  return {
    observe: ({ method, status, seconds }) => {
      requests.inc({ method, status: `${Math.floor(status / 100)}xx` });
      duration.observe(seconds);
    },
    contentType: registry.contentType,
    render: () => registry.metrics(),
  };
}
