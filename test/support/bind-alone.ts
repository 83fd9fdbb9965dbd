/**
 * What the language service says of texts, as JSON, one line each: `node --import tsx test/support/bind-alone.ts [quickened] <file>`,
 * where the file holds the texts as a JSON list. With `quickened` in the runtime that src/kql/bind/bridge-runtime.ts makes of the
 * package's; alone in a process, for the package writes globals.
 */
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import {
  quickenDefinitions,
  quickenRuntime,
  type BridgeProgram,
  type BridgeRuntime,
} from '../../src/kql/bind/bridge-runtime.ts'
import { listItems, type ForeignNode, type KustoLibrary } from '../../src/kql/bind/library.ts'

const [file = '', mode] = process.argv.slice(2).reverse()
const require = createRequire(import.meta.url)
require('@kusto/language-service-next/bridge.min.js')
const globals = globalThis as unknown as BridgeRuntime &
  BridgeProgram & { readonly Kusto: { readonly Language: KustoLibrary } }
if (mode === 'quickened') quickenDefinitions(globals)
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js')
if (mode === 'quickened') quickenRuntime(globals)
const { KustoCode, GlobalState } = globals.Kusto.Language

function describe(node: ForeignNode): unknown {
  const children = Array.from({ length: node.ChildCount }, (_, index) => node.GetChild(index))
  return [node.Kind, typeOf(node), children.map((child) => (child === null ? null : describe(child)))]
}

/** A scalar's name; of a table its columns too. */
const typeOf = ({ ResultType }: ForeignNode): unknown => {
  if (ResultType === null || ResultType === undefined) return undefined
  const columns = ResultType.Columns === undefined ? [] : listItems(ResultType.Columns)
  return [ResultType.Name, columns.map(({ Name, Type }) => [Name, Type.Name])]
}

for (const text of JSON.parse(readFileSync(file, 'utf8')) as string[]) {
  const code = KustoCode.ParseAndAnalyze(text, GlobalState.Default)
  const diagnostics = listItems(code.GetDiagnostics()).map(({ Code, Start, Length, Message }) => [
    Code,
    Start,
    Length,
    Message,
  ])
  process.stdout.write(`${JSON.stringify([diagnostics, describe(code.Syntax)])}\n`)
}
