import { isAbsolute, join } from 'node:path'
import { pullSchema } from '../../extract/index.ts'
import type { ListFunctions, PulledSchema } from '../../extract/index.ts'
import { ConfigError, EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { SCHEMA_JOBS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openResources } from '../compose-resources.ts'
import { writeSchemaFolder } from '../compose-schema.ts'
import { isOn, oneOf, textOption, textsOption } from '../options.ts'
import { openOneWorkspace } from '../one-workspace.ts'
import { showCounter } from '../print/counter.ts'
import { errorLines } from '../print/error.ts'
import { countOf } from '../print/words.ts'
import { loadRuleFolder } from '../rule-folder.ts'
import { shownPath } from '../shown-path.ts'
import { tablesOfRules } from '../tables-of-rules.ts'

interface SchemaRequest {
  readonly to: string | undefined
  readonly tables: readonly string[]
  readonly workspaces: readonly string[]
  readonly json: boolean
}

export const schemaAction = defineAction<SchemaRequest>({
  parse({ args, options }) {
    oneOf(args[0] ?? '', 'the job', SCHEMA_JOBS)
    return {
      to: textOption(options, 'to'),
      tables: textsOption(options, 'table'),
      workspaces: textsOption(options, 'workspace'),
      json: isOn(options, 'json'),
    }
  },
  async run({ to, tables, workspaces, json }, context): Promise<ExitCode> {
    const { config, program, signal } = context
    const { rules } = await loadRuleFolder(context)
    const needed = await tablesOfRules(rules, context)
    const { backend, workspace } = await openOneWorkspace(context, workspaces, 'hunt schema pull asks')
    const counter = await showCounter('tables read', context)
    try {
      const source = { backend, workspace, timeout: config.timeout, now: program.clock.now() }
      const names = [...tables, ...[...needed.values()].flat()]
      const functions = backend.name === 'azure' ? functionsOf(workspace, context) : undefined
      const pulled = await pullSchema({ tables: names, source, functions }, counter.show, signal)
      counter.stop()
      const folder = folderFor(to, context)
      await writeSchemaFolder(folder, pulled)
      await report(pulled, folder, json, context)
      return pulled.notPulled.length > 0 ? EXIT.incomplete : EXIT.ok
    } finally {
      counter.stop()
      await backend.close()
    }
  },
})

function folderFor(to: string | undefined, { config, program }: CommandContext): string {
  if (to === undefined) return config.schemas ?? join(program.cwd, 'schemas')
  return isAbsolute(to) ? to : join(program.cwd, to)
}

/** Azure Resource Manager has them, under the id of the resource, which the Logs Query API does not know. */
function functionsOf(name: string, context: CommandContext): ListFunctions {
  return async (signal) => {
    const workspace = context.config.workspaces.find((each) => each.name === name)
    // Only Log Analytics keeps functions where Azure Resource Manager lists them.
    if (workspace?.kind !== 'log-analytics') return []
    const { id } = workspace
    const resources = await openResources(context)
    const resource = (await resources.workspaces(signal)).find(({ customerId }) => customerId === id)
    if (resource !== undefined) return resources.functions(resource.resourceId, signal)
    throw new ConfigError({
      code: 'config/unseen-workspace',
      message: `Azure Resource Manager shows the identity no workspace with the id of ${name}, so its saved functions are not known`,
      hint: 'give the identity the role Log Analytics Reader on the workspace; hunt workspaces discover lists what it sees',
    })
  }
}

async function report(pulled: PulledSchema, folder: string, json: boolean, context: CommandContext): Promise<void> {
  const { out, err, errTerminal, program } = context
  const { tables, functions, watchlists, notPulled } = pulled
  if (json) {
    const document = {
      schemaVersion: 1,
      folder,
      tables: tables.map(({ name, columns }) => ({ name, columns: columns.length })),
      functions: functions.map(({ name }) => name),
      watchlists: watchlists.map(({ alias, table }) => ({ alias, items: table.rows.length })),
      notPulled: notPulled.map(({ what, error }) => {
        return { what, code: error.code, message: error.message, hint: error.hint ?? null }
      }),
    }
    await out.line(JSON.stringify(document, undefined, 2))
  } else {
    const parts = [
      countOf(tables.length, 'table'),
      countOf(functions.length, 'saved function'),
      countOf(watchlists.length, 'watchlist'),
    ]
    await out.line(`${shownPath(folder, program.cwd)}: ${parts.join(', ')}.`)
    if (context.config.schemas !== folder) {
      await err.line(
        `Checks and local runs use it once HUNT_SCHEMAS names it: HUNT_SCHEMAS=${terminalSafe(shownPath(folder, program.cwd))}`,
      )
    }
  }
  for (const { what, error } of notPulled) {
    const record = {
      code: error.code,
      message: `${what}: ${error.message}`,
      hint: error.hint,
      retryable: error.retryable,
      context: {},
    }
    await err.write(`${errorLines(record, errTerminal).join('\n')}\n`)
  }
}
