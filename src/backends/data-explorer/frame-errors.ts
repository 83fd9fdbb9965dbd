import type { FrameAnswer } from '../../kusto-service/answer.ts'

/**
 * «Partial query failures»: a bag where a row should be, or a frame, tells that what came is not all. A completion that says so without
 * a reason is one too, and one that does not say that there are none.
 */
export function errorsOf(answer: FrameAnswer): readonly unknown[] {
  const { HasErrors: hasErrors, Cancelled: cancelled } = answer.completion
  const listed = answer.errors.flatMap((bag) => member(bag, 'OneApiErrors') ?? bag)
  const reports = reportsOf(answer).filter(({ level }) => level <= LEVEL.error)
  const all = [...listed.map((each) => member(each, 'error') ?? each), ...reports]
  if (all.length > 0) return all
  if (hasErrors !== false) return [{ code: 'HasErrors', message: 'the answer says that it has errors, and not which' }]
  return cancelled === true ? [{ code: 'Cancelled', message: 'the query was cancelled in the service' }] : []
}

/** What the service warns of, which leaves the answer whole. */
export function warningsOf(answer: FrameAnswer): readonly string[] {
  const warnings = reportsOf(answer).filter(({ level }) => level > LEVEL.error && level <= LEVEL.warning)
  return [...new Set(warnings.map(({ message }) => `the service warns: ${message}`))]
}

/** As Microsoft's own clients read them (`ErrorLevels` of azure-kusto-data 7): less is graver. */
const LEVEL = { error: 2, warning: 3 }

interface Report {
  readonly level: number
  readonly code: string
  readonly message: string
}

/** A table beside the result tells how the query went, a row an event. */
function reportsOf({ tables }: FrameAnswer): readonly Report[] {
  return tables.flatMap(({ kind, columns, rows }) => {
    if (kind !== 'QueryCompletionInformation') return []
    const at = (name: string): number => columns.findIndex((column) => column.name === name)
    const [level, code, payload] = [at('Level'), at('StatusCodeName'), at('Payload')]
    if (level === -1) return []
    return [...rows].flatMap((row) => {
      const grade = row[level] ?? null
      if (grade === null) return []
      const message = wordsOf(String(row[payload] ?? ''))
      return [{ level: Number(grade), code: String(row[code] ?? 'QueryStatus'), message }]
    })
  })
}

/** A payload is JSON with a `Text`, or bare words. */
function wordsOf(payload: string): string {
  try {
    const words = member(JSON.parse(payload), 'Text')
    if (typeof words === 'string') return words
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error
  }
  return payload === '' ? 'the query did not end well' : payload.slice(0, LONGEST_PAYLOAD)
}

const LONGEST_PAYLOAD = 500

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}
