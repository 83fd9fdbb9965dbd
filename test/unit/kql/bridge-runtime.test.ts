import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { test } from 'node:test'
import { loadRules } from '../../../src/rules/index.ts'
import { tempFolder } from '../../support/temp-folder.ts'

const ROOT = fileURLToPath(new URL('../../../', import.meta.url))
const scriptOf = (name: string): string => join(ROOT, 'test', 'support', name)

/** The lines that a script says with the package's runtime, and with the quickened one. */
async function saidByBoth(script: string, ...args: readonly string[]): Promise<readonly (readonly string[])[]> {
  const run = promisify(execFile)
  return Promise.all(
    [[], ['quickened']].map(async (mode) => {
      const command = ['--import', 'tsx', scriptOf(script), ...mode, ...args]
      const { stdout } = await run(process.execPath, command, { cwd: ROOT, maxBuffer: 1 << 28 })
      return stdout.trimEnd().split('\n')
    }),
  )
}

/** All kinds of nodes that the runtime's functions meet: lists, generics, enums, functions, faults. */
const TEXTS = [
  'datatable(a:long, b:string, c:dynamic)[1, "x", dynamic([1])] | where a in (1, 2) and b has_any ("x", "y") | extend d = c[0].e',
  'let f = (t:(a:long), n:int = 3) { t | where a > n | summarize count(), make_set(a) by bin(a, 10) }; range a from 1 to 9 step 1 | invoke f()',
  'print x = dynamic({"k": [1, "a"]}) | mv-apply e = x.k on (summarize strcat_array(make_list(tostring(e)), ","))',
  'range t from datetime(2026-01-01) to datetime(2026-01-02) step 1h | make-series n = count() default=0 on t step 1h | extend (a, s) = series_decompose_anomalies(n)',
  'print a = 1 | join kind=leftouter (print a = 1, b = "x") on a | lookup (print b = "x") on b | project-away *1 | sort by a asc nulls first',
  'union isfuzzy=true withsource=T (print a = 1), (print a = "x"), Nope | evaluate pivot(T)',
  'print s = "a=1" | parse s with k "=" v:int | parse-kv s as (a:int) with (pair_delimiter=",") | where s matches regex @"\\w" and v between (1 .. 3)',
  'range x from 1 to 5 step 1 | scan declare (n:long = 0) with (step s: true => n = s.n + 1;) | serialize p = prev(x), r = row_number()',
  'print 1 | where nope > 2 | extend y = strlen(1, 2, 3) | summarize max(z) by unknown()',
  'print x = case(1 > 2, "a", 3, "b", | where',
  'print iff(true, 1, 2.5), 1d + 2h, datetime(2026-01-01) - 1d, long(null), "a" =~ "A", not(true), -1 % 3, tobool("x")',
]

test('the quickened runtime of the language service says what the package says', async (t) => {
  const { rules } = await loadRules([join(ROOT, 'queries')], { cwd: ROOT })
  const texts = [...TEXTS, ...rules.map(({ query }) => query)]
  const file = join(tempFolder(t), 'texts.json')
  // Twice: what was kept at the first meeting answers at the second.
  writeFileSync(file, JSON.stringify([...texts, ...texts]))
  const [plain, quickened] = await saidByBoth('bind-alone.ts', file)
  assert.equal(plain?.length, texts.length * 2)
  assert.deepEqual(quickened, plain)
})

test('dictionaries and sets of the quickened runtime hold what those of the package hold, in the same order', async () => {
  const [plain, quickened] = await saidByBoth('collections-alone.ts')
  assert.ok((plain?.length ?? 0) > 10_000)
  assert.deepEqual(quickened, plain)
})
