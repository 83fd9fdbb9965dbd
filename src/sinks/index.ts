export { createSinks } from './create-sinks.ts'
export type { SinkConfig } from './create-sinks.ts'
