import { bool, call, cast, infix, int, long, text } from '../../sql/build.ts'
import { STORAGE_TYPE } from '../../duckdb/storage.ts'
import { unsupported } from '../../errors.ts'
import type { SqlExpr } from '../../sql/nodes.ts'
import { convert, fits } from '../convert.ts'
import { arg, learn, windowed, type NativeFunction, type WindowEntry, type WindowInfo } from '../entry.ts'
import { wrap64 } from '../operators/arithmetic.ts'

function over(name: string, args: readonly SqlExpr[], info: WindowInfo, run?: SqlExpr, frame?: string): SqlExpr {
  const partitionBy = [info.part, run].filter((each) => each !== undefined)
  return {
    kind: 'call',
    name,
    args,
    over: {
      orderBy: info.order,
      ...(partitionBy.length === 0 ? {} : { partitionBy }),
      ...(frame === undefined ? {} : { frame }),
    },
  }
}

const RUNNING = 'ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW'

/** `prev(value, offset, default)`; beyond the edge the default, else null. */
function neighbour(name: 'prev' | 'next'): WindowEntry {
  return windowed({
    name,
    docs: learn(`${name}-function`),
    sql: (args, info) => {
      const value = arg(args, 0, info)
      // A constant: the binder looks at the default alone.
      const offset = args[1] === undefined ? 1n : args[1].literal
      if (typeof offset !== 'bigint') throw unsupported(`${name} with a computed offset`, info.span)
      // What the service makes of others no page says.
      const standard = args[2]
      if (standard !== undefined && standard.literal !== null && !fits(standard.type, value.type))
        throw unsupported(`${name} of a ${value.type} with a default of type ${standard.type}`, info.span, 'convert the default') // prettier-ignore
      const shift = over(name === 'prev' ? 'lag' : 'lead', [
        value.sql,
        int(offset),
        ...(args[2] === undefined ? [] : [convert(args[2], value.type, info).sql]),
      ], info) // prettier-ignore
      if (value.type === 'string') return call('coalesce', shift, text(''))
      // A long offset makes the binder call the whole a long.
      return convert({ ...value, sql: shift, literal: undefined }, info.type, info).sql
    },
  })
}

/**
 * Number of the run that a row belongs to: how often its condition has held so far. passes/hoist-windows.ts computes it
 * in a column of its own, because SQL allows no window function inside another.
 */
const restarts = windowed({
  name: 'restart run',
  docs: learn('row-number-function'),
  restartAt: 1,
  sql: (args, info) => {
    const restart = call('coalesce', arg(args, 0, info).sql, bool(false))
    return cast(over('sum', [cast(restart, 'BIGINT')], info, args[1]?.sql, RUNNING), 'BIGINT')
  },
})

const rowNumber = windowed({
  name: 'row_number',
  docs: learn('row-number-function'),
  restartAt: 1,
  sql: (args, info) => {
    const start = args[0] === undefined ? long(1) : convert(args[0], 'long', info).sql
    const count = over('row_number', [], info, args[1]?.sql)
    return infix(infix(cast(count, 'BIGINT'), '-', long(1)), '+', start)
  },
})

const rowCumsum = windowed({
  name: 'row_cumsum',
  docs: learn('row-cumsum-function'),
  restartAt: 1,
  sql: (args, info) => {
    const value = arg(args, 0, info)
    const sum = over('sum', [value.sql], info, args[1]?.sql, RUNNING)
    const filled = call('coalesce', sum, value.type === 'real' ? { kind: 'double', value: 0 } : long(0))
    if (value.type === 'real') return filled
    // As sum() does (recorded: r2-aggregation/0025).
    if (info.type === 'long') return wrap64(filled)
    return cast(filled, info.type === 'int' ? 'INTEGER' : STORAGE_TYPE[info.type])
  },
})

/** Of a segment, in order: the first value of each one's session. A time beyond the year 9999 or before the year 1 is none that a value reaches. */
const sessionStarts: NativeFunction = {
  name: 'kql_session_starts',
  takes: ['BIGINT[]', 'BIGINT[]'],
  returns: 'BIGINT[]',
  run: (values, distances) => {
    let start: bigint | null = null
    return (values as readonly (bigint | null)[]).map((value, index) => {
      const distance = (distances as readonly (bigint | null)[])[index] ?? null
      const end = start === null || distance === null ? null : start + distance
      const isReached = value !== null && end !== null && end >= 0n && value >= end
      if (index === 0 || isReached) start = value
      return start
    })
  },
}

/** A relation of its own by the time that SQL is made: passes/divide-sessions.ts. */
const rowWindowSession = windowed({
  name: 'row_window_session',
  docs: learn('row-window-session-function'),
  natives: [sessionStarts],
  sql: (_args, info) => {
    throw unsupported('row_window_session in this place', info.span, 'give it a column of its own with extend')
  },
})

/** Whether the condition holds in any row from so many before to so many after; the row itself is the one that is near. */
const rowsNear = windowed({
  name: 'rows near',
  docs: learn('rows-near-plugin'),
  sql: (args, info) => {
    const [before, after] = [arg(args, 1, info).literal, arg(args, 2, info).literal]
    if (typeof before !== 'bigint' || typeof after !== 'bigint') throw unsupported('rows_near with a computed number', info.span) // prettier-ignore
    const holds = call('coalesce', arg(args, 0, info).sql, bool(false))
    return over('bool_or', [holds], info, undefined, `ROWS BETWEEN ${after} PRECEDING AND ${before} FOLLOWING`)
  },
})

export const rowFunctions: readonly WindowEntry[] = [
  neighbour('prev'),
  neighbour('next'),
  restarts,
  rowNumber,
  rowCumsum,
  rowWindowSession,
  rowsNear,
]
