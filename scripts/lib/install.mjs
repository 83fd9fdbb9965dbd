import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from './child.mjs'
import { root } from './paths.mjs'

/**
 * Installs the packages of package-lock.json when node_modules lacks one of them or has another version.
 * Says so in one line on stderr; npm's own lines appear only when it fails.
 */
export async function installMissing() {
  const missing = missingPackages()
  if (missing.length === 0) return
  const fresh = !existsSync(join(root, 'node_modules'))
  const what = fresh
    ? 'packages'
    : `${missing.length} missing or outdated packages (${missing.slice(0, 3).join(', ')}…)`
  process.stderr.write(`Installing ${what} from the npm registry …\n`)
  // `npm ci` empties node_modules first: right for a new clone, needlessly slow for a single drifted package.
  // `--no-save` keeps npm 10 and npm 11 from rewriting each other's lockfile; `--include=dev` because the build
  // needs them even where NODE_ENV says production.
  const command = fresh ? ['ci'] : ['install', '--no-save']
  await npm([...command, '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'])
}

/**
 * npm leaves a copy of what it installed in node_modules/.package-lock.json. Optional packages are left out of the
 * comparison: which of them a machine gets depends on its system and processor.
 */
function missingPackages() {
  const wanted = readPackages(join(root, 'package-lock.json'))
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'))
  return Object.entries(wanted)
    .filter(([path, entry]) => path !== '' && !entry.optional && !entry.devOptional)
    .filter(([path, entry]) => present[path]?.version !== entry.version)
    .map(([path]) => path.replace(/^.*node_modules\//, ''))
}

function readPackages(file) {
  return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')).packages ?? {}) : {}
}

/** `npm run` tells where npm is; started by hand we take the one on the path (on Windows a .cmd, which needs a shell). */
async function npm(args) {
  const script = process.env.npm_execpath
  const code = script?.endsWith('.js')
    ? await run(process.execPath, [script, ...args], { stdout: 'stderr' })
    : await run('npm', args, { stdout: 'stderr', shell: process.platform === 'win32' })
  if (code === 0) return
  process.stderr.write(`npm ${args[0]} failed with exit code ${code}. Is the npm registry reachable from here?\n`)
  process.exit(code)
}
