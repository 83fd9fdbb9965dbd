import { rmSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/** Bundles a child of this folder, once for each test file: it then starts in a tenth of the time that tsx takes. */
export function bundleChild(name: string): string {
  const outfile = fileURLToPath(new URL(`../../.cache/fault-${name}-${process.pid}.mjs`, import.meta.url))
  buildSync({
    entryPoints: [fileURLToPath(new URL(`${name}.ts`, import.meta.url))],
    outfile,
    bundle: true,
    format: 'esm',
    platform: 'node',
    packages: 'external',
  })
  process.on('exit', () => rmSync(outfile, { force: true }))
  return outfile
}
