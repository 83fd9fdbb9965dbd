import type { Cell, ResultTable, Row } from '../domain/kusto.ts'
import type { EmulatorLimits } from './options.ts'
import type { ErrorEnvelope, InnerError } from './service-errors.ts'

/** `shared/reference/azure-contract.md` A5: the engine's code for both limits, hex 80DA0003. */
const TOO_LARGE_CODE = '-2133196797'

/** Anything but text counts as eight bytes, which is what the engine's fixed-size types take. */
const FIXED_SIZE = 8

export interface LimitedTable {
  readonly table: ResultTable
  readonly error: ErrorEnvelope['error'] | undefined
}

/** Cuts a result as the service does (A7) and says so as the service does (A5): status 200 with an error beside. */
export function limitResult(table: ResultTable, limits: Pick<EmulatorLimits, 'records' | 'bytes'>): LimitedTable {
  const fitting = rowsWithin(table.rows, limits.bytes)
  const count = Math.min(fitting, limits.records)
  if (count === table.rows.length) return { table, error: undefined }
  const reason = fitting < limits.records ? `size limit of ${limits.bytes} bytes` : `limit of ${limits.records} records`
  return {
    table: { columns: table.columns, rows: table.rows.slice(0, count) },
    error: partialError({
      code: TOO_LARGE_CODE,
      message: `E_QUERY_RESULT_SET_TOO_LARGE: the result exceeds the ${reason}`,
      severity: 2,
      severityName: 'Error',
    }),
  }
}

/** The `error` member of a partial answer; A5. */
export function partialError(innererror: InnerError): ErrorEnvelope['error'] {
  return {
    code: 'PartialError',
    message: 'There were some errors when processing your query.',
    details: [
      {
        code: 'EngineError',
        message: 'Something went wrong processing your query on the server.',
        innererror,
      },
    ],
  }
}

function rowsWithin(rows: readonly Row[], limit: number): number {
  let bytes = 0
  for (const [index, row] of rows.entries()) {
    for (const cell of row) bytes += sizeOf(cell)
    if (bytes > limit) return index
  }
  return rows.length
}

function sizeOf(cell: Cell): number {
  return typeof cell === 'string' ? Buffer.byteLength(cell) : FIXED_SIZE
}
