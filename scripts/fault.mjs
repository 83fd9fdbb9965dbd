// `npm run fault [-- --kills N --seed S --at-once N --mode all|due|schedule]`: kills the built program at random; see test/fault/kills/main.ts.
import { buildWhenStale } from './lib/bundle.mjs'
import { run } from './lib/child.mjs'
import { installMissing } from './lib/install.mjs'

await installMissing()
await buildWhenStale()
process.exitCode = await run(process.execPath, [
  '--import',
  'tsx',
  'test/fault/kills/main.ts',
  ...process.argv.slice(2),
])
