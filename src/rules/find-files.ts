import { readdir, realpath, stat } from 'node:fs/promises'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { nearestName } from '../text/near-name.ts'
import { EXCLUSION_FILE } from './exclusions/exclusion-file.ts'

export interface FoundFile {
  readonly path: string
  /** As the user would type it, with `/`. */
  readonly shown: string
}

/** A path that gave nothing, with the reason. */
export interface UnreadablePath {
  readonly shown: string
  readonly message: string
  readonly hint?: string
}

export interface FoundFiles {
  /** Sorted by `shown`, each file once. */
  readonly files: readonly FoundFile[]
  /** Exclusions files of folders, and named ones; sorted too. */
  readonly exclusions: readonly FoundFile[]
  /** Those that only lie beside a named rule file: they may be about a rule that nobody named. */
  readonly besideNamed: readonly FoundFile[]
  readonly unreadable: readonly UnreadablePath[]
}

const RULE_FILE = /\.ya?ml$/i
const TEST_FILE = /\.test\.ya?ml$/i

/**
 * The rule files under paths: a named file whatever its name, and from folders, at any depth, what ends in `.yaml` or
 * `.yml` and is neither a rule test, nor hidden, nor below `node_modules`. Exclusions files come along apart.
 */
export async function findFiles(paths: readonly string[], cwd: string): Promise<FoundFiles> {
  const search = new FileSearch(cwd)
  for (const path of paths) await search.add(resolve(cwd, path), path)
  return search.result()
}

class FileSearch {
  readonly #cwd: string
  readonly #files = new Map<string, FoundFile>()
  readonly #exclusions = new Map<string, FoundFile>()
  readonly #besideNamed = new Map<string, FoundFile>()
  readonly #unreadable: UnreadablePath[] = []
  // Folders by their real path: symbolic links may lead in circles.
  readonly #visited = new Set<string>()

  constructor(cwd: string) {
    this.#cwd = cwd
  }

  async add(path: string, typed: string): Promise<void> {
    try {
      const entry = await stat(path)
      if (entry.isDirectory()) await this.#walk(path)
      else if (entry.isFile()) await this.#keepNamed(path)
      else this.#fail(path, 'is neither a file nor a folder')
    } catch (error) {
      const reason = reasonOf(error)
      if (reason !== 'does not exist') this.#fail(path, reason)
      else this.#fail(path, reason, await nearbyHint(path, typed))
    }
  }

  result(): FoundFiles {
    const besideNamed = new Map([...this.#besideNamed].filter(([path]) => !this.#exclusions.has(path)))
    return {
      files: sorted(this.#files),
      exclusions: sorted(this.#exclusions),
      besideNamed: sorted(besideNamed),
      unreadable: this.#unreadable,
    }
  }

  async #walk(folder: string): Promise<void> {
    const real = await realpath(folder)
    if (this.#visited.has(real)) return
    this.#visited.add(real)
    for (const entry of await readdir(folder, { withFileTypes: true })) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue
      const path = join(folder, entry.name)
      if (entry.isDirectory()) await this.#tryWalk(path)
      else if (entry.isSymbolicLink()) await this.#follow(path)
      else if (entry.isFile()) this.#keepIfRule(path)
    }
  }

  async #tryWalk(folder: string): Promise<void> {
    try {
      await this.#walk(folder)
    } catch (error) {
      this.#fail(folder, reasonOf(error))
    }
  }

  async #follow(link: string): Promise<void> {
    try {
      const target = await stat(link)
      if (target.isDirectory()) await this.#walk(link)
      else if (target.isFile()) this.#keepIfRule(link)
    } catch (error) {
      // A link to nowhere matters only where a rule was meant.
      if (isRuleFile(link)) this.#fail(link, reasonOf(error))
    }
  }

  /** What excludes findings of a rule belongs to it, however it is named; and an exclusions file says nothing without its rule. */
  async #keepNamed(path: string): Promise<void> {
    const folder = dirname(path)
    const names = await readdir(folder)
    const beside = names.filter((name) => EXCLUSION_FILE.test(name))
    if (!EXCLUSION_FILE.test(path)) {
      this.#keep(this.#files, path)
      for (const name of beside) this.#keep(this.#besideNamed, join(folder, name))
      return
    }
    this.#keep(this.#exclusions, path)
    for (const name of names) this.#keepIfRule(join(folder, name))
  }

  #keepIfRule(path: string): void {
    if (isRuleFile(path)) this.#keep(this.#files, path)
    else if (EXCLUSION_FILE.test(path)) this.#keep(this.#exclusions, path)
  }

  #keep(among: Map<string, FoundFile>, path: string): void {
    among.set(path, { path, shown: shownPath(path, this.#cwd) })
  }

  #fail(path: string, reason: string, hint?: string): void {
    const message = `${shownPath(path, this.#cwd)} ${reason}`
    this.#unreadable.push({ shown: shownPath(path, this.#cwd), message, ...(hint === undefined ? {} : { hint }) })
  }
}

function sorted(found: ReadonlyMap<string, FoundFile>): readonly FoundFile[] {
  return [...found.values()].sort((a, b) => (a.shown < b.shown ? -1 : a.shown > b.shown ? 1 : 0))
}

function isRuleFile(path: string): boolean {
  return RULE_FILE.test(path) && !TEST_FILE.test(path) && !EXCLUSION_FILE.test(path)
}

export function shownPath(path: string, cwd: string): string {
  const shown = relative(cwd, path)
  // On Windows a path on another drive has no relative form.
  return (shown === '' ? '.' : isAbsolute(shown) ? path : shown).split(sep).join('/')
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  ENOTDIR: 'does not exist',
  EACCES: 'may not be read (permission denied)',
  EPERM: 'may not be read (permission denied)',
  ELOOP: 'is a symbolic link that leads in a circle',
  ENAMETOOLONG: 'has a name that is too long',
}

/** What a file system error says about a path. Throws what is no file system error. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') throw error
  return REASONS[error.code] ?? `cannot be read (${error.code})`
}

async function nearbyHint(path: string, typed: string): Promise<string> {
  const otherwise = 'name a rule file or a folder of rule files'
  const folder = resolve(path, '..')
  try {
    const near = nearestName(basename(path), await readdir(folder))
    if (near === undefined) return otherwise
    return `did you mean "${typed.slice(0, typed.length - basename(path).length)}${near}"?`
  } catch (error) {
    reasonOf(error)
    return otherwise
  }
}
