// `npm run build`: installs what is missing and writes dist/, even when it looks current.
import { build } from './lib/bundle.mjs'
import { installMissing } from './lib/install.mjs'

await installMissing()
await build()
