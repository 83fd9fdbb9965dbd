// `npm run fuzz [-- --seconds 60 --seed 1]`: see test/fuzz/main.ts.
import { installMissing } from './lib/install.mjs'
import { run } from './lib/child.mjs'

await installMissing()
process.exitCode = await run(process.execPath, ['--import', 'tsx', 'test/fuzz/main.ts', ...process.argv.slice(2)])
