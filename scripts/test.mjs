// `npm test [-- <file or folder or part of a path>…]`: installs what is missing, builds, runs the tests with Node's own runner.
// What takes long for what it adds is named `*.slow.test.ts`; it runs when it is asked for, as `.ci/run` does: `npm test -- .slow.test.ts`.
import { mkdtempSync, rmSync } from 'node:fs'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { buildWhenStale, listFiles } from './lib/bundle.mjs'
import { run } from './lib/child.mjs'
import { installMissing } from './lib/install.mjs'
import { groupTests } from './lib/test-groups.mjs'

const wanted = process.argv.slice(2).map((argument) => argument.replaceAll('\\', '/').replace(/^\.\//, ''))

await installMissing()
await buildWhenStale()

// Node 20's `--test` takes files, not patterns, so the list is made here.
const files = listFiles('test')
  .filter((file) => file.endsWith('.test.ts'))
  .filter((file) =>
    wanted.length === 0 ? !file.endsWith('.slow.test.ts') : wanted.some((part) => file.includes(part)),
  )
if (files.length === 0) {
  process.stderr.write(`No test file matches ${wanted.join(', ')}; tests are test/**/*.test.ts.\n`)
  process.exit(2)
}

// End-to-end tests start processes of their own, so more than one worker per core only makes them wait for each other.
const concurrency = Math.max(1, Math.min(8, availableParallelism()))
const cache = mkdtempSync(join(tmpdir(), 'hunt-test-cache-'))
process.env.HUNT_TEST_CACHE = cache
process.exitCode = await run(process.execPath, [
  '--import',
  'tsx',
  '--test',
  `--test-concurrency=${concurrency}`,
  ...groupTests(files),
])
rmSync(cache, { recursive: true, force: true })
