export { createSinks, prepareSinks } from './create-sinks.ts'
export type { SinkContext } from './sink-kind.ts'
