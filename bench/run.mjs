// `npm run bench [-- --quick --json …]`: installs what is missing, builds hunt and the bench, runs it (bench/main.ts).
//
// The bench is bundled like dist/ and not run through tsx, because tsx names every closure (`keepNames`) and takes memory
// of its own: the times and the memory would be those of tsx, not of hunt.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { buildWhenStale } from '../scripts/lib/bundle.mjs'
import { run } from '../scripts/lib/child.mjs'
import { v8Flags } from '../bin/v8-flags.mjs'
import { installMissing } from '../scripts/lib/install.mjs'
import { root } from '../scripts/lib/paths.mjs'

await installMissing()
if (await buildWhenStale()) process.stderr.write('Built dist/.\n')

// Below the root, so that the bundle finds node_modules; a folder of its own, so that two benches do not meet.
mkdirSync(join(root, '.cache'), { recursive: true })
const bundle = mkdtempSync(join(root, '.cache', 'bench-'))
try {
  const { build } = await import('esbuild')
  await build({
    absWorkingDir: root,
    entryPoints: { main: 'bench/main.ts', job: 'bench/job.ts', day: 'bench/schedule/day.ts' },
    outdir: bundle,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
  })
  process.exitCode = await run(process.execPath, [
    // As bin/hunt.mjs sets them.
    ...v8Flags(process.versions.node),
    join(bundle, 'main.mjs'),
    ...process.argv.slice(2),
  ])
} finally {
  rmSync(bundle, { recursive: true, force: true })
}
