import type { QueryResult } from '../../domain/ports.ts'
import type { Answer, NamedTable } from '../../kusto-service/answer.ts'
import { contextOf } from '../../kusto-service/failures.ts'
import type { CallContext } from './failures.ts'
import { leftOutAsAsked, partialErrorOf, severalResults } from '../../kusto-service/partial.ts'
import type { Exchange } from './response-tap.ts'

/** The service's record limit; contract A7. */
const RECORD_LIMIT = 500_000

/** Turns a readable answer into the port's result: complete, or partial with the reason. */
export function toQueryResult(answer: Answer, exchange: Exchange, call: CallContext): QueryResult {
  const results = resultsOf(answer.tables)
  const [table] = results
  if (table === undefined) throw new TypeError('an answer has at least one table')
  const extra = results.length > 1 ? [] : extraTables(answer.tables, table)
  const leftOut = leftOutAsAsked(answer.error)
  const warnings = [...extra, ...otherName(table), ...suspiciousSize(answer, table), ...leftOutOf(leftOut)]
  const common = {
    table: { columns: table.columns, rows: table.rows },
    warnings,
    release: answer.release,
    ...(answer.statistics === undefined ? {} : { statistics: answer.statistics }),
  }
  const context = contextOf(exchange, call)
  if (answer.error !== undefined && answer.error !== null && leftOut === undefined) {
    return { status: 'partial', ...common, partialError: partialErrorOf(answer.error, context) }
  }
  if (results.length === 1) return { status: 'complete', ...common }
  const names = results.map(({ name }) => name)
  return { status: 'partial', ...common, partialError: severalResults(names, context) }
}

/** Every recorded result has this name; contract A3. */
const RESULT = 'PrimaryResult'

/** The tables that may be the result; any could be where none has its name. */
function resultsOf(tables: readonly NamedTable[]): readonly NamedTable[] {
  const named = tables.filter(({ name }) => name === RESULT)
  return named.length === 0 ? tables : named
}

function otherName({ name }: NamedTable): readonly string[] {
  return name === RESULT ? [] : [`the service calls the result '${name}', not ${RESULT}: check the endpoint`]
}

function extraTables(tables: readonly NamedTable[], used: NamedTable): readonly string[] {
  const others = tables.filter((table) => table !== used).map(({ name }) => `'${name}'`)
  if (others.length === 0) return []
  return [`the service returned further tables, which are left out: ${others.join(', ')}`]
}

/** Of a query over fifty parsers one line says enough. */
const SHOWN = 3

function leftOutOf(reasons: readonly string[] = []): readonly string[] {
  if (reasons.length === 0) return []
  const more = reasons.length > SHOWN ? `, and ${reasons.length - SHOWN} more` : ''
  return [`a fuzzy union goes on without what the workspace lacks: ${reasons.slice(0, SHOWN).join('; ')}${more}`]
}

/** No flag but the error tells of truncation, so a result of just the limit is suspicious without one; contract A5. */
function suspiciousSize(answer: Answer, table: NamedTable): readonly string[] {
  if (answer.error !== undefined || table.rows.length !== RECORD_LIMIT) return []
  return [`the result has exactly 500,000 records, the service's limit: it may be cut without saying so`]
}
