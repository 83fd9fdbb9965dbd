export { createSinks, prepareSinks, sinkNames } from './create-sinks.ts'
export type { SinkContext } from './sink-kind.ts'
