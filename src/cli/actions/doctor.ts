import type { Config, WorkspaceConfig } from '../../config/config.ts'
import { EXIT } from '../../domain/errors.ts'
import type { ExitCode } from '../../domain/errors.ts'
import type { Instant } from '../../domain/time.ts'
import { examine, isSick } from '../../doctor/index.ts'
import type { DoctorCheck, DoctorWorkspace } from '../../doctor/index.ts'
import { defineAction } from '../command.ts'
import type { CommandContext } from '../command.ts'
import { openSearchTarget, pacedBackend } from '../compose.ts'
import { keptLogsReader, machineProbes } from '../compose-doctor.ts'
import { loadSchema } from '../load-schema.ts'
import { isOn, textsOption } from '../options.ts'
import { checkLines, diagnosisJson, matrixLines, verdictLine } from '../print/doctor.ts'
import { findRules, loadRuleFolder } from '../rule-folder.ts'
import { instantOption } from '../window-options.ts'

interface DoctorCommandRequest {
  readonly selectors: readonly string[]
  readonly workspaces: readonly string[]
  readonly at: Instant | undefined
  readonly json: boolean
}

export const doctorAction = defineAction<DoctorCommandRequest>({
  parse: ({ args, options }) => ({
    selectors: args,
    workspaces: textsOption(options, 'workspace'),
    at: instantOption(options, 'at'),
    json: isOn(options, 'json'),
  }),
  async run({ selectors, workspaces, at, json }, context): Promise<ExitCode> {
    const { config, program, signal, out, outTerminal } = context
    const { rules, diagnostics } =
      selectors.length === 0 ? await loadRuleFolder(context) : await findRules(selectors, context)
    const broken = diagnostics.filter(({ severity }) => severity === 'error').map(({ span }) => span.file)
    const target = await openSearchTarget(context, workspaces)
    try {
      const { analyze } = await import('../../kql/index.ts')
      const keptLogs = keptLogsReader(context)
      const ports = {
        backend: pacedBackend(target, program.clock),
        schema: await loadSchema(context),
        clock: program.clock,
        analyze: (text: string, schema: Parameters<typeof analyze>[1]) => analyze(text, schema, program.guard),
        machine: await machineProbes(context),
        ...(keptLogs === undefined ? {} : { keptLogs }),
      }
      const request = {
        rules,
        brokenFiles: [...new Set(broken)],
        workspaces: target.workspaces.map((name) => doctorWorkspace(name, context)),
        at,
        timeout: config.timeout,
        delay: config.delay,
        tableDelays: config.tableDelays,
        overlap: config.overlap,
      }
      const show = async (check: DoctorCheck): Promise<void> => {
        if (!json) await out.write(`${checkLines(check, outTerminal).join('\n')}\n`)
      }
      const diagnosis = await examine(request, ports, show, signal)
      if (json) await out.line(JSON.stringify(diagnosisJson(diagnosis), undefined, 2))
      else
        await out.write(`${[...matrixLines(diagnosis, outTerminal), verdictLine(diagnosis, outTerminal)].join('\n')}\n`)
      return isSick(diagnosis) ? EXIT.checkFailed : EXIT.ok
    } finally {
      await target.backend.close()
    }
  },
})

function doctorWorkspace(name: string, { config }: Pick<CommandContext, 'config'>): DoctorWorkspace {
  const workspace = config.workspaces.find((each) => each.name === name)
  // An emulator over plain http is asked without a login.
  const signsIn = endpointOf(workspace, config)?.startsWith('http:') !== true
  return {
    name,
    credential: signsIn ? workspace?.credential : undefined,
    retention: workspace?.retention ?? config.retention,
    tags: workspace?.tags,
  }
}

function endpointOf(workspace: WorkspaceConfig | undefined, { endpoint, graphEndpoint }: Config): string | undefined {
  if (workspace?.kind === 'data-explorer') return workspace.cluster
  return workspace?.kind === 'defender-xdr' ? graphEndpoint : endpoint
}
