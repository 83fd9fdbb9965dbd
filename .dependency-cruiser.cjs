/**
 * The import directions of ARCHITECTURE.md. A folder may import folders of a lower rank; equal ranks never meet, except
 * where `exceptions` says so.
 */
const ranks = [
  ['domain'],
  ['config', 'time', 'text', 'files'],
  ['rules', 'detect', 'kql', 'schemas', 'azure'],
  ['kusto-service'],
  ['backends', 'ledger', 'output', 'sinks', 'report', 'emulator', 'monitor'],
  ['run'],
  ['schedule', 'rule-tests', 'doctor', 'extract'],
  ['cli'],
]

const exceptions = { rules: ['kql'], config: ['time', 'text'], text: [], detect: [], kql: [] }

/** `run`, `schedule` and `rule-tests` see adapters only as ports of `domain/ports.ts`. */
const adapters = ranks[4]
const portsOnly = ['run', 'schedule', 'rule-tests', 'doctor', 'extract']

const forbidden = []
ranks.forEach((folders, rank) => {
  for (const folder of folders) {
    const higherOrEqual = ranks
      .slice(rank)
      .flat()
      .filter((name) => name !== folder)
    const denied = higherOrEqual
      .concat(portsOnly.includes(folder) ? adapters : [])
      .filter((name) => !(exceptions[folder] ?? []).includes(name))
    forbidden.push({
      name: `direction-of-${folder}`,
      comment: `src/${folder} may not import ${denied.join(', ')}.`,
      severity: 'error',
      from: { path: `^src/${folder}/` },
      to: { path: `^src/(${denied.concat('main\\.ts$').join('|')})` },
    })
  }
})

module.exports = {
  forbidden: [
    ...forbidden,
    {
      name: 'no-cycle',
      comment:
        'Types may refer to each other in a circle (a relation holds scalars, a scalar subquery holds a relation). Lowering is ' +
        'as recursive as the grammar: an expression holds pipelines, a pipeline expressions; only there may code be circular.',
      severity: 'error',
      from: { pathNot: '^src/kql/lower/' },
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'domain-is-pure',
      comment: 'domain imports nothing but itself: no package, no node: module.',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'kql-knows-no-rule',
      severity: 'error',
      from: { path: '^src/kql/' },
      to: { path: '^src/', pathNot: '^src/(kql|domain|time)/' },
    },
    {
      name: 'backends-do-not-meet',
      severity: 'error',
      from: { path: '^src/backends/([^/]+)/' },
      to: { path: '^src/backends/', pathNot: '^src/backends/$1/' },
    },
    {
      name: 'src-never-imports-test',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|samples)/' },
    },
    {
      name: 'adapters-only-in-compose',
      comment: 'Only src/cli/compose.ts (and the emulate command) builds real adapters.',
      severity: 'error',
      from: { path: '^src/cli/', pathNot: '^src/cli/compose' },
      to: { path: '^src/(backends|ledger|output|sinks|emulator|monitor)/', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'no-unlisted-package',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    { name: 'not-unresolvable', severity: 'error', from: { path: '^src/' }, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
}
