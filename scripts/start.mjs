// `npm start`: from a bare clone to findings. Installs, builds, and hunts with the whole rule pack through the bundled
// week of logs. Arguments after `--` go to `hunt run`: `npm start -- --json`.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { buildWhenStale } from './lib/bundle.mjs'
import { run } from './lib/child.mjs'
import { installMissing } from './lib/install.mjs'
import { root } from './lib/paths.mjs'

await installMissing()
if (await buildWhenStale()) process.stderr.write('Built dist/.\n')

// Invented incidents must not reach a real sink, nor a real ledger, that hunt.yaml or .env of this clone may name.
process.env.HUNT_SINKS = 'file'
process.env.HUNT_LEDGER = join(root, 'output', 'hunt.db')

const { week } = JSON.parse(readFileSync(join(root, 'samples', 'ground-truth.json'), 'utf8'))
process.exitCode = await run(process.execPath, [
  join('bin', 'hunt.mjs'),
  'run',
  '--all',
  ...['--backend', 'local', '--data', 'samples/data', '--queries', 'queries', '--output', 'output'],
  ...['--from', week.from, '--to', week.to],
  ...process.argv.slice(2),
])
