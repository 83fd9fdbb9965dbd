export { createSinks, SINK_KINDS } from './create-sinks.ts'
export type { SinkConfig } from './create-sinks.ts'
export type { SinkContext, SinkKind } from './sink-kind.ts'
