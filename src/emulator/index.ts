export { startEmulator, type EmulatorDescription, type RunningEmulator } from './emulator.ts'
export { arcKeyFileOnWindows, DEFAULT_IDENTITY, DEFAULT_WORKSPACE } from './options.ts'
export type { OpenPoints } from './open-points.ts'
export type { EmulatorIdentity, EmulatorLimits, EmulatorOptions, EmulatorTable } from './options.ts'
