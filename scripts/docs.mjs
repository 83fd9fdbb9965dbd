// `npm run docs`: writes what is generated in docs/ and .env.example. `npm run docs -- --check` compares instead and fails
// on a difference. The pages come from the sources themselves, so tsx loads those.
import { run } from './lib/child.mjs'
import { installMissing } from './lib/install.mjs'

await installMissing()
const arguments_ = ['--import', 'tsx', 'scripts/lib/docs/main.mjs', ...process.argv.slice(2)]
process.exitCode = await run(process.execPath, arguments_)
