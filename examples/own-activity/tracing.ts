import { Resource } from '@opentelemetry/resources';
import { NodeTracerProvider, type SpanProcessor } from '@opentelemetry/sdk-trace-node';
import { OpenTelemetryPlugin } from '@temporalio/interceptors-opentelemetry';

/** Traces Workflows and Activities: `plugins: [startTracing(processor), new CachePlugin()]`. */
export function startTracing(spanProcessor: SpanProcessor): OpenTelemetryPlugin {
  const resource = new Resource({ 'service.name': 'embeddings' });
  new NodeTracerProvider({ resource, spanProcessors: [spanProcessor] }).register();
  return new OpenTelemetryPlugin({ resource, spanProcessor });
}
