/** What lower/operators/parse.ts needs of regular expressions; not functions of Kusto's. */
import { and, bool, call, cases, list, not, orEmpty, text, refuseAtRuntime } from '../../sql/build.ts'
import { arg, learn, scalar, type ScalarEntry } from '../entry.ts'

export const parsePatterns: readonly ScalarEntry[] = [
  scalar({
    name: 'parse capture',
    docs: learn('parse-operator'),
    nulls: 'handled',
    sql: (args, info) => {
      const [group, count] = [arg(args, 2, info).literal, arg(args, 3, info).literal]
      // All groups at once: DuckDB then runs the pattern once for all columns, and has no limit of nine.
      const names = Array.from({ length: Number(count) }, (_, index) => text(String(index + 1)))
      const groups = call('regexp_extract', arg(args, 0, info).sql, arg(args, 1, info).sql, list(...names))
      return orEmpty(call('struct_extract', groups, text(String(group))))
    },
  }),
  scalar({
    name: 'parse matches',
    docs: learn('parse-operator'),
    // A pattern that ends in a constant or a number, over a text that goes on after it: no source says whether the engine takes
    // it, so such a row stops the query instead of being guessed.
    nulls: 'handled',
    sql: (args, info) => {
      const [value, closed] = [
        arg(args, 0, info).sql,
        call('regexp_matches', arg(args, 0, info).sql, arg(args, 1, info).sql),
      ]
      const open = args[2]
      if (open === undefined) return closed
      const goesOn = and(not(closed), call('regexp_matches', value, open.sql))
      const refusal = refuseAtRuntime('parse whose pattern ends before the text does; end it with *', 'BOOLEAN')
      return cases([[goesOn, refusal]], call('coalesce', closed, bool(false)))
    },
  }),
]
