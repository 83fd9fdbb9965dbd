import type { FunctionSchema } from '../domain/schema.ts'

/** `// parameters: starttime:datetime=datetime(null), hosts:dynamic=dynamic([])` */
const PARAMETERS = /^\s*\/\/\s*parameters\s*:\s*(.*?)\s*$/im

/**
 * A function of a workspace from the text of its file: the text is the body. A comment line that begins with `parameters:`
 * gives the parameter list in KQL's own form; without one there are none.
 */
export function parseSavedFunction(name: string, text: string): FunctionSchema {
  const body = text.replace(/^\uFEFF/, '')
  return { name, parameters: PARAMETERS.exec(body)?.[1] ?? '', body, columns: undefined }
}
