import { existsSync, readFileSync } from 'node:fs'
import type { Runtime } from 'node:inspector'
import { SourceMap } from 'node:module'
import { dirname, relative, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'

export interface Position {
  readonly name: string
  /** Below the root, with `/`; inside a package from its name on; a phrase for what is no JavaScript. */
  readonly file: string
  /** From 1; 0 where there is none. */
  readonly line: number
  readonly packageName?: string
}

/** What the profiler calls by names in brackets. */
const PHRASES: Readonly<Record<string, string>> = {
  '(program)': 'native code (V8, libuv, addons)',
  '(garbage collector)': 'garbage collector',
  '(root)': 'native code (V8, libuv, addons)',
}

/** Leads positions in bundles back to the sources. */
export class PositionReader {
  readonly #root: string
  readonly #maps = new Map<string, SourceMap | undefined>()

  constructor(root: string) {
    this.#root = root
  }

  read({ functionName, url, lineNumber, columnNumber }: Runtime.CallFrame): Position {
    const name = functionName === '' ? '(anonymous)' : functionName
    const phrase = PHRASES[functionName]
    if (phrase !== undefined) return { name, file: phrase, line: 0 }
    if (!url.startsWith('file:')) return { name, file: url === '' ? 'native code of V8' : url, line: 0 }
    const file = fileURLToPath(url)
    const origin = this.#origin(file, lineNumber, columnNumber) ?? { file, line: lineNumber + 1 }
    const shown = relative(this.#root, origin.file).replaceAll('\\', '/')
    const inPackage = /(?:^|\/)node_modules\/((?:@[^/]+\/)?[^/]+)\/(?!.*\/node_modules\/)/.exec(shown)
    if (inPackage === null) return { name, file: shown, line: origin.line }
    const packageName = inPackage[1] ?? ''
    const inside = shown.slice(shown.lastIndexOf('node_modules/') + 'node_modules/'.length)
    return { name, file: inside, line: origin.line, packageName }
  }

  #origin(file: string, line: number, column: number): { file: string; line: number } | undefined {
    if (!this.#maps.has(file)) this.#maps.set(file, readMap(file))
    const entry = this.#maps.get(file)?.findEntry(line, column)
    if (entry === undefined || !('originalSource' in entry)) return undefined
    return { file: resolve(dirname(file), entry.originalSource), line: entry.originalLine + 1 }
  }
}

function readMap(file: string): SourceMap | undefined {
  const path = `${file}.map`
  return existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, 'utf8'))) : undefined
}
