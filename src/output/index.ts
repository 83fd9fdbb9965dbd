export { jsonPieces } from './result-json.ts'
export type { ResultFormat } from './result-paths.ts'
export { createResultWriter } from './result-writer.ts'
