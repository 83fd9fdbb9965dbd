import type { Analyze } from './bound-query.ts'

/** Binds with the Kusto language service. It is 4 MB of code, so only what validates loads it. */
export const analyzeQuery: Analyze = async (text, schema) => {
  const { analyze } = await import('../../kql/index.ts')
  return analyze(text, schema)
}
