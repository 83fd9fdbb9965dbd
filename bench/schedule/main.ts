import { simulatedDay } from './report.ts'

const [rules = 10_000, workspaces = 20, identities = workspaces, query = 1] = process.argv.slice(2).map(Number)
process.stdout.write(simulatedDay({ rules, workspaces, identities, query }))
