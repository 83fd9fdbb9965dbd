import { stringify } from 'yaml'
import type { WorkspaceResource } from '../../backends/azure-resources/index.ts'
import type { WorkspaceConfig } from '../../config/config.ts'
import { EXIT, UsageError } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import { terminalSafe } from '../../text/terminal.ts'
import { formatDuration } from '../../time/duration.ts'
import { WORKSPACE_JOBS } from '../choices.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openResources } from '../compose-resources.ts'
import { isOn, oneOf } from '../options.ts'
import { fitTable } from '../print/table.ts'
import type { TableCell, TableColumn } from '../print/table.ts'

interface WorkspacesRequest {
  readonly job: (typeof WORKSPACE_JOBS)[number]
  readonly yaml: boolean
  readonly json: boolean
}

export const workspacesAction = defineAction<WorkspacesRequest>({
  parse({ args, options }) {
    const job = args[0] === undefined ? 'list' : oneOf(args[0], 'the job', WORKSPACE_JOBS)
    const [yaml, json] = [isOn(options, 'yaml'), isOn(options, 'json')]
    if (yaml && (job === 'list' || json)) {
      throw new UsageError({
        code: 'usage/invalid-option',
        message: `--yaml belongs to hunt workspaces discover${json ? ', without --json' : ''}`,
        hint: 'for example hunt workspaces discover --yaml >> hunt.yaml',
      })
    }
    return { job, yaml, json }
  },
  async run({ job, yaml, json }, context): Promise<ExitCode> {
    if (job === 'list') await list(json, context)
    else await discover(yaml, json, context)
    return EXIT.ok
  },
})

async function list(json: boolean, context: CommandContext): Promise<void> {
  const { out, config } = context
  const { workspaces } = config
  if (json) {
    const shown = workspaces.map((workspace) => {
      const { name, kind, tags, credential, tenantId } = workspace
      return { name, kind, id: idOf(workspace) ?? null, tags, credential, tenantId: tenantId ?? null }
    })
    await out.line(JSON.stringify({ schemaVersion: 1, workspaces: shown }, undefined, 2))
    return
  }
  if (workspaces.length === 0) {
    await out.line('No workspace is configured. hunt workspaces discover lists those that can be.')
    return
  }
  const columns = [
    { title: 'Name', least: 8 },
    { title: 'Workspace ID' },
    { title: 'Credential', least: 8 },
    { title: 'Tags', least: 8 },
  ]
  const rows = workspaces.map((workspace) => {
    const { name, kind, credential, tags } = workspace
    return [name, idOf(workspace) ?? kind, credential, tags.join(', ')]
  })
  await table(columns, rows, context)
}

function idOf(workspace: WorkspaceConfig): string | undefined {
  return workspace.kind === 'log-analytics' ? workspace.id : undefined
}

async function discover(yaml: boolean, json: boolean, context: CommandContext): Promise<void> {
  const { out, config, signal } = context
  const found = await (await openResources(context)).workspaces(signal)
  const names = new Map(config.workspaces.map((each) => [idOf(each), each.name]))
  if (json) {
    const shown = found.map((each) => documentOf(each, names.get(each.customerId)))
    await out.line(JSON.stringify({ schemaVersion: 1, workspaces: shown }, undefined, 2))
    return
  }
  if (yaml) {
    const entries = found.map(({ name, customerId }) => ({ name: names.get(customerId) ?? name, id: customerId }))
    await out.write(stringify({ workspaces: withUniqueNames(entries) }))
    return
  }
  if (found.length === 0) {
    await out.line('The identity sees no workspace: it needs the role Reader or Log Analytics Reader on one.')
    return
  }
  const columns: readonly TableColumn[] = [
    { title: 'Name', least: 8 },
    { title: 'Workspace ID' },
    { title: 'Subscription', least: 8 },
    { title: 'Region', least: 6 },
    { title: 'Keeps', align: 'right' },
    { title: 'Configured as', least: 8 },
  ]
  const rows = found.map((each) => [
    each.name,
    each.customerId,
    each.subscriptionName,
    each.location,
    each.retention === undefined ? '–' : formatDuration(each.retention),
    names.get(each.customerId) ?? '–',
  ])
  await table(columns, rows, context)
}

function documentOf(each: WorkspaceResource, configuredAs: string | undefined) {
  return {
    name: each.name,
    id: each.customerId,
    resourceId: each.resourceId,
    resourceGroup: each.resourceGroup,
    subscriptionId: each.subscriptionId,
    subscriptionName: each.subscriptionName,
    location: each.location,
    retention: each.retention === undefined ? null : formatDuration(each.retention),
    configuredAs: configuredAs ?? null,
  }
}

/** Names are unique in a resource group only; hunt.yaml wants them unique, without regard to case. */
function withUniqueNames<Entry extends { readonly name: string }>(entries: readonly Entry[]): readonly Entry[] {
  const taken = new Set<string>()
  return entries.map((entry) => {
    let { name } = entry
    for (let number = 2; taken.has(name.toLowerCase()); number += 1) name = `${entry.name}-${number}`
    taken.add(name.toLowerCase())
    return { ...entry, name }
  })
}

async function table(
  columns: readonly TableColumn[],
  rows: readonly (readonly string[])[],
  { out, outTerminal }: CommandContext,
): Promise<void> {
  const cells = rows.map((row) => row.map((text): TableCell => ({ text: terminalSafe(text) })))
  await out.write(`${fitTable(columns, cells, outTerminal).join('\n')}\n`)
}
