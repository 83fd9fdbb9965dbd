/**
 * Queries made to eat memory or time, each in a process of its own with little of both: all must end in an error of ours,
 * or in an answer, within the time of the query, and without a crash. `test/unit/kql/limits.slow.test.ts` has what is refused
 * before anything runs.
 */
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { PACKAGE_ROOT } from '../support/hunt.ts'
import { tempFolder } from '../support/temp-folder.ts'

const doubled = Array.from({ length: 40 }, () => ' | extend s = strcat(s, s)').join('')
const nested = (count: number): string => `print ${'toscalar(print '.repeat(count)}1${')'.repeat(count)}`

/** Which of them ends a query depends on the machine; an answer is as good, where it is fast enough. */
const CODES = ['local/timeout', 'engine/memory', 'kql/too-complex', 'kql/out-of-range', 'backend/too-many-rows']

const QUERIES: readonly { readonly name: string; readonly text: string }[] = [
  { name: 'text that doubles', text: `print s = "aaaaaaaaaaaaaaaa"${doubled} | project strlen(s)` },
  { name: 'text that repeats', text: 'print strlen(strrep(strrep(strrep("aaaaaaaaaa", 1024), 1024), 1024))' },
  { name: 'a list of 10^9', text: 'range x from 1 to 1000000000 step 1 | summarize make_list(x)' },
  { name: '10^9 rows', text: 'range x from 1 to 1000000000 step 1' },
  { name: 'arrays in arrays', text: 'range x from 1 to 100000 step 1 | extend y = range(1, 10000) | mv-expand y | mv-expand z = range(1, 10000) | summarize dcount(strcat(y, z, x))' },
  { name: 'a set of everything', text: 'range x from 1 to 50000000 step 1 | summarize make_set(strcat("aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", x))' },
  { name: 'a join of all with all', text: 'range x from 1 to 1000000 step 1 | extend k = 1 | join kind=inner (range y from 1 to 1000000 step 1 | extend k = 1) on k | summarize dcount(strcat(x, y))' },
  { name: 'a set of two million numbers', text: 'range x from 1 to 2000000 step 1 | summarize make_set(x) | project array_length(set_x)' },
  { name: 'a million matches', text: 'print a = strrep(strrep("ab,", 1000), 1000) | project array_length(extract_all("(b)", a))' },
  { name: 'a bag of 10^5 members', text: 'range x from 1 to 100000 step 1 | summarize b = make_bag(pack(strcat("k", x), x)) | mv-expand b | count' },
  { name: 'a filter as long as its series', text: 'range x from 1 to 500000 step 1 | summarize a = make_list(x) | project series_fir(a, a)' },
  { name: 'subqueries in each other', text: nested(60) },
] // prettier-ignore

const SECONDS = 8
/** Start of the process, and what is held up on a busy machine. */
const GRACE_SECONDS = 60

for (const { name, text } of QUERIES) {
  test(`ends in an error or an answer: ${name}`, async (t) => {
    const folder = tempFolder(t)
    writeFileSync(join(folder, 'q.kql'), text)
    const args = ['query', '--data', join(PACKAGE_ROOT, 'samples', 'data'), '--timeout', `${SECONDS}s`, '@q.kql']
    const env = {
      PATH: process.env['PATH'] ?? '',
      HUNT_MEMORY: '256MB',
      NODE_OPTIONS: '--max-old-space-size=512',
      HUNT_CACHE: 'none',
    }
    const child = spawn(process.execPath, [join(PACKAGE_ROOT, 'bin', 'hunt.mjs'), ...args], { cwd: folder, env })
    let said = ''
    child.stderr.setEncoding('utf8').on('data', (part: string) => (said += part))
    child.stdout.resume()
    const late = AbortSignal.timeout((SECONDS + GRACE_SECONDS) * 1000)
    late.addEventListener('abort', () => child.kill('SIGKILL'))
    const [code, signal] = await new Promise<[number | null, string | null]>((resolve) => {
      child.once('close', (...ended) => resolve(ended))
    })
    assert.equal(signal, null, `killed after ${SECONDS + GRACE_SECONDS} s, or crashed: ${said}`)
    if (code !== 0)
      assert.ok(
        CODES.some((one) => said.includes(`[${one}]`)),
        `exit ${code}: ${said}`,
      )
    assert.deepEqual(readdirSync(folder), ['q.kql'], 'nothing is left where the user stands')
  })
}
