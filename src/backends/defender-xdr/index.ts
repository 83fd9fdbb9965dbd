export { createDefenderXdrBackend } from './defender-xdr-backend.ts'
export type { DefenderTenant, DefenderXdrOptions } from './options.ts'
