import * as dataAccessors from '@duckdb/node-api/lib/vectors/dataAccessors.js'

/**
 * DuckDB's client decodes each text as if it were a file of its own, and drops U+FEFF at its beginning: a cell that begins with it
 * would be shown, and told from others, without. The client asks for its decoder each time, so another can stand in its place.
 */
export function keepByteOrderMarks(): void {
  const { default: module } = dataAccessors as unknown as {
    readonly default: { textDecoder: InstanceType<typeof TextDecoder> }
  }
  module.textDecoder = new TextDecoder('utf-8', { ignoreBOM: true })
}
