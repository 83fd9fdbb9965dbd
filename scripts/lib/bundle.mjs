import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { dist, root } from './paths.mjs'

const stampFile = join(dist, '.built-from')

/** Builds dist/ unless it is already the result of the present sources. Resolves with whether it built. */
export async function buildWhenStale() {
  const stamp = sourceStamp()
  if (existsSync(stampFile) && readFileSync(stampFile, 'utf8') === stamp) return false
  await build()
  return true
}

/**
 * Bundles src/ into dist/: one entry, one chunk per lazily imported part, so that `hunt --help` reads a few files
 * instead of two hundred. Packages stay outside; node_modules has them.
 */
export async function build() {
  const stamp = sourceStamp()
  const { build: bundle } = await import('esbuild')
  // Not written by esbuild: a build that fails must leave the last good one alone.
  const { outputFiles } = await bundle({
    absWorkingDir: root,
    entryPoints: { main: 'src/main.ts' },
    outdir: 'dist',
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    packages: 'external',
    define: { HUNT_BUILD: JSON.stringify(stamp) },
    sourcemap: 'linked',
    sourcesContent: false,
    logLevel: 'warning',
    write: false,
  }).catch((error) => {
    // esbuild has printed what is wrong and where.
    if (Array.isArray(error?.errors)) process.exit(1)
    throw error
  })
  rmSync(dist, { recursive: true, force: true })
  mkdirSync(join(dist, 'chunks'), { recursive: true })
  for (const { path, contents } of outputFiles) writeFileSync(path, contents)
  writeFileSync(stampFile, stamp)
}

/** Changes whenever a file that the build reads is added, removed, moved or edited. */
function sourceStamp() {
  const hash = createHash('sha256')
  for (const file of ['package.json', 'tsconfig.json', 'scripts/lib/bundle.mjs', ...listFiles('src')]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0')
  }
  return hash.digest('hex')
}

/** Files under a folder of the package, relative to the root, with `/`, sorted. */
export function listFiles(folder) {
  if (!existsSync(join(root, folder))) return []
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => `${folder}/${String(name).replaceAll('\\', '/')}`)
    .filter((name) => statSync(join(root, name)).isFile())
    .sort()
}
